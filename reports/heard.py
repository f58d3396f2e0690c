"""Who hears of a bulletin: the people of the units that were asked, and the secretariat of its area (Article 28)."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.overseeing import overseers
from accounts.roles import Right
from cms import ledger
from cms.messages import tell
from reports.speaking import people_speaking

if TYPE_CHECKING:
    from reports.bulletins import Bulletin


def tell_units(bulletin: "Bulletin", units: Collection[int], step: str, said: str, at: datetime) -> None:
    """Who explains for these units knows; once for each step."""
    tell(
        people_speaking(units),
        key=key_of(bulletin, step),
        text=said,
        link=reverse("reports:explanations"),
        about=ledger.subject_of(bulletin),
        at=at,
    )


def tell_secretariat(
    bulletin: "Bulletin", step: str, said: str, at: datetime, *, but: Collection[int] = frozenset()
) -> None:
    """Who reports for the area knows, but for these; once for each step."""
    tell(
        overseers(Right.REPORT, bulletin.area_id) - set(but),
        key=key_of(bulletin, step),
        text=said,
        link=reverse("reports:bulletin", args=[bulletin.pk]),
        about=ledger.subject_of(bulletin),
        at=at,
    )


def key_of(bulletin: "Bulletin", step: str) -> str:
    """By what it is known that a step was told."""
    return f"bulletin:{bulletin.pk}:{step}"
