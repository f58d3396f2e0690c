"""The lines of docs/evidence.md: openssl, pdfsig and unzip tell a stranger the same as our program (Articles 3, 10 and 28)."""

import re
import subprocess
import textwrap
import zipfile
from pathlib import Path
from shutil import which

import pytest

from circulars.evidence import export
from tests.bundles import JOINT, LEAD, READER
from tests.cast import MONDAY, attached

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "evidence.md").read_text("utf-8")
STEPS = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
_COMMENT = re.compile(r"  # .*")
TOOLS = ("bash", "openssl", "pdfsig", "unzip", "xxd", "sha256sum")
pytestmark = pytest.mark.skipif(not all(map(which, TOOLS)), reason="openssl, pdfsig or unzip is not installed")


def by_hand(case, *, is_indexed=True):
    case.path(is_indexed=is_indexed)
    return steps_in(case.folder)


def steps_in(folder):
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", STEPS], cwd=folder, capture_output=True, text=True, check=False
    )


def steps_of_the_readme(folder):
    """Its commands stand indented by four; the stranger has nothing but this file."""
    readme = zipfile.ZipFile(folder / "bundle.zip").read("README.txt").decode()
    by_hand = readme.partition("\n四、")[2].partition("\n五、")[0]
    blocks = re.findall(r"(?:^    .*\n)+", by_hand, re.MULTILINE)
    return "\n".join(textwrap.dedent(block) for block in blocks)


@pytest.mark.django_db
def test_they_find_what_the_product_hands_out_whole(city, tmp_path):
    circular = city.sent(attachments=attached())
    city.sign(city.opened(circular))
    with (tmp_path / "bundle.zip").open("wb") as target:
        export(circular, target, at=MONDAY)
    assert _COMMENT.sub("", steps_of_the_readme(tmp_path)) == _COMMENT.sub("", STEPS)
    said = steps_in(tmp_path)
    assert said.returncode == 0, said.stderr + said.stdout
    for line in (f"O={city.office.name},OU=seal", "signer.pem: OK", "Signature is Valid", "is in the ledger"):
        assert line in said.stdout, line


def test_the_lines_of_the_page_find_a_whole_bundle_whole(case):
    said = by_hand(case)
    assert said.returncode == 0, said.stderr + said.stdout
    for line in (
        "sha256 Fingerprint=",
        f"O={LEAD[1]},OU=seal",
        f"O={READER[1]},OU=person",
        "signer.pem: OK",
        "No Revoked Certificates",
        "Sep 28 01:00:00 2026 GMT",
        "Verification: OK",
        f"O={JOINT[1]}",
        "Signature is Valid",
        "entry 1 is in the ledger",
        "entry 4 is in the ledger",
    ):
        assert line in said.stdout + said.stderr, line


def _attachment(case):
    case.files["circular/attachments/01-attachment.txt"] += b" "
    return False


def _manifest(case):
    case.change("circular/manifest.json", title="关于不值班的通知")
    return True


def _receipt_by_the_seal(case):
    case.sign(f"receipts/{READER[0]}-1.json", case.office.keys[LEAD[0]])
    return True


def _entry(case):
    case.files["ledger/entries.json"] = case.files["ledger/entries.json"].replace(b"deed.4", b"deed.5")
    return True


def _added(case):
    case.files["more.txt"] = b"more"
    return False


@pytest.mark.parametrize("spoil", [_attachment, _manifest, _receipt_by_the_seal, _entry, _added])
def test_they_stop_at_what_is_wrong(case, spoil):
    assert by_hand(case, is_indexed=spoil(case)).returncode != 0
