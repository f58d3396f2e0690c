"""The printed form of a draft and of a circular: one way in for everybody who shows, seals, prints or keeps it (Article 4).

A circular that was sealed is shown from its sealed file (``circulars.sealing.sealed_pdf``); what is set here is what comes before that.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings

from accounts.units import Unit
from circulars.issuing import IssuingTemplate, usual_diameter
from circulars.pages import CircularPage
from circulars.paper import Paper, paper_of
from circulars.registration import Circular
from circulars.snapshots import snapshot_of
from circulars.typesetting.copytext import SealOf
from circulars.typesetting.fonts import FontMissing, FontSet, font_set
from circulars.typesetting.press import Typeset, characters_of, typeset

# On every page that a demo sets in type; a draft keeps the words that it has.
DEMO_WATERMARK = "演示"


def set_circular(
    circular: Circular, *, watermark: str = "", is_stamped: bool = False, show_spots: bool = False
) -> Typeset:
    """The circular as it is printed, its number and dates those of the registration; for a stamp the signer's name is left to it.

    While a demo runs the pages say so.
    """
    snapshot = circular.snapshot
    paper = paper_of(
        snapshot,
        number=circular.number,
        written_date=circular.written_date,
        printing_date=circular.printing_date,
        watermark=watermark or (DEMO_WATERMARK if settings.DEMO else ""),
    )
    return _set(
        paper,
        snapshot,
        on=circular.written_date,
        dated=circular.written_date,
        is_stamped=is_stamped,
        show_spots=show_spots,
    )


def set_plain_copy(circular: Circular, *, words: tuple[str, ...]) -> Typeset:
    """The circular without red head and seal, these words across every page."""
    snapshot = circular.snapshot
    paper = paper_of(
        snapshot,
        number=circular.number,
        written_date=circular.written_date,
        printing_date=circular.printing_date,
        watermark=DEMO_WATERMARK if settings.DEMO else "",
    )
    plain = replace(paper, is_plain=True, copied=words)
    return _set(plain, snapshot, on=circular.written_date, dated=circular.written_date)


def set_draft(page: CircularPage, *, today: date) -> Typeset:
    """The draft as its form holds it now, saved or not."""
    return set_snapshot(snapshot_of(page), today=today, watermark="草稿")


def set_snapshot(snapshot: dict[str, Any], *, today: date, watermark: str) -> Typeset:
    """A text that was handed over, without a number yet; one without a date is set as one of today would be."""
    written = date.fromisoformat(snapshot["written_date"]) if snapshot["written_date"] else None
    return _set(paper_of(snapshot, number="", watermark=watermark), snapshot, on=written or today, dated=written)


@dataclass(frozen=True)
class CharacterNotes:
    """What is to be known of a text's characters before it is registered and before it is sealed, in sentences."""

    missing: tuple[str, ...] = ()  # no seal is put on these
    lent: tuple[str, ...] = ()


def character_notes(snapshot: dict[str, Any]) -> CharacterNotes:
    """Of a text that was handed over; a face that this installation lacks is told like a character that no face has."""
    try:
        found = characters_of(paper_of(snapshot, number=""), faces())
    except FontMissing as refused:
        return CharacterNotes(missing=(str(refused),))
    return CharacterNotes(
        tuple(stray.sentence for stray in found.missing), tuple(stray.sentence for stray in found.lent)
    )


def faces() -> FontSet:
    """The faces of this installation; raises ``FontMissing`` where one is not there."""
    return font_set(settings.FONTS, settings.OPERATOR_FONTS)


def seal_of(unit: Unit, template: IssuingTemplate | None) -> SealOf:
    """Size and place of the unit's seal by its template, or what is usual for its level."""
    if template is None:
        return SealOf(unit.code, float(usual_diameter(unit)))
    return SealOf(unit.code, float(template.seal_diameter), float(template.seal_right), float(template.seal_down))


def _set(
    paper: Paper,
    snapshot: dict[str, Any],
    *,
    on: date,
    dated: date | None,
    is_stamped: bool = False,
    show_spots: bool = False,
) -> Typeset:
    templates = IssuingTemplate.objects.in_force(paper.issuers, on, snapshot["series"])
    units = Unit.objects.filter(code__in=paper.issuers)
    seals = [seal_of(unit, templates.get(unit.code)) for unit in units]
    return typeset(paper, faces(), seals=seals, dated=dated, is_stamped=is_stamped, show_spots=show_spots)
