"""单位排名（月报）: the rows of its three parts, by unit, by unit and year, and by circular (Article 28)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from django.db.models import OuterRef, Subquery

from accounts.units import Category
from circulars.deliveries import Delivery
from circulars.registration import Circular
from reports.breakdowns import Side, broken_down
from reports.figures import Figures, UnitFigures, totals
from reports.grading import Scale, scale_of
from reports.monthly import MonthReport
from reports.months import Month
from reports.trails import Trail, trail_of

NO_BULLETINS: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class Standing:
    """One unit among those of its category: this month, and the month before if it was sent anything then."""

    now: UnitFigures
    before: UnitFigures | None
    grade: str
    late_months: int

    @property
    def change(self) -> Fraction | None:
        """In percentage points; None where one of the two months has no rate."""
        was = self.before.on_time_rate if self.before else None
        rate = self.now.on_time_rate
        return None if rate is None or was is None else (rate - was) * 100

    @property
    def places_gained(self) -> int | None:
        if self.before is None or self.now.rank is None or self.before.rank is None:
            return None
        return self.before.rank - self.now.rank


@dataclass(frozen=True)
class YearLine:
    """One unit's year up to the month: its rates month by month, and what they come to together."""

    name: str
    months: Mapping[int, Figures]  # by the number of the month; those in which it was sent nothing are missing
    bulletins: int

    @property
    def together(self) -> Figures:
        return totals(self.months.values())


@dataclass(frozen=True)
class CircularLine:
    """One circular of the month, how it was signed for, and who signed last."""

    title: str
    number: str
    document_type: str
    urgency: str
    sent_at: datetime | None
    figures: Figures
    last_unit: str
    last_signed_at: datetime | None


@dataclass(frozen=True)
class Ranking:
    """What the sheet prints of a month."""

    trail: Trail
    scale: Scale
    standings: list[Standing]
    year: list[YearLine]
    circulars: list[CircularLine]

    @property
    def year_totals(self) -> YearLine:
        """All units together."""
        by_month: dict[int, list[Figures]] = {}
        for line in self.year:
            for month, figures in line.months.items():
                by_month.setdefault(month, []).append(figures)
        months = {month: totals(found) for month, found in by_month.items()}
        return YearLine("合计", months, sum(line.bulletins for line in self.year))


def ranking_of(report: MonthReport, bulletins: Mapping[int, int] = NO_BULLETINS) -> Ranking:
    """The three parts of the report's month; ``bulletins`` says in how many bulletins of the year each unit, by its key, was named."""
    trail = trail_of(report)
    scale = report.published.scale if report.published else scale_of(report.month)
    return Ranking(trail, scale, _standings(report, trail, scale), _year(trail, bulletins), _circulars(report))


def _standings(report: MonthReport, trail: Trail, scale: Scale) -> list[Standing]:
    """By category in the order of the register, within it by place; who has none comes last."""
    order = {unit.pk: place for place, unit in enumerate(trail.units)}
    found = [
        Standing(
            now=one,
            before=trail.of(one.unit_id, report.month.previous),
            grade=scale.word(one.on_time_rate),
            late_months=trail.late_months(one.unit_id),
        )
        for one in trail.figures[report.month].values()
    ]
    return sorted(
        found,
        key=lambda one: (
            Category.values.index(one.now.category), one.now.rank is None, one.now.rank or 0, order[one.now.unit_id]
        ),
    )  # fmt: skip


def _year(trail: Trail, bulletins: Mapping[int, int]) -> list[YearLine]:
    """Every unit that was sent anything in the year, in the order of the register."""
    months: list[Month] = trail.year()
    found = []
    for unit in trail.units:
        by_month = {month.month: figures for month in months if (figures := trail.of(unit.pk, month))}
        if by_month:
            found.append(YearLine(trail.names[unit.pk], by_month, bulletins.get(unit.pk, 0)))
    return found


def _circulars(report: MonthReport) -> list[CircularLine]:
    """The circulars of the month as they were sent, one after the other; a handful of queries."""
    scope: dict[str, Any] = {"as_of": report.as_of, "issuers": report.issuers, "area": report.area}
    figures = {line.key: line.figures for line in broken_down(Side.CIRCULAR, report.month, **scope)}
    signed = (
        Delivery.objects.electronic()
        .required()
        .filter(circular=OuterRef("pk"), recalled_at=None, signed_at__lte=report.as_of)
        .order_by("-signed_at", "unit__sort_order", "pk")
    )
    rows = (
        Circular.objects.filter(pk__in=figures)
        .annotate(
            last_unit=Subquery(signed.values("unit_name")[:1]), last_signed_at=Subquery(signed.values("signed_at")[:1])
        )
        .order_by("sent_at", "pk")
    )
    return [
        CircularLine(
            title=row.title,
            number=row.number,
            document_type=row.get_document_type_display(),
            urgency=row.get_urgency_display(),
            sent_at=row.sent_at,
            figures=figures[row.pk],
            last_unit=row.last_unit or "",
            last_signed_at=row.last_signed_at,
        )
        for row in rows
    ]
