"""What may come in, comes in: files as office programs, scanners and typesetters write them (Article 3)."""

import io
import zipfile
from collections.abc import Callable
from functools import partial

import docx as python_docx
import openpyxl
import pytest
import typst
from PIL import Image
from pyhanko.pdf_utils import generic

from cms.attachments import ALLOWED, place_of
from tests.smallfiles import (
    BY_KIND,
    WORDS,
    doc,
    made_by_pyhanko,
    ofd_parts,
    office_parts,
    package,
    pdf,
    with_part,
    xls,
)
from tests.uploads import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]


# --- and what may come in, comes in ---


def drawn(kind, mode="RGB", **how):
    made = io.BytesIO()
    Image.new(mode, (60, 80), 1).save(made, kind, **how)
    return made.getvalue()


def written(book):
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def workbook(rows=1, *, write_only=False):
    book = openpyxl.Workbook(write_only=write_only)
    sheet = book.create_sheet("值班") if write_only else book.active
    for number in range(rows):
        sheet.append(["姓名", number, 1.5])
    return written(book)


def word_file():
    made = python_docx.Document()
    made.add_heading("值班表")
    made.add_table(2, 3)
    made.add_picture(io.BytesIO(drawn("png")))
    return written(made)


def streamed():
    """A package that was written without going back: sizes follow the parts."""

    class Pipe(io.RawIOBase):
        def __init__(self):
            self.content = b""

        def writable(self):
            return True

        def write(self, chunk):
            self.content += bytes(chunk)
            return len(chunk)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in office_parts("docx").items():
            made.writestr(name, content)
    return pipe.content


def large_form():
    """A package whose parts are written as if they could be very large."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in office_parts("xlsx").items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(content.encode())
    return made.getvalue()


def incremented():
    """A PDF to which a second state was appended."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    made = IncrementalPdfFileWriter(io.BytesIO(pdf()))
    made.root["/Lang"] = generic.pdf_string("zh-CN")
    made.update_root()
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def typeset(source):
    return typst.compile(source.encode())


GOOD: dict[str, tuple[str, Callable[[], bytes]]] = {
    **{f"{kind} in its smallest form": (f"表.{kind}", partial(BY_KIND.__getitem__, kind)) for kind in ALLOWED},
    "a workbook": ("表.xlsx", workbook),
    "a workbook written line by line": ("表.xlsx", lambda: workbook(3_000, write_only=True)),
    "a workbook of WPS in the new form": ("表.et", workbook),
    "a text of a program": ("文.docx", word_file),
    "a text of WPS in the new form": ("文.wps", word_file),
    "a workbook of WPS in the old form": ("表.et", xls),
    "a package written in one go": ("文.docx", streamed),
    "a package in the form for large ones": ("表.xlsx", large_form),
    "a package stored as it is": ("文.docx", lambda: package(office_parts("docx"), method=zipfile.ZIP_STORED)),
    "a package with folders": ("文.docx", lambda: with_part("word/media/", "")),
    "a package with an empty part": ("文.docx", lambda: with_part("word/a.bin", "")),
    "a workbook in a text": ("文.docx", lambda: with_part("word/embeddings/a.xlsx", workbook())),
    "a drawing in a text": (
        "文.docx",
        lambda: with_part(
            "word/embeddings/Microsoft_Visio_Drawing.vsdx",
            package(office_parts("docx", main_type="application/vnd.ms-visio.drawing.main+xml")),
        ),
    ),
    "an object in a text": ("文.docx", lambda: with_part("word/embeddings/oleObject1.bin", doc())),
    "a packed drawing": ("文.docx", lambda: with_part("word/media/image1.emz", b"\x1f\x8b\x08" + bytes(20))),
    "a picture that packs well": ("文.docx", lambda: with_part("word/media/1.bmp", bytes(4 * 1024**2))),
    "names in Chinese": ("文.ofd", lambda: package(ofd_parts() | {"Doc_0/Res/宋体.ttf": b"x"})),
    "a link outside": ("文.pdf", lambda: typeset('#link("https://example.cn")[链接]')),
    "a PDF of several pages": ("文.pdf", lambda: typeset("一\n#pagebreak()\n二\n#pagebreak()\n三")),
    "a PDF with an outline": ("文.pdf", lambda: typeset("#outline()\n= 一\n== （一）")),
    "a PDF/A": ("文.pdf", lambda: typst.compile("值班表".encode(), pdf_standards="a-2b")),
    "a PDF with packed objects": ("文.pdf", made_by_pyhanko),
    "a PDF with an appended state": ("文.pdf", incremented),
    "a PDF of a picture": ("图.pdf", lambda: drawn("pdf")),
    "a PDF with a form": ("表.pdf", lambda: pdf(catalog="/AcroForm << /Fields [] >>")),
    "a grey picture": ("图.png", lambda: drawn("png", "L")),
    "a picture with a palette": ("图.png", lambda: drawn("png", "P")),
    "a picture that can be seen through": ("图.png", lambda: drawn("png", "RGBA")),
    "a photograph": ("图.jpg", lambda: drawn("jpeg", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")),
    "a photograph that comes in steps": ("图.jpeg", lambda: drawn("jpeg", progressive=True)),
    "a grey photograph": ("图.jpg", lambda: drawn("jpeg", "L")),
    "a fax": ("图.tif", lambda: drawn("tiff", "1", compression="group4")),
    "a fax of several pages": (
        "图.tiff",
        lambda: drawn("tiff", "1", save_all=True, append_images=[Image.new("1", (9, 9))] * 3),
    ),
    "a colour scan": ("图.tif", lambda: drawn("tiff", compression="tiff_lzw")),
    "a text in GB 18030": ("文.txt", lambda: WORDS.encode("gb18030")),
    "a text with a mark at its head": ("表.csv", lambda: "姓名,电话".encode("utf-8-sig")),
}


@pytest.mark.parametrize("what", GOOD)
def test_a_good_file_is_taken_in_as_it_is(what):
    name, made = GOOD[what]
    content = made()
    assert kept(name, content).path.read_bytes() == content


def test_a_sealed_paper_of_our_own_is_a_good_file_where_it_is_passed_on(city):
    circular = city.sent()
    content = place_of(circular.manifest.pdf_digest).read_bytes()
    assert kept("原文.pdf", content).size == len(content)
