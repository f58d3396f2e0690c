"""From the words of a slip to its PDF: one plain sheet of A4, PDF/A-2b, the same bytes for the same words.

Knows no page and no database.
"""

import json
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

import typst

from circulars.typesetting.coverage import printable
from circulars.typesetting.fonts import FontSet, Role
from circulars.typesetting.press import TEMPLATES, NotTypeset, refuse_foreign_faces

_lock = threading.Lock()
Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SlipWords:
    """What stands on the sheet: heading, number, two tables of lines, and what is said of the signature."""

    heading: str
    number: str
    facts: Lines
    digests: Lines
    verdict: str
    note: str
    footer: str


def set_slip(words: SlipWords, fonts: FontSet, *, dated: date) -> bytes:
    """The sheet; ``dated`` is the day that stands in the file as its making. Raises ``FontMissing`` and ``NotTypeset``."""

    def plain(text: str) -> str:
        return printable(text, Role.FANG, fonts)

    def lines(pairs: Lines) -> list[dict[str, str]]:
        return [{"label": label, "text": plain(text)} for label, text in pairs]

    data = {
        "title": f"{words.heading} {words.number}",
        "heading": words.heading,
        "number": plain(words.number),
        "facts": lines(words.facts),
        "digests": lines(words.digests),
        "verdict": plain(words.verdict),
        "note": plain(words.note),
        "footer": plain(words.footer),
        "fonts": fonts.as_data(),
    }
    try:
        with _lock:
            pdf, warnings = _compiler(fonts).compile_with_warnings(
                format="pdf",
                sys_inputs={"slip": json.dumps(data)},
                pdf_standards="a-2b",
                timestamp=datetime(dated.year, dated.month, dated.day, tzinfo=UTC),
            )
    except typst.TypstError as error:
        raise NotTypeset(f"签收凭证没有生成，请联系网信办（{error.message}）。") from error
    assert isinstance(pdf, bytes)
    if warnings:
        raise NotTypeset(f"签收凭证没有生成，请联系网信办（{warnings[0].message}）。")
    refuse_foreign_faces(pdf, fonts)
    return pdf


@cache
def _compiler(fonts: FontSet) -> typst.Compiler:
    return typst.Compiler(
        input=str(TEMPLATES / "slip.typ"), root=str(TEMPLATES), font_paths=fonts.loaded, ignore_system_fonts=True
    )
