"""A PDF looked at again: its pages as pictures for the screen, and the fonts it carries."""

import ctypes
import io
import threading

import pypdfium2
import pypdfium2.raw as pdfium

# PDFium keeps one state for the whole process.
PDFIUM = threading.Lock()
_SUBSET_TAG = 7  # characters: ABCDEF+


def page_count(pdf: bytes) -> int:
    """The number of pages."""
    with PDFIUM, _opened(pdf) as document:
        return len(document)


def picture(pdf: bytes, number: int, *, width: int) -> bytes:
    """The page of this number, from 1, as a PNG this many pixels wide; raises ``IndexError`` where there is none."""
    with PDFIUM, _opened(pdf) as document:
        if not 1 <= number <= len(document):
            raise IndexError(number)
        document.init_forms()  # a seal is the picture of its field, and fields are drawn only then
        page = document[number - 1]
        image = page.render(scale=width / page.get_width()).to_pil().convert("P", palette=1, colors=64)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def embedded_fonts(pdf: bytes) -> set[str]:
    """The PostScript names of the fonts that texts of the pages are set in, without the tag of a subset."""
    names: set[str] = set()
    with PDFIUM, _opened(pdf) as document:
        for page in document:
            fonts = {
                ctypes.addressof(font.contents): font
                for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])
                if (font := pdfium.FPDFTextObj_GetFont(thing.raw))
            }
            names |= {_name(font) for font in fonts.values()}
    return names


def _name(font: object) -> str:
    length = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, length)
    name = buffer.value.decode()
    return name[_SUBSET_TAG:] if name[_SUBSET_TAG - 1 : _SUBSET_TAG] == "+" else name


def _opened(pdf: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(pdf)
