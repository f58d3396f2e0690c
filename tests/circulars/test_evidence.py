"""证据包: what the product gives away as evidence, a stranger's program takes (Articles 3, 10, 20 and 28)."""

import hashlib
import io
import json
import random
import resource
import tempfile
import zipfile
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q

from accounts.dissolving import dissolve
from circulars.chasing import urge
from circulars.evidence import DiskRefused, EvidenceBroken, export, hand_out
from circulars.pages import about_paper
from circulars.printing import ask_for_more, declare_spoilt, print_originals
from circulars.purging import block
from circulars.receipts import Receipt
from circulars.receipts.signing import sign_outstanding
from circulars.registration import Circular
from circulars.verifier.bundle import Bundle, Unreadable
from circulars.verifier.checking import findings
from circulars.verifier.findings import Fault, Remark
from circulars.voiding import void
from cms.accesslog import Access, Look
from cms.attachments import place_of
from cms.checkpoints import Checkpoint
from cms.ledger import Entry, instant
from cms.lifecycles import OutOfOrder
from cms.revocations import Reason, revoke_certificate, trust
from tests.cast import MONDAY, attached
from tests.sealkeys import clerk_key

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def kept_elsewhere(settings, tmp_path):
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"


@pytest.fixture(scope="module")
def standing(beforehand):
    return beforehand("sent", attachments=attached())


@pytest.fixture
def paper(standing, city):
    """A circular that was sent, signed for by one unit and urged at another."""
    circular = Circular.objects.get(pk=standing)
    urge(circular, text="请尽快签收。", by=city.sender, at=MONDAY)
    city.sign(city.opened(circular))
    return circular


def exported(circular, at=MONDAY + HOUR):
    target = io.BytesIO()
    export(circular, target, at=at)
    return target.getvalue()


def said_of(content, path, kind=Fault):
    """What the verifier says of the bundle: faults, or remarks."""
    path.write_bytes(content)
    with Bundle(path) as bundle:
        return [str(found) for found in findings(bundle, trust().roots[0]) if isinstance(found, kind)]


class TestBundle:
    def test_what_the_exporter_writes_the_verifier_takes(self, paper, tmp_path, verified):
        path = tmp_path / "bundle.zip"
        path.write_bytes(exported(paper))
        answer, said = verified(path)
        assert (answer, said[-1][:13]) == (0, "证据包完好，但未核对根证书"), said

    def test_what_a_successor_signed_for_is_told_with_how_it_came_there(self, city, paper, tmp_path):
        dissolve(city.late, city.county, on_day=MONDAY.date(), ground="文", by=city.engineer, at=MONDAY)
        delivery = city.delivery(paper, city.county)
        delivery.open(by=city.county_clerk, at=MONDAY)
        city.sign(delivery, by=city.county_clerk)
        content = exported(paper)
        assert not said_of(content, tmp_path / "bundle.zip")
        assert any("承接单位签收" in remark for remark in said_of(content, tmp_path / "again.zip", Remark))
        assert "delivery.handed_on" in zipfile.ZipFile(io.BytesIO(content)).read("ledger/entries.json").decode()

    def test_what_a_unit_printed_is_its_own_and_what_it_asked_the_sender_for_is_told(self, city, paper, tmp_path):
        delivery = city.delivery(paper)
        printing = {"purpose": "archive", "key": uuid4(), "by": city.clerk, "at": MONDAY}
        (copy,) = print_originals([delivery], **printing)
        declare_spoilt(copy, "卡纸", by=city.clerk, at=MONDAY).confirm(by=city.leader, at=MONDAY)
        ask_for_more(delivery, 2, "存档", by=city.clerk, at=MONDAY).agree(1, by=city.registrar, at=MONDAY)
        content = exported(paper)
        assert said_of(content, tmp_path / "bundle.zip") == []
        archive = zipfile.ZipFile(io.BytesIO(content))
        told = "".join(archive.read(name).decode(errors="ignore") for name in archive.namelist())
        assert "originals.asked" in told
        assert "originals.agreed" in told
        for own in ("originals.printed", "copy.spoilt"):
            assert own not in told

    def test_a_receipt_travels_with_its_signature_and_one_to_be_signed_later_without(self, city, paper, tmp_path):
        late, clerk = city.late, city.late_clerk
        delivery = city.delivery(paper, late)
        delivery.open(by=clerk, at=MONDAY)
        city.sign(delivery, by=clerk, signing=clerk_key(late, clerk, at=MONDAY))
        content = exported(paper)
        archive = zipfile.ZipFile(io.BytesIO(content))
        assert [name for name in archive.namelist() if name.startswith("receipts/")] == [
            f"receipts/{city.attentive.code}-1.json",
            f"receipts/{late.code}-1.json",
            f"receipts/{late.code}-1.p7s",
        ]
        assert json.loads(archive.read(f"receipts/{late.code}-1.json"))["person"]["name"] == clerk.name
        assert any("待补签" in remark for remark in said_of(content, tmp_path / "bundle.zip", Remark))
        assert said_of(content, tmp_path / "bundle.zip") == []

    def test_it_holds_everything_on_record(self, city, paper):
        archive = zipfile.ZipFile(io.BytesIO(exported(paper)))
        names = set(archive.namelist())
        assert {
            "README.txt",
            "index.json",
            "index.p7s",
            "circular/circular.pdf",
            "circular/manifest.json",
            "circular/manifest.p7s",
            "circular/attachments/01-attachment.csv",
            "certificates/root.der",
            "certificates/issuing.der",
            "crls/root.crl",
            "crls/issuing.crl",
            "timeline.json",
            "notices.json",
            "urges.json",
            "ledger/entries.json",
            "ledger/proofs.json",
            "ledger/checkpoint.json",
            "ledger/checkpoint.p7s",
        } <= names
        assert sorted(name.split("/")[1].split("-")[0] for name in names if name.startswith("certificates/")) == [
            "issuing.der",
            "ledger",
            "root.der",
            "seal",
            "tsa",
        ]
        told = json.loads(archive.read("timeline.json"))["entries"]
        assert [line["deed"] for line in told] == list(
            Entry.objects.filter(Q(circular=paper.uuid) | Q(subject=about_paper(paper.page_id)))
            .order_by("leaf__index")
            .values_list("deed", flat=True)
        )
        assert f"签收：{city.attentive.name}　{city.clerk.name}" in [line["words"] for line in told]
        (one, *_) = json.loads(archive.read("urges.json"))["urges"]
        assert (one["kind"], one["by"], one["text"]) == ("人工催签", city.sender.name, "请尽快签收。")
        assert paper.number in archive.read("README.txt").decode()

    def test_the_way_to_the_approval_comes_first_with_everybody_who_spoke(self, city, paper):
        told = json.loads(zipfile.ZipFile(io.BytesIO(exported(paper))).read("timeline.json"))["entries"]
        assert [line["words"] for line in told[:4]] == [
            f"送审：{city.office.name}　{city.drafter.name}",
            f"核稿通过：{city.office.name}　{city.reviewer.name}",
            f"签发：{city.office.name}　{city.approver.name}",
            f"复核登记：{city.office.name}　{city.registrar.name}",
        ]

    def test_what_was_signed_later_stands_under_its_own_time_and_person(self, city, paper, tmp_path):
        """The press signed a receipt of another circular too, of which the bundle has the digest alone."""
        other = city.sent(title="关于做好另一项工作的通知")
        city.sign(city.opened(other))
        later = MONDAY + 3 * HOUR
        assert sign_outstanding(clerk_key(city.attentive, city.clerk, at=later), by=city.clerk, at=later) == 2
        content = exported(paper, later)
        archive = zipfile.ZipFile(io.BytesIO(content))
        last = json.loads(archive.read("timeline.json"))["entries"][-1]
        assert (last["happened_at"], last["words"]) == (
            instant(later),
            f"补签回执：{city.attentive.name}　{city.clerk.name}",
        )
        (press,) = json.loads(archive.read("ledger/signed-later.json"))["presses"]
        assert press == {
            "index": last["index"],
            "receipts": sorted(Receipt.objects.values_list("digest", flat=True)),
        }
        assert said_of(content, tmp_path / "later.zip") == []

    def test_the_same_records_and_moment_give_the_same_files_but_for_the_signature_of_the_index(self, paper):
        first, second = (zipfile.ZipFile(io.BytesIO(exported(paper))) for _ in range(2))
        assert first.namelist() == second.namelist()
        differing = [name for name in first.namelist() if first.read(name) != second.read(name)]
        assert differing == ["index.p7s"]

    def test_no_bit_is_free(self, paper, tmp_path):
        whole, chance = exported(paper), random.Random(7)
        assert said_of(whole, tmp_path / "b.zip") == []
        for place in chance.sample(range(len(whole) * 8), 12):
            changed = bytearray(whole)
            changed[place // 8] ^= 1 << place % 8
            with suppress(Unreadable):
                assert said_of(bytes(changed), tmp_path / "b.zip"), place

    def test_a_checkpoint_is_signed_where_none_reaches_so_far_and_none_where_one_does(self, city, paper):
        exported(paper)
        assert Checkpoint.objects.count() == 1
        exported(paper)
        assert Checkpoint.objects.count() == 1
        late = city.delivery(paper, city.late)
        late.open(by=city.late_clerk, at=MONDAY)
        city.sign(late, by=city.late_clerk)
        exported(paper)
        assert Checkpoint.objects.count() == 2

    def test_minutes_without_a_seal_and_a_voided_number_have_theirs(self, city, tmp_path):
        circular = city.sealed()
        void(circular, reason="不再印发。", by=city.registrar, at=MONDAY)
        assert said_of(exported(Circular.objects.get(pk=circular.pk)), tmp_path / "v.zip") == []

    def test_a_key_revoked_after_sealing_leaves_it_whole_and_is_remarked(self, paper, tmp_path):
        revoke_certificate(int(paper.manifest.serial, 16), Reason.SUPERSEDED, at=MONDAY + HOUR)
        content = exported(paper, MONDAY + 2 * HOUR)
        assert said_of(content, tmp_path / "r.zip") == []
        assert any("此前的签名仍然有效" in line for line in said_of(content, tmp_path / "r.zip", Remark))


class TestHandingOut:
    def test_what_is_handed_out_is_in_ledger_and_access_log(self, city, paper):
        with hand_out(paper, by=city.sender, at=MONDAY + HOUR) as bundle:
            index = zipfile.ZipFile(bundle).read("index.json")
        entry = Entry.objects.get(deed="evidence.exported")
        assert entry.person == city.sender
        assert entry.facts["index"] == hashlib.sha256(index).hexdigest()
        assert Access.objects.filter(look=Look.EXPORTED, person=city.sender, circular=paper.uuid).count() == 1

    def test_an_earlier_export_stands_in_the_next_bundle(self, city, paper):
        hand_out(paper, by=city.sender, at=MONDAY + HOUR).close()
        told = json.loads(zipfile.ZipFile(io.BytesIO(exported(paper, MONDAY + 2 * HOUR))).read("timeline.json"))
        assert told["entries"][-1]["deed"] == "evidence.exported"

    def test_there_is_none_of_what_predates_seals_or_waits_for_its_seal_or_is_shut(self, city, paper):
        waiting = city.registered()
        with pytest.raises(OutOfOrder, match="还没有用印"):
            hand_out(waiting, by=city.sender, at=MONDAY)
        Circular.objects.filter(pk=waiting.pk).update(predates_seals=True)
        waiting.refresh_from_db()
        with pytest.raises(OutOfOrder, match="启用电子印章以前"):
            hand_out(waiting, by=city.sender, at=MONDAY)
        block(paper.page, reason="涉密。", by=city.secretary, at=MONDAY)
        with pytest.raises(OutOfOrder, match="封存"):
            hand_out(Circular.objects.get(pk=paper.pk), by=city.sender, at=MONDAY)
        assert not Entry.objects.filter(deed="evidence.exported").exists()

    def test_a_lost_attachment_gives_no_bundle_and_no_record(self, city, paper):
        path = place_of(paper.manifest.facts["attachments"][0]["sha256"])
        content = path.read_bytes()
        path.unlink()
        try:
            with pytest.raises(EvidenceBroken, match=r"附件“值班表\.csv”在存储里找不到"):
                hand_out(paper, by=city.sender, at=MONDAY)
        finally:
            path.write_bytes(content)
        assert not Entry.objects.filter(deed="evidence.exported").exists()


class TestDiskThatTakesNoMore:
    @pytest.fixture
    def full(self, paper):
        """Files end after 64 kB: less than the bundle has."""
        exported(paper)  # the ledger is numbered and signed: only the bundle is still to be written
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 10, hard))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def test_no_half_file_and_no_record_is_left_behind(self, city, paper, tmp_path, monkeypatch, full):
        folder = tmp_path / "out"
        folder.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        with pytest.raises(CommandError, match=r"证据包没有写成：文件超过这个磁盘允许的大小。.*x\.zip"):
            call_command("export_evidence", paper.number, "--out", str(folder / "x.zip"))
        with pytest.raises(DiskRefused, match="证据包没有写成：文件超过这个磁盘允许的大小"):
            hand_out(paper, by=city.sender, at=MONDAY)
        assert not list(folder.iterdir())
        assert not Entry.objects.filter(deed="evidence.exported").exists()

    def test_the_screen_says_so(self, city, paper, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
        answer = city.desk(city.sender).post(f"/evidence/{paper.uuid}/")
        assert answer.status_code == 409
        assert "证据包没有写成：没有这个文件或者目录。请联系网信办检查磁盘。" in answer.content.decode()
        assert not Entry.objects.filter(deed="evidence.exported").exists()


class TestCommand:
    def run(self, *args):
        out = StringIO()
        call_command("export_evidence", *args, stdout=out)
        return out.getvalue()

    @pytest.mark.parametrize("form", ["{}", "[{}]", "（{}）"])
    def test_the_number_may_be_typed_as_people_type_it(self, paper, tmp_path, verified, form):
        path = tmp_path / "out.zip"
        number = paper.number.replace("〔2026〕", form.format("2026") if form != "{}" else "〔2026〕")
        assert "核验通过" in self.run(number, "--out", str(path))
        assert verified(path)[0] == 0
        assert Access.objects.filter(look=Look.EXPORTED, person=None).count() == 1
        assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["out.zip"]

    def test_an_existing_file_is_not_touched(self, paper, tmp_path):
        path = tmp_path / "out.zip"
        path.write_bytes(b"mine")
        with pytest.raises(CommandError, match="已存在，没有覆盖"):
            self.run(paper.number, "--out", str(path))
        assert path.read_bytes() == b"mine"

    def test_an_unknown_number_or_folder_is_told_in_a_sentence(self, paper, tmp_path):
        with pytest.raises(CommandError, match="没有文号是“延政办发〔2026〕999号”的公文"):
            self.run("延政办发[2026]999号", "--out", str(tmp_path / "x.zip"))
        for out, why in (
            (tmp_path / "none" / "x.zip", "没有写成：没有这个文件或者目录"),
            (place_of(paper.manifest.pdf_digest) / "x.zip", "没有写成：路径中有一段不是目录"),
            (tmp_path, "是目录，请写明文件名"),
        ):
            with pytest.raises(CommandError, match=why):
                self.run(paper.number, "--out", str(out))
        assert not list(tmp_path.glob("*.zip"))

    def test_a_number_that_two_units_gave_wants_the_unit(self, city, paper, tmp_path):
        other = city.sent(issuer=city.department, by=city.department_drafter)
        Circular.objects.filter(pk=other.pk).update(number=paper.number)
        with pytest.raises(CommandError, match=r"有 2 件.*YA-ZFB.*BM20"):
            self.run(paper.number, "--out", str(tmp_path / "x.zip"))
        assert "核验通过" in self.run(paper.number, "--out", str(tmp_path / "x.zip"), "--issuer", "YA-ZFB")
