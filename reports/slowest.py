"""How long units took to sign in a month, on average and at worst: office minutes of normal circulars, minutes by the wall clock of urgent ones (Articles 22 and 28).

The receipts are those of the month's figures, and so is each average; what was relieved does not count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from circulars.deadlines import Urgency
from circulars.deliveries import Relief
from cms.areas import Area
from reports.figures import UnitFigures
from reports.months import Span
from reports.receipts import Issuers, month_figures, receipts_of, rounds_of

NORMAL = Q(urgency=Urgency.NORMAL)


@dataclass(frozen=True)
class Pace:
    """One unit of a month with the longest it took, in minutes; None where it signed for none of that kind."""

    figures: UnitFigures
    normal_worst: int | None
    urgent_worst: int | None

    @property
    def normal_mean(self) -> Decimal | None:
        """The average of normal circulars in office minutes, to the whole one."""
        return _mean(self.figures.normal_taken, self.figures.normal_signed)

    @property
    def urgent_mean(self) -> Decimal | None:
        return _mean(self.figures.urgent_taken, self.figures.urgent_signed)


@dataclass(frozen=True)
class Taken:
    """One receipt and how many minutes it took."""

    circular: UUID
    title: str
    number: str
    sent_at: datetime
    signed_at: datetime
    minutes: int


def paces(
    span: Span, *, as_of: datetime, issuers: Issuers, area: Area, figures: Iterable[UnitFigures] | None = None
) -> list[Pace]:
    """Every unit that was sent anything, in the order of the register; two queries beside those of the month's figures, where these are not at hand."""
    worst: dict[int, tuple[int, int]] = {}
    for rows, unit in _signed(span, as_of=as_of, issuers=issuers, area=area):
        longest = rows.values(unit).annotate(
            normal=Max("taken_minutes", filter=NORMAL), urgent=Max("taken_minutes", filter=~NORMAL)
        )
        for key, *each in longest.values_list(unit, "normal", "urgent").order_by():
            known = worst.get(key, (-1, -1))
            worst[key] = max(known[0], _or_less(each[0])), max(known[1], _or_less(each[1]))
    if figures is None:
        figures = month_figures(span, as_of=as_of, issuers=issuers, area=area)
    return [Pace(one, *(each if each >= 0 else None for each in worst.get(one.unit_id, (-1, -1)))) for one in figures]


def slowest(found: Iterable[Pace], *, urgent: bool, most: int) -> list[Pace]:
    """Those that took longest on average, then at worst; who signed for none is not among them."""

    def merit(pace: Pace) -> tuple[Decimal, int]:
        mean, longest = (
            (pace.urgent_mean, pace.urgent_worst) if urgent else (pace.normal_mean, pace.normal_worst)
        )  # fmt: skip
        return (mean if mean is not None else Decimal(-1), _or_less(longest))

    return sorted((pace for pace in found if merit(pace)[0] >= 0), key=merit, reverse=True)[:most]


def taken_by(unit: int, span: Span, *, urgent: bool, as_of: datetime, issuers: Issuers, area: Area) -> list[Taken]:
    """What the average and the worst of a unit are made of, the longest first."""
    found = []
    for rows, path in _signed(span, as_of=as_of, issuers=issuers, area=area):
        through = path.removesuffix("unit_id")
        kind = ~NORMAL if urgent else NORMAL
        columns = (*(f"{through}circular__{each}" for each in ("uuid", "title", "number")), "sent_at", "signed_at")
        asked = rows.filter(kind, **{path: unit}).values_list(*columns, "taken_minutes").order_by()
        found += [Taken(*row) for row in asked]
    return sorted(found, key=lambda each: (-each.minutes, each.sent_at, each.number))


def _signed(span: Span, *, as_of: datetime, issuers: Issuers, area: Area) -> list[tuple[QuerySet[Any], str]]:
    """Receipts and closed rounds that count as time, each with the path to its unit."""
    counted = Q(signed_at__lte=as_of, relief=Relief.NONE, taken_minutes__isnull=False)
    receipts = receipts_of(span, as_of=as_of, issuers=issuers, area=area)
    rounds = rounds_of(span, as_of=as_of, issuers=issuers, area=area)
    return [(receipts.filter(counted), "unit_id"), (rounds.filter(counted & Q(was_granted=False)), "delivery__unit_id")]


def _mean(taken: int, signed: int) -> Decimal | None:
    return (Decimal(taken) / signed).quantize(Decimal(1), ROUND_HALF_UP) if signed else None


def _or_less(minutes: int | None) -> int:
    return -1 if minutes is None else minutes
