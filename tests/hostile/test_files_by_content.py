"""Attacks 25 to 28 and 30 to 32: files that are not what they are called, that unpack without end, that are larger than they look (Articles 3 and 5).

A refusal is judged by the sentence that the drafter reads, its code, and that neither a row nor a byte of the file is left (``tests.uploads``).
"""

import io
import random
import struct
import zipfile
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from circulars.pages import CircularPage
from cms.attachments import Attachment, serve
from cms.filekinds import Bounds, Refused
from cms.filekinds.judging import judge
from tests.draftform import add_address, attachment, filled
from tests.longlists import listing
from tests.smallfiles import (
    BY_KIND,
    doc,
    docx,
    jpeg,
    ofd,
    ofd_parts,
    office_parts,
    ole,
    package,
    pdf,
    png,
    tiff,
    with_part,
    xls,
    xlsx,
)
from tests.uploads import kept, little_memory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]

_TYPES = "application/vnd.openxmlformats-officedocument."


def flagged(content, *, flags=0, outside=None, name=None):
    """The package with these flags on its last entry, its outer attributes or its name in place of those there."""
    changed = bytearray(content)
    listed = content.rindex(b"PK\x01\x02")
    begun = struct.unpack_from("<L", content, listed + 42)[0]
    for at in (listed + 8, begun + 6):
        struct.pack_into("<H", changed, at, struct.unpack_from("<H", changed, at)[0] | flags)
    if outside is not None:
        struct.pack_into("<L", changed, listed + 38, outside)
    if name is not None:
        changed[listed + 46 : listed + 46 + len(name)] = name
        changed[begun + 30 : begun + 30 + len(name)] = name
    return bytes(changed)


# --- 25, 26: what a file is called and what it is ---


def test_25_pages_and_drawings_with_scripts_are_no_attachments_and_as_a_text_are_for_saving_only(refused):
    page = b"<html><script>alert(1)</script></html>"
    for kind in ("html", "htm", "svg", "xhtml", "mht", "xml", "js", "htaccess"):
        refused(f"页.{kind}", page, "type", "可以使用")
    answer = serve(kept("页.txt", page), "页.txt")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert (answer["Content-Security-Policy"], answer["X-Content-Type-Options"]) == ("sandbox", "nosniff")


def test_26_a_file_under_the_name_of_another_kind_is_refused_with_the_reason(refused):
    for name, content in (("页.pdf", b"<html>%PDF-1.7"), ("程序.pdf", b"MZ\x90\x00"), ("程序.docx", b"MZ\x90\x00")):
        refused(name, content, "content", "请用原程序另存")
    refused("名单.xlsx", docx(), "content", "里面是 .docx 文件", "改正扩展名")
    refused("名单.docx", xlsx(), "content", "里面是 .xlsx 文件")
    refused("名单.ofd", docx(), "content", "不是 .ofd 文件")
    refused("名单.docx", ofd(), "content", "里面是 .ofd 文件")
    refused("名单.wps", xlsx(), "content", "里面是 .xlsx 文件")
    refused("名单.xls", doc(), "content", "里面是 .doc 文件")
    refused("名单.doc", xls(), "content", "里面是 .xls 文件")
    refused("名单.doc", ole({"PowerPoint Document": b"x"}), "content", "里面是 .ppt 文件")
    refused("名单.et", doc(), "content", "里面是 .doc 文件")
    refused("名单.docx", package({"a.txt": "a"}), "content", "不是 .docx 文件")
    refused("名单.docx", package(office_parts("docx", main_type=f"{_TYPES}theme+xml")), "content")
    refused("名单.docx", package(office_parts("docx") | {"_rels/.rels": "<a>"}), "damaged")
    refused("名单.ofd", package({"OFD.xml": "<x/>"}), "damaged")
    refused(
        "名单.ofd", package(ofd_parts() | {"OFD.xml": "<OFD><DocRoot>Doc_1/Document.xml</DocRoot></OFD>"}), "damaged"
    )
    for name in ("a.pdf.exe", "名单", ".htaccess", "pdf"):
        refused(name, pdf(), "type")
    refused("名单.pdf", b"", "empty", "空文件")


def test_26_a_file_that_is_two_files_at_once_is_refused(refused):
    refused("名单.docx", b"PK\x03\x04 a program" + docx(), "damaged")
    refused("名单.docx", docx() + b" a program", "damaged")
    commented = io.BytesIO(docx())
    with zipfile.ZipFile(commented, "a") as made:
        made.comment = b"%PDF-1.7"
    refused("名单.docx", commented.getvalue(), "damaged")
    refused("名单.docx", package({"a": pdf()} | office_parts("docx"), method=zipfile.ZIP_STORED), "content", "另一种")
    refused("名单.pdf", pdf() + docx(), "nested", "压缩包")


# --- 27: packages ---


def test_27_what_grows_without_end_is_refused_from_the_directory(refused, settings):
    bombs = {"a part": bytes(100 * 1024**2), "very many": b" " * (40 * 1024**2)}
    grown = [with_part("word/media/1.bmp", bombs["a part"]), with_part("word/a.xml", bombs["very many"])]
    long_lists = [listing(count) for count in (5_001, 100_000, 1_000_000)]
    with little_memory():
        for content in grown:
            refused("名单.docx", content, "unpacked", "异常地大")
        for content in long_lists:
            refused("名单.xlsx", content, "parts", "5000")
    settings.ATTACHMENT_PART_MB = 1
    refused("名单.ofd", package(ofd_parts() | {"a.bin": bytes(1024**2 + 1)}), "unpacked", "一部分")
    settings.ATTACHMENT_UNPACKED_MB = 1
    refused("名单.ofd", package(ofd_parts() | {"a.bin": bytes(600_000), "b.bin": bytes(600_000)}), "unpacked", "1 MB")


def test_27_an_old_file_whose_chain_bites_its_tail_takes_no_more_room_than_it_has(refused):
    """Every sector of its table is the first one, and the first one follows itself."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<2H", head, 30, 12, 6)
    struct.pack_into("<L", head, 56, 4096)
    struct.pack_into("<3L", head, 60, 0xFFFFFFFE, 0, 0xFFFFFFFE)
    with little_memory():
        refused("通知.doc", bytes(head).ljust(4096, b"\0") + bytes(4096), "damaged", "另存后再上传")


def test_27_a_package_whose_directory_lies_is_refused_before_more_than_it_promises_is_unpacked(refused):
    honest = with_part("word/media/1.bmp", bytes(4 * 1024**2))
    size = struct.pack("<L", 4 * 1024**2)
    assert honest.count(size) == 2
    with little_memory(8 * 1024**2):
        refused("名单.docx", honest.replace(size, struct.pack("<L", 1000)), "damaged")
        refused("名单.docx", honest.replace(size, struct.pack("<L", 5 * 1024**2)), "damaged")
    stored = package(office_parts("docx") | {"word/a.xml": b"<a>1</a>"}, method=zipfile.ZIP_STORED)
    refused("名单.docx", stored.replace(b"<a>1</a>", b"<a>2</a>"), "damaged", "不完整")
    refused("名单.docx", stored[: len(stored) // 2], "damaged")


def test_27_a_package_in_a_package_is_refused_but_for_what_the_format_embeds(refused):
    inner = package({"a.txt": "a"})
    for name in ("word/a.zip", "word/embeddings/a.zip", "word/media/1.png", "a.bin"):
        refused("名单.docx", with_part(name, inner), "nested", "请取出来分别上传")
    refused("名单.docx", with_part("word/embeddings/a.xlsx", inner), "content")
    refused("名单.ofd", package(ofd_parts() | {"Doc_0/Attachs/a.docx": docx()}), "nested")
    for mark in (b"Rar!\x1a\x07\x00", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"MSCF"):
        refused("名单.docx", with_part("word/media/1.png", mark + bytes(20)), "nested")
    deep = xlsx()
    for name in ("word/embeddings/a.xlsx", "word/embeddings/a.docx", "word/embeddings/a.docx"):
        deep = with_part(name, deep)
    refused("名单.docx", deep, "nested")
    bomb = with_part("xl/a.xml", b" " * 20 * 1024**2, "xlsx")
    refused("名单.docx", with_part("word/embeddings/a.xlsx", bomb), "unpacked")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "word/../../a",
        "/etc/passwd",
        "C:/a.txt",
        "..\\..\\a.txt",
        "word\\a.xml",
        "word/a\x01.xml",
        "..",
    ],
)
def test_27_a_name_that_leads_out_of_the_package_is_refused(refused, name):
    refused("名单.docx", with_part(name, "a"), "names", "指向别处")


def test_27_what_no_office_program_writes_into_a_directory_is_refused(refused):
    last = with_part("word/zz.xml", "<a/>")
    refused("名单.docx", flagged(last, outside=0o120777 << 16), "names", "链接")
    refused("名单.docx", flagged(last, name=b"word/z\x00.xml"), "names")
    for flag in (0x1, 0x40, 0x2000):
        refused("名单.docx", flagged(last, flags=flag), "locked", "请取消密码")
    twice = with_part("word/document.xmk", "<another/>").replace(b"word/document.xmk", b"word/document.xml")
    refused("名单.docx", twice, "names", "重名")
    refused("名单.docx", with_part("Word/Document.XML", "<another/>"), "names", "重名")
    refused("名单.docx", package(office_parts("docx"), method=zipfile.ZIP_LZMA), "method")
    for name, there, other in (
        ("two entries for one part", last[-200:].rindex(b"PK\x01\x02") + len(last) - 200 + 42, 0),
        ("an end that counts otherwise", len(last) - 12, 3),
        ("a directory somewhere else", len(last) - 6, 40),
    ):
        wrong = bytearray(last)
        struct.pack_into("<L", wrong, there, other)
        refused("名单.docx", bytes(wrong), "damaged"), name
    hidden = last.replace(b"PK\x01\x02", b"a program" + b"PK\x01\x02", 1)
    start = struct.unpack_from("<L", hidden, len(hidden) - 6)[0] + len(b"a program")
    refused("名单.docx", hidden[:-6] + struct.pack("<L", start) + hidden[-2:], "damaged")


# --- 28: pictures ---


def test_28_a_picture_is_measured_by_what_it_says_of_itself(refused, settings):
    with little_memory():
        for name, content in (
            ("图.png", png(60_000, 60_000)),
            ("图.jpg", jpeg(60_000, 60_000)),
            ("图.tif", tiff(60_000, 60_000)),
            ("图.tiff", tiff(60_000, 60_000, order=">")),
        ):
            refused(name, content, "pixels", "60000×60000", "100 百万像素")
    refused("图.tif", tiff()[:8] + tiff(60_000, 60_000)[8:], "pixels")
    settings.ATTACHMENT_MEGAPIXELS = 69
    refused("图.png", png(7016, 9921), "pixels")
    settings.ATTACHMENT_MEGAPIXELS = 100
    for name, content in (("图.png", png(7016, 9921)), ("图.jpg", jpeg(7016, 9921)), ("图.tif", tiff(7016, 9921))):
        assert kept(name, content), "an A3 sheet scanned at 600 dpi"


def test_28_a_picture_that_breaks_off_is_refused(refused):
    for name, content in (("图.png", png()), ("图.jpg", jpeg()), ("图.tif", tiff(pages=3))):
        for length in range(8, len(content), 5):
            refused(name, content[:length], "damaged", "不完整")
    refused(
        "图.png", png().replace(b"\x00\x00\x00\x02\x00\x00\x00\x02", b"\x00\x00\x00\x02\x00\x00\x00\x03"), "damaged"
    )
    refused("图.png", png(0, 2), "damaged")
    refused("图.tif", b"II*\0" + struct.pack("<L", 8) + struct.pack("<HL", 0, 8), "damaged")
    refused("图.jpg", jpeg(before=b"\xff" * 1000), "damaged")
    refused("图.jpg", b"\xff\xd8" + (b"\xff\xe1\xff\xff" + bytes(0xFFFD)) * 300, "damaged")
    assert kept("图.jpg", jpeg(before=(b"\xff\xe1\xff\xff" + b"Exif\0\0".ljust(0xFFFD, b"\0")) * 20))


# --- any of them, broken anyhow ---


@pytest.mark.parametrize("kind", sorted(BY_KIND.keys() - {"pdf", "txt", "csv"}))
def test_a_file_that_is_broken_anyhow_is_judged_or_refused_and_breaks_nothing(kind):
    dice = random.Random(kind)
    for _ in range(300):
        broken = bytearray(BY_KIND[kind])
        for _ in range(dice.randint(1, 5)):
            at = dice.randrange(8, len(broken))
            broken[at : at + dice.choice([1, 4])] = dice.choice([b"\0", b"\xff", b"\xfe\xff\xff\xff", b"", b"\0" * 9])
        with suppress(Refused):
            judge(io.BytesIO(bytes(broken)), kind, Bounds())


# --- 30 to 32: names and sizes ---


def test_30_no_name_leads_anywhere_and_the_bytes_lie_under_their_digest(empty_store):
    for name in ("../../值班表.txt", "/etc/值班表.txt", "CON.txt", "值班表.txt.", "长" * 300 + ".txt", "值\x00班.txt",
                 "a\r\nSet-Cookie: b.txt", "值班\u202etxt.txt", "表😀.txt", "e\u0301.txt"):  # fmt: skip
        file = kept(name, repr(name).encode())
        assert file.path == empty_store / file.digest[:2] / file.digest
        said = serve(file, name)["Content-Disposition"]
        assert said.startswith("attachment; filename")
        assert not set("\r\n\0\u202e") & set(said)
    assert {path.relative_to(empty_store).parts[0] for path in empty_store.rglob("*")} == {
        digest[:2] for digest in Attachment.objects.values_list("digest", flat=True)
    }


def test_31_two_files_of_one_name_are_two_and_the_same_bytes_are_one_under_either_name(empty_store):
    first, second = kept("名单.txt", b"a"), kept("名单.txt", b"b")
    assert first != second
    assert kept("名单.TXT", b"a") == first
    assert first.path.read_bytes() == b"a"


def test_32_the_limit_holds_to_the_byte(refused, settings):
    settings.ATTACHMENT_LIMIT = 1024**2
    refused("名单.txt", b"", "empty")
    refused("名单.txt", b"x" * (1024**2 + 1), "size", "1 MB")
    assert kept("名单.txt", b"x" * 1024**2).size == 1024**2


# --- on the page ---


def test_a_file_that_is_refused_stands_on_the_page_with_its_sentence_and_nothing_is_saved(city, empty_store):
    acting = SimpleUploadedFile("通知.pdf", pdf(catalog="/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"))
    answer = city.desk(city.drafter).post(add_address(city), filled(city, **attachment(file=acting)))
    assert "“通知.pdf”里面有脚本（JavaScript），请打印成新的 PDF 后再上传。" in answer.content.decode()
    assert not CircularPage.objects.exists()
    assert not Attachment.objects.exists()
    assert not empty_store.exists()
