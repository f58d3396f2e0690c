"""Packages of circulars from before the seals: made, checked for what they have, and plain about what is not there (Article 27)."""

import io
import zipfile

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command

from circulars.archive.packagechecks import check
from circulars.archive.transfers import draw_up
from circulars.dispatch import dispatch
from circulars.registration import Circular
from circulars.sealing.onpaper import sealed_on_paper
from circulars.verifier.__main__ import FAULTY, WHOLE, main
from circulars.verifier.bundle import write
from cms.revocations import the_authority
from tests.archives import anew, filed, handled, holding, staffed
from tests.cast import MONDAY, attached

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_elsewhere(settings, tmp_path):
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"


@pytest.fixture
def city(city):
    return staffed(city)


@pytest.fixture
def old(city):
    """A circular of the office that was sealed on paper, sent, signed for, handled, and filed by both."""
    circular = city.registered(attachments=attached())
    sealed_on_paper(circular, by=city.sender, at=MONDAY)
    dispatch(circular, by=city.sender, at=MONDAY)
    circular = Circular.objects.get(pk=circular.pk)
    handled(city, circular)
    for unit in (city.office, city.attentive):
        filed(city, holding(circular, unit), "D30")
    return circular


@pytest.fixture
def root(tmp_path):
    path = tmp_path / "root.der"
    path.write_bytes(the_authority().root.public_bytes(Encoding.DER))
    return path


def made(circular, unit, out):
    call_command("archive_package", circular.number, "--unit", unit.code, "--out", str(out))
    return zipfile.ZipFile(out)


def test_the_command_writes_it_and_the_stranger_is_told_what_is_not_there(city, old, root, tmp_path, capsys):
    for n, unit in enumerate(
        (city.office, city.attentive, city.office)
    ):  # the third after the ledger knows of the first
        out = tmp_path / f"{n}.zip"
        archive = made(old, unit, out)
        names = {name.partition("/")[2] for name in archive.namelist()}
        assert {"content/unsealed.json", "content/text.json", "metadata.xml", "manifest.p7s"} <= names
        assert not names & {"content/circular.pdf", "content/manifest.json", "content/manifest.p7s"}
        assert any(name.startswith("content/attachments/") for name in names)
        readme = next(name for name in archive.namelist() if name.endswith("README.txt"))
        assert "没有电子签名，没有盖章的版式文件" in archive.read(readme).decode()
        capsys.readouterr()
        assert main([str(out), "--root", str(root)]) == WHOLE
        told = capsys.readouterr().out
        assert "没有公文清单，没有发文机关的签名，也没有盖章的版式文件" in told
        assert told.endswith("核验通过。\n")
        assert ("没有登记的台账记录" in told) == (unit == city.attentive)


def test_it_is_checked_for_what_it_has_and_can_be_handed_over(city, old):
    kept = anew(holding(old, city.office))
    found = check(kept, by=city.office_archivist, at=MONDAY)
    assert found.passed, found.first_fault
    items = {result.item for result in found.items}
    assert "启用电子印章以前的公文，没有印章和版式文件可以检测" in items
    assert not items & {"公文清单由发文机关签名", "印章有效，盖章以后没有改动"}
    assert draw_up(city.office, [kept], by=city.office_archivist, at=MONDAY).lines.count() == 1


def test_what_only_says_that_it_predates_the_seals_has_no_package(city, tmp_path):
    city.sent(title="关于盖过章的通知")
    circular = city.registered()
    Circular.objects.filter(pk=circular.pk).update(predates_seals=True, state="sent", sent_at=MONDAY)
    filed(city, holding(circular, city.office), "D30")
    with pytest.raises(CommandError, match="没有用印记录"):
        made(circular, city.office, tmp_path / "a.zip")


def repacked(out, change):
    """The package with other members, written the one way and listed anew, but signed as before."""
    with zipfile.ZipFile(out) as archive:
        contents = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
        folder = archive.namelist()[0].partition("/")[0]
    change(contents)
    target = io.BytesIO()
    write(target, contents, folder=f"{folder}/")
    out.write_bytes(target.getvalue())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: c.pop("content/text.json"), "缺少登记的文稿"),
        (
            lambda c: c.update({"content/text.json": c["content/text.json"] + b" "}),
            "不是签发的文稿",
        ),
        (
            lambda c: c.update({"content/unsealed.json": c["content/unsealed.json"].replace("值班".encode(), b"X")}),
            "元素 title 与公文清单不一致",
        ),
        (lambda c: c.update({"content/circular.pdf": b"%PDF-1.7"}), "没有盖章的版式文件"),
    ],
)
def test_a_changed_one_is_told(city, old, root, tmp_path, capsys, change, told):
    out = tmp_path / "a.zip"
    made(old, city.office, out)
    repacked(out, change)
    capsys.readouterr()
    assert main([str(out), "--root", str(root)]) == FAULTY
    assert f"{told}" in capsys.readouterr().out
