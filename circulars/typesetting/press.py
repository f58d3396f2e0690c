"""From a paper to its PDF (GB/T 9704-2012): PDF/A-2b, the same bytes for the same paper, and where each seal is to stand.

Knows no page and no database.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from typing import Any

from circulars.paper import Paper
from circulars.typesetting.compiling import compiled, refuse_foreign_faces
from circulars.typesetting.copytext import SealOf, Setting, as_data
from circulars.typesetting.coverage import Coverage, coverage
from circulars.typesetting.fonts import FontSet
from circulars.typesetting.pages import page_count

# Lines on a page to try, in this order, until name and date share a page with the text: 7.3.5.5 has the pitch adjusted.
_OTHER_LINES = (23, 21, 24, 20, 25, 26, 19, 18)


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
    _, passages = as_data(paper, fonts, (), Setting())
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
    data, passages = as_data(paper, fonts, seals, setting, copy_number)
    pdf, facts = compiled("paper.typ", data, fonts, called="版式文件", dated=dated, asked="facts")
    return pdf, facts, passages
