"""From a paper to its PDF (GB/T 9704-2012): PDF/A-2b, the same bytes for the same paper, and where each seal is to stand.

Knows no page and no database. One compiler and one set of fonts serve the process; whoever calls from another thread waits.
"""

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

import typst

from circulars.paper import Paper
from circulars.typesetting.copytext import SealOf, Setting, as_json
from circulars.typesetting.coverage import Coverage, coverage
from circulars.typesetting.fonts import FontMissing, FontSet
from circulars.typesetting.pages import embedded_fonts, page_count

TEMPLATES = Path(__file__).parent / "templates"
_EPOCH = date(2000, 1, 1)  # of a paper that bears no date yet
# Lines on a page to try, in this order, until name and date share a page with the text: 7.3.5.5 has the pitch adjusted.
_OTHER_LINES = (23, 21, 24, 20, 25, 26, 19, 18)
_lock = threading.Lock()


class NotTypeset(RuntimeError):
    """The paper could not be set; the sentence tells whom to ask."""


@dataclass(frozen=True)
class SealPlace:
    """Where a seal or a signature stamp goes: page from 1, middle in mm from the page's left and top edge, true diameter in mm."""

    issuer: str
    page: int
    x: float
    y: float
    diameter: float
    kind: str = "seal"


@dataclass(frozen=True)
class Typeset:
    """A paper as it is printed."""

    pdf: bytes
    pages: int
    seals: tuple[SealPlace, ...]
    coverage: Coverage
    lines: int
    recipients_in_imprint: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of its characters."""
        return tuple(self.coverage.sentences)


def typeset(
    paper: Paper,
    fonts: FontSet,
    *,
    seals: Iterable[SealOf] = (),
    dated: date | None = None,
    copy_number: str = "",
    show_spots: bool = False,
    is_stamped: bool = False,
) -> Typeset:
    """The paper set on its pages; ``dated`` is the day that stands in the file as its making, ``is_stamped`` that a stamp bears the name.

    Raises ``FontMissing`` when another face than the set's own was embedded, and ``NotTypeset`` when the template refuses the data.
    """
    seals = tuple(seals)
    setting = Setting(show_spots=show_spots, is_stamped=is_stamped)
    with _lock:
        pdf, facts, passages = _set(paper, fonts, seals, setting, dated, copy_number)
        if paper.primary_text and facts["body"] > 1:
            moved = replace(setting, recipients_in_imprint=True)
            setting, (pdf, facts, passages) = moved, _set(paper, fonts, seals, moved, dated, copy_number)
        if flaw := _flaw(facts):
            for lines in _OTHER_LINES:
                adjusted = replace(setting, lines=lines)
                attempt = _set(paper, fonts, seals, adjusted, dated, copy_number)
                if _flaw(attempt[1]) < flaw:
                    setting, (pdf, facts, passages), flaw = adjusted, attempt, _flaw(attempt[1])
                if flaw == _Flaw.NONE:
                    break
    refuse_foreign_faces(pdf, fonts)
    places = tuple(
        SealPlace(
            spot["issuer"], spot["page"], round(spot["x"], 3), round(spot["y"], 3), spot["diameter"], spot["kind"]
        )
        for spot in facts["spots"]
    )
    return Typeset(
        pdf, page_count(pdf), places, coverage(passages, fonts), setting.lines, setting.recipients_in_imprint
    )


def characters_of(paper: Paper, fonts: FontSet) -> Coverage:
    """What the faces make of the paper's characters, without setting it; a moment's work."""
    _, passages = as_json(paper, fonts, (), Setting())
    return coverage(passages, fonts)


class _Flaw(IntEnum):
    """What another pitch may mend, the least first."""

    NONE = 0
    BLANK_PAGE = 1  # the imprint has no room under the text, and a page stays empty before it
    ANNOTATION_ALONE = 2
    DATE_ALONE = 3  # name, date and seal on a page without text of the body: 此页无正文 may not be written
    NO_TEXT_FIRST = 4  # page 1 must show text of the body (7.3.3)


def _flaw(facts: dict[str, Any]) -> _Flaw:
    """The worst flaw of the pages."""
    if facts["body"] > 1:
        return _Flaw.NO_TEXT_FIRST
    if facts["close"] and facts["close"] != facts["body_end"]:
        return _Flaw.DATE_ALONE
    if facts["annotation_end"] and facts["close"] and facts["annotation_end"] != facts["close"]:
        return _Flaw.ANNOTATION_ALONE
    return _Flaw.BLANK_PAGE if facts["blank"] else _Flaw.NONE


def _set(
    paper: Paper, fonts: FontSet, seals: tuple[SealOf, ...], setting: Setting, dated: date | None, copy_number: str
) -> tuple[bytes, dict[str, Any], list[Any]]:
    data, passages = as_json(paper, fonts, seals, setting, copy_number)
    day = dated or _EPOCH
    compiler = _compiler(fonts)
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf",
            sys_inputs={"paper": data},
            pdf_standards="a-2b",
            timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        )
        facts = json.loads(compiler.query("<facts>", field="value", one=True))
    except typst.TypstError as error:
        raise NotTypeset(f"版式文件没有生成，请联系网信办（{error.message}）。") from error
    assert isinstance(pdf, bytes)
    if warnings:
        raise NotTypeset(f"版式文件没有生成，请联系网信办（{warnings[0].message}）。")
    return pdf, facts, passages


@cache
def _compiler(fonts: FontSet) -> typst.Compiler:
    return typst.Compiler(
        input=str(TEMPLATES / "paper.typ"), root=str(TEMPLATES), font_paths=fonts.loaded, ignore_system_fonts=True
    )


def refuse_foreign_faces(pdf: bytes, fonts: FontSet) -> None:
    """Raises ``FontMissing`` when a face that is not of the set is embedded."""
    strange = embedded_fonts(pdf) - fonts.allowed_names
    if strange:
        raise FontMissing(f"版式文件用了规定以外的字体：{'、'.join(sorted(strange))}。")
