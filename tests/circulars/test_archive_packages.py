"""归档包: what is made of a filed paper, the stranger's program takes; it is checked by four properties, and handed over only whole (Article 27)."""

import io
import random
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from circulars.archive.appraisal import appraise
from circulars.archive.fileforms import look
from circulars.archive.holdings import Holding
from circulars.archive.packagechecks import PackageCheck, check
from circulars.archive.packaging import make
from circulars.archive.transferrecords import Transfer, TransferLine
from circulars.archive.transfers import call_off, draw_up, receive, verdict_of
from circulars.evidence import export
from circulars.purging import block, confirm
from circulars.registration import Circular
from circulars.sealing import Manifest
from circulars.verifier.__main__ import FAULTY, WHOLE, main
from circulars.verifier.bundle import Bundle, Unreadable
from circulars.verifier.checking import findings
from circulars.verifier.findings import Fault
from circulars.verifier.package import CORE, METADATA, PROCESS, TEXT
from circulars.verifier.plainxml import read
from cms.attachments import Attachment, place_of
from cms.discards import is_discarded
from cms.lifecycles import OutOfOrder
from cms.revocations import the_authority, trust
from cms.unheld import unheld
from tests.archives import anew, filed, handled, holding, said, staffed
from tests.cast import MONDAY, attached
from tests.longlists import listing
from tests.sealedpapers import tampered
from tests.sealkeys import clerk_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_elsewhere(settings, tmp_path):
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"


@pytest.fixture(scope="module")
def standing(beforehand):
    return beforehand("sent", attachments=attached())


@pytest.fixture
def paper(standing, city):
    return Circular.objects.get(pk=standing)


@pytest.fixture
def city(city):
    return staffed(city)


@pytest.fixture
def kept(city, paper):
    """The office's own paper, signed for and done with by one unit, and filed by the office."""
    handled(city, paper)
    return filed(city, holding(paper, city.office), "D30")


@pytest.fixture
def damage():
    """``damage(digest)``: the file of this digest has other bytes, until the scene is over."""
    were = {}

    def spoil(digest):
        were[digest] = place_of(digest).read_bytes()
        tampered(digest, lambda content: content[:-1] + bytes([content[-1] ^ 1]))

    yield spoil
    for digest, content in were.items():
        tampered(digest, lambda _, content=content: content)


def package(kept, at=MONDAY) -> bytes:
    target = io.BytesIO()
    make(kept, target, at=at)
    return target.getvalue()


def faults(path: Path) -> list[str]:
    with Bundle(path) as bundle:
        return [str(found) for found in findings(bundle, trust().roots[0]) if isinstance(found, Fault)]


def test_the_program_of_a_stranger_takes_the_package_which_lies_in_the_folder_of_its_code(kept, tmp_path, capsys):
    path, root = tmp_path / "package.zip", tmp_path / "root.der"
    path.write_bytes(package(kept))
    from cryptography.hazmat.primitives.serialization import Encoding

    root.write_bytes(the_authority().root.public_bytes(Encoding.DER))
    assert main([str(path), "--root", str(root)]) == WHOLE
    assert capsys.readouterr().out.endswith("核验通过。\n")
    assert main([str(path)]) == WHOLE
    assert capsys.readouterr().out.splitlines()[-1].startswith("归档包完好，但")
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        folder = "0012-WS.2026-D30.BGS-0001/"
        assert all(name.startswith(folder) for name in names)
        metadata = archive.read(folder + METADATA)
        process = archive.read(folder + PROCESS).decode()
    assert {
        folder + name for name in (METADATA, PROCESS, TEXT, "manifest.xml", "manifest.p7s", "content/circular.pdf")
    } < names
    _, elements = read(metadata, METADATA)
    told = {one.attributes["name"]: one.text for one in elements}
    assert told.keys() >= CORE.keys()
    assert (told["archival_code"], told["retention_period"]) == (kept.code, "30年")
    assert "签发" in process
    assert "签收" in process


def test_the_same_records_and_moment_give_the_same_bytes_but_for_the_signature(kept):
    both = [zipfile.ZipFile(io.BytesIO(package(kept))) for _ in range(2)]
    one, other = ({name: archive.read(name) for name in archive.namelist()} for archive in both)
    assert one.keys() == other.keys()
    assert [name.partition("/")[2] for name in one if one[name] != other[name]] == ["manifest.p7s"]


def test_no_flipped_bit_of_a_package_goes_unseen(kept, tmp_path):
    whole, path, chance = package(kept), tmp_path / "flipped.zip", random.Random(7)
    path.write_bytes(whole)
    assert not faults(path)
    with zipfile.ZipFile(path) as archive:
        within = [head.header_offset + 60 for head in archive.infolist()]
    places = [place * 8 for place in within if place < len(whole)] + chance.sample(range(len(whole) * 8), 40)
    assert len(places) >= 50
    for place in places:
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        path.write_bytes(changed)
        with suppress(Unreadable):
            assert faults(path), f"bit {place} was changed unseen"


def test_files_taken_out_put_in_or_packed_again_are_found(kept, tmp_path, capsys):
    whole = zipfile.ZipFile(io.BytesIO(package(kept)))
    files = {name: whole.read(name) for name in whole.namelist()}
    folder = "0012-WS.2026-D30.BGS-0001/"
    lying = {
        "taken out": {name: text for name, text in files.items() if not name.endswith(METADATA)},
        "put in": files | {f"{folder}content/more.txt": b"more"},
        "renamed": {f"other/{name.partition('/')[2]}": text for name, text in files.items()},
        "without a folder": {name.partition("/")[2]: text for name, text in files.items()},
        "as it was": files,
    }
    for what, contents in lying.items():
        path = tmp_path / "lying.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in contents.items():
                archive.writestr(name, text)
        assert main([str(path)]) == FAULTY, what
        told = capsys.readouterr().out
        assert told.count("问题：") == 1 if what == "as it was" else told.count("问题：") > 1, told


def test_a_receiving_unit_keeps_its_own_receipt_and_nothing_of_the_drafting_or_of_other_units(city, paper, tmp_path):
    handled(city, paper)
    late = paper.deliveries.get(unit=city.late)
    late.open(by=city.late_clerk, at=MONDAY)
    city.sign(late, by=city.late_clerk)
    path = tmp_path / "package.zip"
    path.write_bytes(package(filed(city, holding(paper, city.attentive))))
    assert not faults(path)
    with Bundle(path) as bundle:
        assert TEXT not in bundle.heads
        assert [name for name in bundle.heads if name.startswith("receipts/")] == ["receipts/BM05-1.json"]
        told = {line["deed"] for line in bundle.json("timeline.json")["entries"]}
        metadata = bundle.read(METADATA).decode()
    assert "delivery.signed_for" in told
    assert not {deed for deed in told if deed.startswith(("draft.", "holding."))}
    assert city.drafter.name not in metadata


def test_a_check_keeps_its_results_and_says_which_property_fails(city, kept, paper, damage):
    found = check(kept, by=city.office_archivist, at=MONDAY)
    assert found.passed
    assert {one.label for one in found.items} == {"真实性", "完整性", "可用性", "安全性"}
    attachment = Manifest.objects.get(circular=paper.pk).facts["attachments"][0]
    damage(attachment["sha256"])
    worse = check(kept, by=city.office_archivist, at=MONDAY)
    assert not worse.passed
    assert worse.first_fault
    assert PackageCheck.objects.filter(holding=kept).count() == 2
    with pytest.raises(PermissionDenied):
        check(kept, by=city.filer, at=MONDAY)


def test_what_acts_by_itself_or_leads_outside_is_found(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"%PDF-1.7 << /OpenAction << /S /JavaScript >> /URI (http://x) >>")
    assert set(look(path, "pdf").dangers) == {"活动内容", "外部链接"}
    assert look(path, "pdf").closed
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
        archive.writestr("word/_rels/document.xml.rels", b'<Relationship TargetMode="External"/>')
    assert set(look(path, "docx").dangers) == {"宏", "外部链接"}
    assert look(path, "docx").closed == ""
    assert look(path, "exe").closed == "格式 .exe 不在可归档的格式之内"
    path.write_text("姓名,电话")
    assert not look(path, "csv").dangers
    assert look(path, "csv").closed == ""


def test_a_package_that_breaks_while_it_is_unpacked_or_says_it_is_vast_is_told_and_not_unpacked(tmp_path):
    broken, vast = tmp_path / "broken", tmp_path / "vast"
    with zipfile.ZipFile(broken, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(range(256)) * 400)
    content = bytearray(broken.read_bytes())
    content[47:60] = b"\xff" * 13  # the beginning of the compressed stream, after its head and name
    broken.write_bytes(content)
    assert look(broken, "docx").closed
    with zipfile.ZipFile(vast, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", "小")
        package.infolist()[0].file_size = 600 << 20
    assert look(vast, "docx").closed == "解压后太大，没有逐个核对"


def test_a_broken_part_is_told_and_what_a_package_of_another_name_holds_is_found(tmp_path):
    path = tmp_path / "file"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("_rels/.rels", bytes(range(256)) * 400)
    content = bytearray(path.read_bytes())
    content[42:60] = b"\xff" * 18
    path.write_bytes(content)
    assert look(path, "docx").closed
    assert not look(path, "docx").dangers
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/vbaProject.bin", b"x")
    assert look(path, "wps").dangers == ("宏",)


def test_a_file_that_says_it_is_endless_is_told_and_takes_no_room_here(tmp_path):
    table = b"%PDF-1.4\nxref\n0 9999999\n" + b"0000000000 65535 f \n" * 500_000
    pdf, package = tmp_path / "pdf", tmp_path / "docx"
    pdf.write_bytes(table + b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n9\n%%EOF")
    package.write_bytes(listing(200_000))
    tracemalloc.start()
    told = [look(pdf, "pdf"), look(package, "docx")]
    room = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert all(one.closed and not one.dangers for one in told)
    assert room < 5 << 20


def test_what_is_not_filed_has_no_package(city, paper):
    with pytest.raises(OutOfOrder) as early:
        package(holding(paper, city.office))
    assert said(early).endswith("没有归档，不能制作归档包。")


def test_the_command_writes_the_package_of_a_unit_once_and_says_what_is_wrong(kept, tmp_path, capsys):
    out = tmp_path / "out.zip"
    call_command("archive_package", kept.circular.number, "--unit", "YA-ZFB", "--out", str(out))
    assert "归档包已写入" in capsys.readouterr().out
    assert not faults(out)
    # That one was made is in the ledger, and makes neither the next one nor the evidence another paper's.
    for again in (tmp_path / "again.zip", tmp_path / "evidence.zip"):
        if again.stem == "again":
            call_command("archive_package", kept.circular.number, "--unit", "YA-ZFB", "--out", str(again))
        else:
            with again.open("w+b") as target:
                export(kept.circular, target, at=MONDAY)
        assert not faults(again)
    for unit, path, word in (("YA-ZFB", out, "已存在"), ("BM05", tmp_path / "b.zip", "没有归档"), ("XX", out, "单位")):
        with pytest.raises(CommandError, match=word):
            call_command("archive_package", kept.circular.number, "--unit", unit, "--out", str(path))
    assert not (tmp_path / "b.zip").exists()


def test_the_archive_office_signs_for_what_it_takes_over_and_the_papers_are_its_own_then(city, kept):
    with pytest.raises(OutOfOrder) as unchecked:
        draw_up(city.office, [kept], by=city.office_archivist, at=MONDAY)
    assert said(unchecked).endswith("还没有通过四性检测，没有编制清单。请先检测。")
    assert not Transfer.objects.exists()
    check(kept, by=city.office_archivist, at=MONDAY)
    transfer = draw_up(city.office, [kept], by=city.office_archivist, at=MONDAY)
    line = transfer.lines.get()
    assert str(transfer) == "移交清单〔2026〕1号"
    assert place_of(line.package).stat().st_size == line.size
    assert not unheld(Attachment.objects.filter(digest=line.package)).exists()
    with pytest.raises(OutOfOrder):
        draw_up(city.office, [kept], by=city.office_archivist, at=MONDAY)
    with pytest.raises(PermissionDenied):
        receive(transfer, None, by=city.filer, at=MONDAY)
    with pytest.raises(OutOfOrder) as bare:
        receive(transfer, None, by=city.archive_keeper, at=MONDAY)
    assert "个人证书" in said(bare)
    signing = clerk_key(city.archive_office, city.archive_keeper, at=MONDAY)
    receive(transfer, signing, by=city.archive_keeper, at=MONDAY)
    transfer = Transfer.objects.get(pk=transfer.pk)
    assert transfer.state == Transfer.State.RECEIVED
    assert verdict_of(transfer).stands
    assert anew(kept).state == Holding.State.TRANSFERRED
    for late in (
        lambda: receive(transfer, signing, by=city.archive_keeper, at=MONDAY),
        lambda: call_off(transfer, by=city.office_archivist, at=MONDAY),
    ):
        with pytest.raises(OutOfOrder):
            late()
    Transfer.objects.filter(pk=transfer.pk).update(receipt=transfer.receipt.replace("0012", "0013"))
    assert not verdict_of(Transfer.objects.get(pk=transfer.pk)).stands


def test_a_list_that_was_called_off_frees_its_papers_and_a_damaged_package_is_not_received(city, kept, damage):
    check(kept, by=city.office_archivist, at=MONDAY)
    first = draw_up(city.office, [kept], by=city.office_archivist, at=MONDAY)
    call_off(first, by=city.office_archivist, at=MONDAY)
    second = draw_up(city.office, [kept], by=city.office_archivist, at=MONDAY)
    assert second.sequence == 2
    assert unheld(
        Attachment.objects.filter(digest=first.lines.get().package)
    ).exists()  # nobody needs that one any more
    assert not unheld(Attachment.objects.filter(digest=second.lines.get().package)).exists()
    damage(second.lines.get().package)
    signing = clerk_key(city.archive_office, city.archive_keeper, at=MONDAY)
    with pytest.raises(OutOfOrder) as damaged:
        receive(second, signing, by=city.archive_keeper, at=MONDAY)
    assert "被改动过" in said(damaged)
    assert anew(kept).state == Holding.State.FILED
    with pytest.raises(OutOfOrder):
        receive(first, signing, by=city.archive_keeper, at=MONDAY)


def test_a_paper_whose_check_fails_keeps_the_whole_list_from_being_drawn_up(city, kept, paper, damage):
    check(kept, by=city.office_archivist, at=MONDAY)
    damage(Manifest.objects.get(circular=paper.pk).pdf_digest)
    with pytest.raises(OutOfOrder) as broken:
        draw_up(city.office, [kept], by=city.office_archivist, at=MONDAY)
    assert "四性检测没有通过" in said(broken)
    assert not Transfer.objects.exists()
    assert not TransferLine.objects.exists()


def test_a_paper_on_its_way_to_the_archive_office_is_not_appraised(city, kept):
    check(kept, by=city.office_archivist, at=MONDAY)
    transfer = draw_up(city.office, [kept], by=city.office_archivist, at=MONDAY)
    Holding.objects.filter(pk=kept.pk).update(kept_until=date(2026, 1, 1))
    ended = Holding.objects.to_appraise(date(2026, 9, 28))
    with pytest.raises(OutOfOrder, match="移交清单"):
        appraise(anew(kept), "destroy", "没有保存价值", by=city.office_archivist, at=MONDAY)
    assert not ended.exists()
    call_off(transfer, by=city.office_archivist, at=MONDAY)
    assert ended.get() == kept
    appraise(anew(kept), "destroy", "没有保存价值", by=city.office_archivist, at=MONDAY)


def test_a_purge_throws_the_packages_away_that_were_handed_over(city, kept, paper):
    check(kept, by=city.office_archivist, at=MONDAY)
    transfer = draw_up(city.office, [kept], by=city.office_archivist, at=MONDAY)
    line = transfer.lines.get()
    case = block(paper.page, reason="发现涉密", by=city.secretary, at=MONDAY)
    with pytest.raises(OutOfOrder, match="封存"):
        call_off(transfer, by=city.office_archivist, at=MONDAY)
    for person in (city.secretary, city.engineer):
        confirm(case, by=person, at=MONDAY)
    assert not Attachment.objects.filter(digest=line.package).exists()
    assert is_discarded(line.package)
    signing = clerk_key(city.archive_office, city.archive_keeper, at=MONDAY)
    with pytest.raises(OutOfOrder, match="其余的另行编制"):
        receive(line.transfer, signing, by=city.archive_keeper, at=MONDAY)
    call_off(line.transfer, by=city.office_archivist, at=MONDAY)  # else the others of the list could go nowhere
    assert Transfer.objects.get().state == "called_off"
