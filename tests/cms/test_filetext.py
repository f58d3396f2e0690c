"""Text found in files of every kind, and files that say themselves that they were not read (Article 5)."""

import io
import os
import tracemalloc
import zipfile

import openpyxl
import pytest

from cms.filetext import ENTRIES, UNPACKED, text_of
from cms.xmltext import read_xml
from cms.zippackage import length_of_list
from tests.growth import FAIR, growth
from tests.longlists import listing

MARK = "机密★10年"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def package(**parts: str | bytes) -> io.BytesIO:
    """A zip whose parts are named as given, dots and slashes written as in the dictionary."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return made


def word(paragraphs: str) -> str:
    return f"<w:document {_W}><w:body>{paragraphs}</w:body></w:document>"


PAGE = "<w:p><w:t>关于放假的通知</w:t></w:p>"


def beside_a_page(name: str, content: bytes | str) -> io.BytesIO:
    return package(**{name: content, "word/document.xml": word(PAGE)})


def workbook():
    book = openpyxl.Workbook()
    book.active.append(["姓名", "电话"])
    book.active.oddHeader.center.text = f'&"宋体,常规"&12{MARK}'
    made = io.BytesIO()
    book.save(made)
    return made


PICTURE = b"q 500 0 0 700 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI Q "


def pdf(text: str, pages: int = 1, drawn: bytes = b"") -> io.BytesIO:
    """A small PDF that shows the text by its Unicode numbers on each page, over what is drawn there."""
    shown = drawn + f"BT /F 6 Tf 20 700 Td <{text.encode('utf-16-be').hex()}> Tj ET".encode()
    cmap = b"\n".join(
        [
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def",
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange",
            b"1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end",
        ]
    )
    kids = " ".join(f"{10 + n} 0 R" for n in range(pages))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        4: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        b" /Supplement 0 >> >>",
        5: b"<< /Length %d >> stream\n%s\nendstream" % (len(cmap), cmap),
        6: b"<< /Length %d >> stream\n%s\nendstream" % (len(shown), shown),
        **{
            10
            + n: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents 6 0 R >>"
            for n in range(pages)
        },
    }
    body, places = b"%PDF-1.4\n", {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj %s endobj\n" % (number, content)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in places.items())
    return io.BytesIO(
        body
        + b"xref\n0 1\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (10 + pages, len(body))
    )


FILES = {
    "a paragraph in pieces": lambda: package(
        **{
            "word/document.xml": word(
                "<w:p><w:r><w:t>机</w:t></w:r><w:r><w:t>密★</w:t></w:r><w:r><w:t>10年</w:t></w:r></w:p>"
            )
        }
    ),
    "a header": lambda: package(
        **{"word/document.xml": word("<w:p/>"), "word/header1.xml": word(f"<w:p><w:t>{MARK}</w:t></w:p>")}
    ),
    "a comment": lambda: package(**{"word/comments.xml": word(f"<w:p><w:t>{MARK}</w:t></w:p>")}),
    "a watermark": lambda: package(
        **{"word/document.xml": word(PAGE), "word/header1.xml": word(f'<v:textpath string="{MARK}"/>')}
    ),
    "the number of a list": lambda: package(
        **{"word/document.xml": word(PAGE), "word/numbering.xml": word('<w:lvl><w:lvlText w:val="机密★%1年"/></w:lvl>')}
    ),
    "text after an element": lambda: package(**{"word/document.xml": word(f"<w:p><w:t/>{MARK}</w:p>")}),
    "the name of a part": lambda: beside_a_page(f"附件/{MARK}.bin", b"\x00"),
    "its properties": lambda: package(
        **{"word/document.xml": word(PAGE), "docProps/core.xml": f"<p><title>{MARK}</title></p>"}
    ),
    "a workbook inside": lambda: package(**{"word/embeddings/book.xlsx": workbook().getvalue()}),
    "the head of a sheet": workbook,
    "an OFD": lambda: package(
        **{"Doc_0/Pages/Page_0/Content.xml": f"<o><TextObject><TextCode>{MARK}</TextCode></TextObject></o>"}
    ),
    "utf-8": lambda: io.BytesIO(f"\ufeff姓名,{MARK}".encode()),
    "gb18030": lambda: io.BytesIO(f"姓名,{MARK}".encode("gb18030")),
    "utf-16": lambda: io.BytesIO(f"姓名,{MARK}".encode("utf-16")),
    "an old document": lambda: io.BytesIO(
        _OLE + os.urandom(2000) + f"关于做好防汛工作的通知\r{MARK}\r".encode("utf-16-le")
    ),
    "an old sheet at an odd byte": lambda: io.BytesIO(
        _OLE + b"\x01" + f"防汛物资储备情况统计表\r{MARK}".encode("utf-16-le")
    ),
    "an old note in GBK": lambda: io.BytesIO(
        _OLE + b"\x00" * 9 + f"{MARK}".encode("gbk") + b"\x00" + "防汛抗旱指挥部办公室".encode("utf-16-le")
    ),
    "a pdf": lambda: pdf(f"通知 {MARK}"),
}


@pytest.mark.parametrize("where", FILES)
def test_a_mark_is_read_wherever_an_office_file_keeps_text(where):
    read = text_of(FILES[where]())
    assert any(MARK in text or "机密★1年" in text for text in (read.text, *read.beside))
    assert read.unread == ""


UNREAD = {
    "a picture": lambda: io.BytesIO(b"\x89PNG\r\n\x1a\n" + os.urandom(100)),
    "a broken package": lambda: io.BytesIO(b"PK\x03\x04" + os.urandom(300)),
    "a broken pdf": lambda: io.BytesIO(b"%PDF-1.7 nothing"),
    "a pdf of pictures": lambda: pdf(""),
    "a pdf of many pages": lambda: pdf("通知", pages=201),
    "an encrypted document": lambda: io.BytesIO(_OLE + "EncryptedPackage".encode("utf-16-le")),
    "a scrambled document": lambda: io.BytesIO(_OLE + os.urandom(20_000)),
    "a bomb": lambda: package(**{"word/document.xml": b" " * (UNPACKED + 1)}),
    "a package of too many parts": lambda: package(**{f"{n}.bin": b"" for n in range(ENTRIES + 1)}),
    "entities": lambda: package(**{"a.xml": '<!DOCTYPE a [<!ENTITY b "机密">]><a>&b;&b;</a>'}),
    "packages in packages": lambda: package(
        **{"a.zip": package(**{"a.zip": package(**{"a.zip": b""}).getvalue()}).getvalue()}
    ),
    "an unknown code": lambda: io.BytesIO(b"\xff\xff\xff\xff"),
    "a picture in a document": lambda: beside_a_page("word/media/image1.png", b"\x89PNG"),
    "a drawing in a document": lambda: beside_a_page("word/media/image2.emf", b"\x01"),
    "a pdf in a document": lambda: beside_a_page("word/embeddings/a.pdf", b"%PDF-1.4"),
    "an rtf in a document": lambda: beside_a_page("word/afchunk.rtf", b"{\\rtf1 \\u26426?\\u23494?}"),
    "a web archive in a document": lambda: beside_a_page("word/afchunk.mht", MARK.encode()),
    "an object in a document": lambda: beside_a_page("word/embeddings/oleObject1.bin", _OLE + os.urandom(2000)),
    "an old scan in a document": lambda: beside_a_page("word/embeddings/a.doc", _OLE + os.urandom(2000)),
    "a part that broke": lambda: beside_a_page("word/footer1.xml", "<broken"),
    "a scan that is an OFD": lambda: package(
        **{"OFD.xml": "<OFD><Title>会议通知</Title></OFD>", "Doc_0/Res/Image_1.jpg": "\xff\xd8\xff"}
    ),
    "a file that is Chinese by its names alone": lambda: package(
        **{"通知.xml": "<a/>", "docProps/core.xml": "<p><title>通知</title></p>", "b.xml": '<a descr="图片"/>'}
    ),
    "a pdf with a page that is a picture": lambda: pdf("扫描程序 - 3 -", drawn=PICTURE),
}


@pytest.mark.parametrize("what", UNREAD)
def test_what_cannot_be_read_says_so(what):
    assert text_of(UNREAD[what]()).unread


def test_a_part_that_cannot_be_read_spares_the_others():
    parts = {
        "word/footer1.xml": "<broken",
        "word/media/a.png": b"",
        "word/document.xml": word(f"<w:p><w:t>{MARK}</w:t></w:p>"),
    }
    read = text_of(package(**parts))
    assert MARK in read.text
    assert read.unread == "里面有不合格式的内容，里面的图片读不出文字"


def test_a_page_of_text_with_a_picture_in_it_counts_as_read():
    assert text_of(pdf("现将国庆假期值班工作有关事项通知如下。" * 4, drawn=PICTURE)).unread == ""


HARMLESS = [
    "docProps/thumbnail.jpeg",
    "word/fonts/font1.odttf",
    "Doc_0/Signs/Sign_0/Seal.esl",
    "xl/printerSettings/printerSettings1.bin",
]


@pytest.mark.parametrize("name", HARMLESS)
def test_a_part_without_text_for_a_reader_is_not_missed(name):
    assert text_of(beside_a_page(name, b"\x00")).unread == ""


def struck(text: str) -> str:
    return f"<w:del><w:r><w:delText>{text}</w:delText></w:r></w:del>"


def shown(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    "inside, line, beside",
    [
        (shown("密级：") + struck("无") + shown("机密"), "密级：机密", "无"),
        (f"<w:moveFrom>{shown('无')}</w:moveFrom>{shown('机密')}", "机密", "无"),
        (f"{shown('密级：')}<w:r><w:instrText>DATE</w:instrText></w:r>{shown('机密')}", "密级：机密", "DATE"),
        (f"{shown('密级：')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>无</w:t></w:r>{shown('机密')}", "密级：机密", "无"),
        (f'{shown("不是")}<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>机密</w:t></w:r>', "不是机密", ""),
        (
            f"<w:r><w:ruby><w:rt>{shown('jī')}</w:rt><w:rubyBase>{shown('机')}</w:rubyBase></w:ruby></w:r>{shown('密')}",
            "机密",
            "jī",
        ),
        (f"{shown('机')}<w:r><w:Fallback><w:p>{shown('框')}</w:p></w:Fallback></w:r>{shown('密')}", "机密", "框"),
        (f"<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{shown('机')}</w:p><w:p>{shown('密')}", "机密", ""),
    ],
)
def test_a_line_is_read_as_it_is_seen_and_what_is_not_seen_stands_beside_it(inside, line, beside):
    read = text_of(package(**{"word/document.xml": word(f"<w:p>{inside}</w:p>")}))
    assert line in read.text.split("\n")
    assert not beside or (beside in read.beside and beside not in read.text)


def test_a_text_box_does_not_break_the_line_it_hangs_on():
    box = f"<w:r><w:drawing><w:p>{shown('框中字')}</w:p></w:drawing></w:r>"
    read = text_of(package(**{"word/document.xml": word(f"<w:p>{shown('机')}{box}{shown('密')}</w:p>")}))
    assert read.text.split("\n") == ["框中字", "机密"]


def test_what_was_read_before_a_file_broke_is_kept():
    parts = {"a.xml": word(f"<w:p><w:t>{MARK}</w:t></w:p>"), "b.xml": "<broken"}
    read = text_of(package(**parts))
    assert MARK in read.text
    assert read.unread


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:t>甲</w:t></w:p>", id="ends struck out"),
        pytest.param("<w:p>甲", id="paragraphs in paragraphs"),
        pytest.param("<w:del>甲", id="words struck out in words struck out"),
        pytest.param("<w:r><w:rPr><w:vanish/></w:rPr>甲", id="hidden runs in hidden runs"),
    ],
)
def test_no_part_takes_more_than_its_share_of_time(piece):
    assert growth(lambda text: read_xml(word(text).encode()), lambda length: piece * length) < FAIR


@pytest.mark.parametrize("parts", [ENTRIES + 1, 60_000, 200_000])
def test_a_list_of_parts_without_end_is_not_read(parts):
    stored = io.BytesIO(listing(parts))
    tracemalloc.start()
    read = text_of(stored)
    room = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read.unread == "里面的文件太多"
    assert room < 5 << 20


def test_the_length_of_a_list_is_what_it_is_to_who_reads_it():
    for comment in (b"", b"x" * 30, b"PK\x05\x06" + bytes(18), b"PK\x05\x06" + bytes(40)):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as packed:
            packed.writestr("a.txt", "甲")
            packed.comment = comment
        with zipfile.ZipFile(made) as packed:
            assert length_of_list(made) == 51 * len(packed.infolist()), comment
    assert length_of_list(io.BytesIO(listing(70_000))) == 70_000 * 47
    assert length_of_list(io.BytesIO(b"PK")) == 0
