"""The twelve sample papers set in type, and a PDF measured in millimetres: text, ink and rules with their places from the page's left and top."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from django.conf import settings

from circulars.paper import Paper, paper_of
from circulars.typesetting.copytext import SealOf
from circulars.typesetting.fonts import font_set
from circulars.typesetting.press import Typeset, typeset

SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "circulars.json").read_text())["circulars"]
NAMES = {"BM08": "延安市财政局", "BM33": "延安市数据局", "BM21": "延安市审计局"}
CITY_SEAL = 45.0
SEALS = (SealOf("YA-ZF", CITY_SEAL), SealOf("YA-ZFB", 42.0))
MM = 72 / 25.4  # points in a millimetre


def fonts():
    """The faces of this installation."""
    return font_set(settings.FONTS, None)


def snapshot_of_sample(row: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """What a draft with these elements would hand over."""
    return {
        "layout": row["format_variant"],
        "direction": row["direction"],
        "urgency": row["urgency"],
        "sealed": row["sealed"],
        "issuers": row["issuing_units"],
        "issuer_names": [NAMES.get(code, code) for code in row["issuing_units"]],
        "issuer_mark": row["issuer_mark"],
        "signers": row["signers"],
        "title": row["title"],
        "primary": {"text": row["primary_text"] or ""},
        "cc": {"text": row["cc_text"] or ""},
        "body": row["body"],
        "attachments": [{"title": title, "text": None} for title in row["attachment_notes"]],
        "signatures": row["signature"],
        "written_date": row["written_date"],
        "annotation": row["annotation"] or "",
        "printing_office": row["printing_office"] or "",
        "printing_date": row["printing_date"],
    } | changed


def sample(name: str) -> dict[str, Any]:
    """The sample with this identifier."""
    return next(row for row in SAMPLES if row["identifier"] == name)


def paper(name: str, **changed: Any) -> Paper:
    """The sample as a paper, some of its elements changed."""
    row = sample(name)
    return paper_of(snapshot_of_sample(row, **changed), number=row["document_number"])


def printed(name: str, **changed: Any) -> Typeset:
    """The sample set in type."""
    return typeset(paper(name, **changed), fonts(), seals=SEALS, dated=date(2026, 11, 27))


@dataclass(frozen=True)
class Box:
    """A piece of a page in mm from its left and top edge: a character, or a painted rule."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str = ""
    size: float = 0.0
    baseline: float = 0.0
    origin: float = 0.0


def characters(pdf: bytes) -> list[Box]:
    """Every character that leaves ink, in the order of the pages."""
    return list(_characters(pdf))


def _characters(pdf: bytes) -> Iterator[Box]:
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            height, text = page.get_height(), page.get_textpage()
            for place in range(text.count_chars()):
                shown = text.get_text_range(place, 1)
                if not shown.strip():
                    continue
                left, bottom, right, top = text.get_charbox(place)
                x, y = pdfium.c_double(), pdfium.c_double()
                pdfium.FPDFText_GetCharOrigin(text.raw, place, x, y)
                size = pdfium.FPDFText_GetFontSize(text.raw, place)
                yield Box(
                    number,
                    left / MM,
                    (height - top) / MM,
                    right / MM,
                    (height - bottom) / MM,
                    shown,
                    size,
                    (height - y.value) / MM,
                    x.value / MM,
                )


def rules(pdf: bytes) -> list[Box]:
    """Every painted bar that runs across the page."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            height = page.get_height()
            for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
                left, bottom, right, top = thing.get_bounds()
                if (right - left) / MM > 100:
                    found.append(Box(number, left / MM, (height - top) / MM, right / MM, (height - bottom) / MM))
    return found


def lines(boxes: list[Box], page: int) -> list[list[Box]]:
    """The characters of a page in lines from the top, each from the left."""
    kept: dict[int, list[Box]] = {}
    for box in boxes:
        if box.page == page:
            kept.setdefault(round(box.baseline * 4), []).append(box)
    return [sorted(kept[key], key=lambda box: box.left) for key in sorted(kept)]


def line_with(boxes: list[Box], words: str) -> list[Box]:
    """The characters of these words where they first stand in one line."""
    for page in sorted({box.page for box in boxes}):
        for line in lines(boxes, page):
            text = "".join(box.text for box in line)
            if (at := text.find(words)) >= 0:
                return line[at : at + len(words)]
    raise AssertionError(f"{words} stands in no line.")
