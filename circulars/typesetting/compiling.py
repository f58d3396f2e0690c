"""A template and its data become a PDF/A-2b, the same bytes for the same data; everything that is set or drawn goes through here.

Knows no paper, no page and no database. One compiler for each template serves the process; whoever calls from another thread waits.
"""

import json
import threading
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from circulars.typesetting.fonts import FontMissing, FontSet
from circulars.typesetting.pages import embedded_fonts

TEMPLATES = Path(__file__).parent / "templates"
_EPOCH = date(2000, 1, 1)  # of what bears no date yet
_lock = threading.Lock()


class NotTypeset(RuntimeError):
    """The paper could not be set; the sentence tells whom to ask."""


def compiled(
    template: str, data: dict[str, Any], fonts: FontSet, *, called: str, dated: date | None = None, asked: str = ""
) -> tuple[bytes, Any]:
    """The PDF, and what the template left at the label that is ``asked``; ``dated`` is the day that stands in the file as its making.

    Raises ``NotTypeset``, by the name that the thing is ``called``, when the template refuses the data or warns of it.
    """
    compiler, day = _compiler(template, fonts), dated or _EPOCH
    try:
        with _lock:
            pdf, warnings = compiler.compile_with_warnings(
                format="pdf",
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                pdf_standards="a-2b",
                timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
            )
            answer = json.loads(compiler.query(f"<{asked}>", field="value", one=True)) if asked else None
    except typst.TypstError as error:
        raise NotTypeset(f"{called}没有生成，请联系网信办（{error.message}）。") from error
    assert isinstance(pdf, bytes)
    if warnings:
        raise NotTypeset(f"{called}没有生成，请联系网信办（{warnings[0].message}）。")
    return pdf, answer


def refuse_foreign_faces(pdf: bytes, fonts: FontSet) -> None:
    """Raises ``FontMissing`` when a face that is not of the set is embedded."""
    strange = embedded_fonts(pdf) - fonts.allowed_names
    if strange:
        raise FontMissing(f"版式文件用了规定以外的字体：{'、'.join(sorted(strange))}。")


@cache
def _compiler(template: str, fonts: FontSet) -> typst.Compiler:
    return typst.Compiler(
        input=str(TEMPLATES / template), root=str(TEMPLATES), font_paths=fonts.loaded, ignore_system_fonts=True
    )
