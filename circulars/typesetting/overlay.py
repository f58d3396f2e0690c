"""Papers put one behind the other into one file, every page with its foot, seals baked into the pages (Article 4).

What comes out is for the printer: it bears no signature any more, and the sealed file that it was made of is untouched.
"""

import io
from collections.abc import Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from circulars.typesetting.pages import PDFIUM


def with_feet(papers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Each paper with its foot on every page; between two an empty page behind one of odd length, so that the next begins on a sheet of its own."""
    out = io.BytesIO()
    with PDFIUM, pypdfium2.PdfDocument.new() as whole:
        for paper, foot in papers:
            if len(whole) % 2:
                whole.new_page(*whole.get_page_size(len(whole) - 1)).close()
            _lay(whole, paper, foot)
        whole.save(out)
    return out.getvalue()


def _lay(whole: pypdfium2.PdfDocument, paper: bytes, foot: bytes) -> None:
    """The pages of the paper stand at the end of the whole, seals and foot drawn on them."""
    first = len(whole)
    with pypdfium2.PdfDocument(paper) as source:
        source.init_forms()  # a seal is the picture of its field, and fields are drawn only then
        for page in source:
            page.flatten(pdfium.FLAT_PRINT)
            page.close()
        whole.import_pages(source)
    with pypdfium2.PdfDocument(foot) as below:
        drawn = below.page_as_xobject(0, whole)
        for number in range(first, len(whole)):
            page = whole[number]
            page.insert_obj(drawn.as_pageobject())
            page.gen_content()
            page.close()
        drawn.close()
