"""Text found in files of every kind, and files that say themselves that they were not read (Article 5)."""

import io
import os
import zipfile

import openpyxl
import pytest

from cms.filetext import ENTRIES, UNPACKED, text_of

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


def workbook():
    book = openpyxl.Workbook()
    book.active.append(["姓名", "电话"])
    book.active.oddHeader.center.text = f'&"宋体,常规"&12{MARK}'
    made = io.BytesIO()
    book.save(made)
    return made


def pdf(text: str, pages: int = 1) -> io.BytesIO:
    """A small PDF that shows the text by its Unicode numbers."""
    shown = f"BT /F 12 Tf 20 700 Td <{text.encode('utf-16-be').hex()}> Tj ET".encode()
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
    "a watermark": lambda: package(**{"word/header1.xml": word(f'<v:textpath string="{MARK}"/>')}),
    "text after an element": lambda: package(**{"word/document.xml": word(f"<w:p><w:t/>{MARK}</w:p>")}),
    "the name of a part": lambda: package(**{f"附件/{MARK}.bin": b"\x00"}),
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
    assert MARK in read.text
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
}


@pytest.mark.parametrize("what", UNREAD)
def test_what_cannot_be_read_says_so(what):
    assert text_of(UNREAD[what]()).unread


def test_what_was_read_before_a_file_broke_is_kept():
    parts = {"a.xml": word(f"<w:p><w:t>{MARK}</w:t></w:p>"), "b.xml": "<broken"}
    read = text_of(package(**parts))
    assert MARK in read.text
    assert read.unread
