"""A .docx that is no sound draft, or makes more of itself than a draft holds, is refused with a sentence and in moments."""

import struct
import zipfile
from io import BytesIO

import pytest

from circulars.docxin import NotImportable, read
from tests.growth import FAIR, growth
from tests.longlists import listing
from tests.worddrafts import SPACES, TYPES, docx, level, numbering, p, tbl, tc, whole_draft

TITLE = p("关于放假的通知", jc="center")


def taken(content: bytes, name: str = "放假.docx"):
    return read(name, BytesIO(content), len(content))


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")


def bomb() -> bytes:
    return docx(p("字"), parts={"word/media/image1.png": b"\0" * (31 * 1024 * 1024)})


def lying() -> bytes:
    """A part that says it is short and is not."""
    content = bytearray(docx("<w:p/>" * 2_500_000))
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        size = struct.pack("<L", archive.getinfo("word/document.xml").file_size)
    return bytes(content.replace(size, struct.pack("<L", 100)))


def evil(declaration: str, inside: str) -> bytes:
    document = f"<!DOCTYPE x [{declaration}]><w:document {SPACES}><w:body><w:p><w:r><w:t>{inside}</w:t></w:r></w:p></w:body></w:document>"
    return docx(parts={"word/document.xml": document})


@pytest.mark.parametrize(
    "name, content, sentence",
    [
        ("稿.doc", b"x", "另存为 .docx"),
        ("稿.wps", b"x", "另存为 .docx"),
        ("稿.docm", docx(p("字")), "带宏"),
        ("稿.pdf", b"%PDF-", "只能导入 .docx"),
        ("稿", b"x", "只能导入 .docx"),
        ("稿.docx", b"", "空文件"),
        ("稿.docx", encrypted(), "打开密码"),
        ("稿.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧格式"),
        ("稿.docx", b"PK\x03\x04broken", "已损坏"),
        ("稿.docx", whole_draft()[:-900], "已损坏"),
        ("稿.docx", docx(parts={"word/document.xml": "<w:document>"}), "已损坏"),
        ("稿.docx", docx(parts={"word/document.xml": "<html/>"}), "不是 Word 文稿"),
        ("稿.docx", docx(p("字"), parts={"[Content_Types].xml": TYPES.replace("document.main", "document.macroEnabled.main")}), "带宏"),
        ("稿.docx", docx(p("字"), parts={"word/vbaProject.bin": b"x"}), "带宏"),
        ("稿.docx", docx(p("字"), parts={f"word/media/{n}": b"" for n in range(2001)}), "展开后"),
        ("稿.docx", docx("<w:sdt>" * 200 + "</w:sdt>" * 200), "层层嵌套"),
        ("稿.docx", evil('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"), "外部引用"),
        ("稿.docx", evil('<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">', "&b;"), "外部引用"),
        ("稿.docx", docx(), "没有文字"),
        ("稿.docx", docx(p("字" * 300_001)), "30 万字"),
        ("稿.docx", docx(*[p("字", num=(1, 0))] * 2000, numbering=numbering((level(0, "lowerLetter", "%1" * 30, start=999_000),))), "30 万字"),
        ("稿.docx", docx(tbl(["字"] * 64)), "超过 63 列"),
        ("稿.docx", docx(tbl(["字"] * 63, *[["字"]] * 400)), "超过 2 万格"),
        ("稿.docx", docx(*[tbl([tc(look='<w:gridSpan w:val="60"/>')], *[["字"]] * 99)] * 4), "超过 2 万格"),
        ("稿.docx", docx(TITLE, p("正文。"), p("2026年9月28日", jc="right"), *[p("附件1"), p("名单")] * 51), "超过 50 个附件"),
    ],
)  # fmt: skip
def test_what_is_no_sound_draft_is_refused_with_a_sentence(name, content, sentence):
    with pytest.raises(NotImportable, match=sentence):
        taken(content, name)


def test_what_unpacks_too_far_is_refused_whatever_it_says():
    for content, sentence in ((bomb(), "30 MB"), (lying(), "已损坏|太长"), (listing(200_000), "30 MB")):
        with pytest.raises(NotImportable, match=sentence):
            taken(content)
    with pytest.raises(NotImportable, match="不能超过 20 MB"):
        read("稿.docx", BytesIO(b""), 21 * 1024 * 1024)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(lambda n: f"附件{' ' * n}甲", id="blanks after 附件"),
        pytest.param(lambda n: f"2026年{' ' * n}甲", id="blanks in a date"),
        pytest.param(lambda n: f"2026年9月{' ' * n}甲", id="blanks before a day"),
        pytest.param(lambda n: f"延政〔2026〕{' ' * n}甲", id="blanks in a number"),
        pytest.param(lambda n: f"（{' ' * n}甲", id="blanks in brackets"),
        pytest.param(lambda n: f"签发人：{' ' * n}甲", id="blanks before a name"),
    ],
)
def test_no_line_takes_more_than_its_share_of_time(line):
    files = {length: docx(p(line(length)), TITLE, p("2026年9月28日"), p(line(length))) for length in (6_000, 24_000)}
    assert growth(lambda text: taken(files[len(text)]), lambda length: "字" * length) < FAIR


def test_many_attachments_below_the_date_take_no_more_than_their_share_of_time():
    ending = [p("附件"), p("抄送：市政府。")]
    files = {n: docx(TITLE, p("正文。"), p("2026年9月28日", jc="right"), *ending * n) for n in (1_000, 4_000)}

    def refused(text: str) -> None:
        with pytest.raises(NotImportable, match="超过 50 个附件"):
            taken(files[len(text)])

    assert growth(refused, lambda length: "字" * length, length=1_000) < FAIR
