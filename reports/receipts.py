"""How each unit signed for what a month brought it: required, on time, late, unsigned, hours (Articles 20, 22 and 28).

Rows first: the page and the workbook print what is counted here.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, When

from accounts.units import Category
from circulars.deadlines import Urgency
from circulars.deliveries import Delivery, Relief
from cms.areas import Area
from reports.months import Month


class Issuers(models.TextChoices):
    """Whose circulars are counted; the bulletin of Article 28 looks at those of the government and its office."""

    GOVERNMENT = "government", "市政府、市政府办公室"
    ALL = "all", "全部发文单位"

    @property
    def where(self) -> Q:
        if self is Issuers.ALL:
            return Q()
        return Q(issuer__category__in=[Category.MUNICIPAL_GOVERNMENT, Category.SECRETARIAT])


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts of receipts, and the rates and averages that follow from them; None where nothing was required."""

    on_time: int = 0
    late: int = 0
    unsigned: int = 0
    relief: int = 0
    not_due: int = 0
    urgent_required: int = 0
    urgent_on_time: int = 0
    normal_signed: int = 0
    normal_taken: int = 0  # office minutes over the normal circulars signed for
    urgent_signed: int = 0
    urgent_taken: int = 0  # minutes by the wall clock over the urgent ones
    returned: int = 0
    urges: int = 0

    @property
    def required(self) -> int:
        return self.on_time + self.late + self.unsigned

    @property
    def on_time_rate(self) -> Fraction | None:
        return Fraction(self.on_time, self.required) if self.required else None

    @property
    def signed_rate(self) -> Fraction | None:
        return Fraction(self.on_time + self.late, self.required) if self.required else None

    @property
    def urgent_on_time_rate(self) -> Fraction | None:
        return Fraction(self.urgent_on_time, self.urgent_required) if self.urgent_required else None

    @property
    def normal_hours(self) -> Decimal | None:
        """The average time of a normal circular in office hours, to one decimal."""
        return _rounded(self.normal_taken, self.normal_signed * 60, "0.1")

    @property
    def urgent_minutes(self) -> Decimal | None:
        """The average time of an urgent circular in whole minutes."""
        return _rounded(self.urgent_taken, self.urgent_signed, "1")


@dataclass(frozen=True, kw_only=True)
class UnitFigures(Figures):
    """The figures of one unit, under the name it bore when the last circular of the month was sent."""

    unit_id: int
    name: str
    category: str
    rank: int | None = None

    @property
    def category_label(self) -> str:
        return str(Category(self.category).label)

    @property
    def remark(self) -> str:
        parts = [f"催签 {self.urges} 次"] if self.urges else []
        parts += [f"退回 {self.returned} 件"] if self.returned else []
        return "；".join(parts)


def receipts_of(
    month: Month, *, as_of: datetime, issuers: Issuers = Issuers.GOVERNMENT, area: Area | None = None
) -> QuerySet[Delivery]:
    """The receipts a month is judged by, each with ``closed_at``: when it was signed for or returned, as known at ``as_of``.

    A recall and a relief count whenever they were given; anything else that happened after ``as_of`` has not happened yet.
    """
    return (
        Delivery.objects.electronic()
        .filter(
            issuers.where,
            issuer__area=area or Area.objects.home(),
            sent_at__gte=month.starts_at,
            sent_at__lt=month.ends_at,
            sent_at__lte=as_of,
            recalled_at=None,
        )
        .annotate(
            closed_at=Case(
                When(signed_at__lte=as_of, then=F("signed_at")),
                When(returned_at__lte=as_of, then=F("returned_at")),
                output_field=models.DateTimeField(null=True),
            )
        )
    )


def month_figures(
    month: Month, *, as_of: datetime, issuers: Issuers = Issuers.GOVERNMENT, area: Area | None = None
) -> list[UnitFigures]:
    """One row for every unit that was sent anything in the month, ranked, in the order of the register; one query.

    A receipt falls into exactly one of on time, late, unsigned, relief and not due; the last two are outside ``required``. One whose due
    time is unknown, because a year's calendar is not loaded, is not due yet.
    """
    rows = (
        receipts_of(month, as_of=as_of, issuers=issuers, area=area)
        .values(*_UNIT)
        .annotate(last_sent_at=Max("sent_at"), **_counted(as_of))
        .order_by("unit__sort_order", "unit__code", "last_sent_at", "unit_name")
    )
    by_unit: dict[int, UnitFigures] = {}
    for row in rows:
        counts = Figures(**{name: row[f"n_{name}"] for name in _COUNTS})
        under_older_name = by_unit.get(row["unit_id"])
        by_unit[row["unit_id"]] = UnitFigures(
            unit_id=row["unit_id"],
            name=row["unit_name"],
            category=row["unit__category"],
            **asdict(totals([counts, under_older_name]) if under_older_name else counts),
        )
    return _ranked(list(by_unit.values()))


def totals(figures: Iterable[Figures]) -> Figures:
    """The figures of all together: rates and averages follow from the sums, never from other rates."""
    figures = list(figures)
    return Figures(**{name: sum(getattr(one, name) for one in figures) for name in _COUNTS})


def by_category(figures: Iterable[UnitFigures]) -> dict[str, Figures]:
    """The figures of each category of units under its label, in the order of the register."""
    groups: dict[str, list[UnitFigures]] = {}
    for one in figures:
        groups.setdefault(one.category_label, []).append(one)
    return {label: totals(group) for label, group in groups.items()}


_UNIT: list[str] = ["unit_id", "unit_name", "unit__category", "unit__sort_order", "unit__code"]
_COUNTS = tuple(field.name for field in fields(Figures))


def _counted(as_of: datetime) -> dict[str, Any]:
    """How the database counts each of the figures over receipts with their ``closed_at``; n_ keeps clear of the columns' own names."""
    judged = Q(relief=Relief.NONE)
    on_time = judged & Q(closed_at__lte=F("due_at"))
    late = judged & Q(closed_at__gt=F("due_at"))
    unsigned = judged & Q(closed_at=None, due_at__lte=as_of)
    not_due = judged & (Q(due_at=None) | Q(closed_at=None, due_at__gt=as_of))
    urgent = ~Q(urgency=Urgency.NORMAL)
    timed = judged & Q(signed_at__lte=as_of, taken_minutes__isnull=False)
    return {
        "n_on_time": Count("pk", filter=on_time),
        "n_late": Count("pk", filter=late),
        "n_unsigned": Count("pk", filter=unsigned),
        "n_relief": Count("pk", filter=~judged),
        "n_not_due": Count("pk", filter=not_due),
        "n_urgent_required": Count("pk", filter=urgent & (on_time | late | unsigned)),
        "n_urgent_on_time": Count("pk", filter=urgent & on_time),
        "n_normal_signed": Count("pk", filter=~urgent & timed),
        "n_normal_taken": Sum("taken_minutes", filter=~urgent & timed, default=0),
        "n_urgent_signed": Count("pk", filter=urgent & timed),
        "n_urgent_taken": Sum("taken_minutes", filter=urgent & timed, default=0),
        "n_returned": Count("pk", filter=Q(returned_at__lte=as_of)),
        "n_urges": Sum("urges", default=0),
    }


def _ranked(figures: list[UnitFigures]) -> list[UnitFigures]:
    """The higher rate on time stands first, then the more circulars; equals share a place, nothing required has none."""
    merits = [(one.on_time_rate, one.required) for one in figures if one.on_time_rate is not None]
    return [
        one
        if one.on_time_rate is None
        else replace(one, rank=1 + sum(better > (one.on_time_rate, one.required) for better in merits))
        for one in figures
    ]


def _rounded(total: int, parts: int, step: str) -> Decimal | None:
    """The average as people round it: half goes up."""
    return (Decimal(total) / parts).quantize(Decimal(step), ROUND_HALF_UP) if parts else None
