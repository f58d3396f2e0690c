"""How each unit signed for what a month brought it: required, on time, late, unsigned, hours (Articles 20, 22 and 28).

Rows first: the page and the workbook print what is counted here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, Value, When

from accounts.units import Category, Unit
from circulars.deadlines import Urgency
from circulars.deliveries import Channel, Delivery, DeliveryRound, Relief
from circulars.deliveries.questions import unindexed
from circulars.succession import HandedOn
from cms.areas import Area
from reports.months import Month


class Issuers(models.TextChoices):
    """Whose circulars are counted; the bulletin of Article 28 looks at those of the government and its office."""

    GOVERNMENT = "government", "市政府、市政府办公室"
    ALL = "all", "全部发文单位"

    @property
    def where(self) -> Q:
        """The units meant."""
        if self is Issuers.ALL:
            return Q()
        return Q(category__in=[Category.MUNICIPAL_GOVERNMENT, Category.SECRETARIAT])


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

    A recall and a relief count whenever they were given; anything else that happened after ``as_of`` has not happened yet. Rounds that a
    sender has closed by insisting are asked for by ``rounds_of``.
    """
    # Asked beforehand: a database that knows which issuers are meant makes a better guess at how many receipts there are.
    issuing = list(_issuing(issuers, area).values_list("pk", flat=True))
    return _closed(
        Delivery.objects.electronic().required().filter(_sent_in(month, as_of), issuer__in=issuing, recalled_at=None),
        as_of,
    )


def rounds_of(
    month: Month, *, as_of: datetime, issuers: Issuers = Issuers.GOVERNMENT, area: Area | None = None
) -> QuerySet[DeliveryRound]:
    """The closed rounds a month is judged by, each in the month of its own sending, with the names that its delivery bears.

    What a unit did with a paper stays what it was when the sender insists later: the round says it as its receipt did before.
    """
    rows = DeliveryRound.objects.alias(sifted=unindexed("delivery__issuer_id")).filter(
        _sent_in(month, as_of),
        sifted__in=_issuing(issuers, area).values("pk"),
        delivery__channel=Channel.ELECTRONIC,
        must_sign=True,
    )
    named = rows.annotate(
        unit_id=F("delivery__unit_id"), unit_name=F("delivery__unit_name"), urgency=F("delivery__urgency")
    )
    return _closed(named, as_of)


def _issuing(issuers: Issuers, area: Area | None) -> QuerySet[Unit]:
    return Unit.objects.filter(issuers.where, area=area or Area.objects.home()).order_by()


def _sent_in(month: Month, as_of: datetime) -> Q:
    return Q(sent_at__gte=month.starts_at, sent_at__lt=month.ends_at, sent_at__lte=as_of)


def _closed(rows: QuerySet[Any], as_of: datetime) -> QuerySet[Any]:
    return rows.annotate(
        closed_at=Case(
            When(signed_at__lte=as_of, then=F("signed_at")),
            When(returned_at__lte=as_of, then=F("returned_at")),
            output_field=models.DateTimeField(null=True),
        )
    )


def month_figures(
    month: Month, *, as_of: datetime, issuers: Issuers = Issuers.GOVERNMENT, area: Area | None = None
) -> list[UnitFigures]:
    """One row for every unit that was sent anything in the month, ranked, in the order of the register; a handful of queries.

    What a unit took over from one that was dissolved counts with it, under its own name.

    A receipt falls into exactly one of on time, late, unsigned, relief and not due; the last two are outside ``required``. One whose due
    time is unknown, because a year's calendar is not loaded, is not due yet.
    """
    by_unit: dict[int, list[Figures]] = {}
    names: dict[int, dict[str, datetime]] = {}
    receipts = receipts_of(month, as_of=as_of, issuers=issuers, area=area)
    rounds = rounds_of(month, as_of=as_of, issuers=issuers, area=area)
    for row in (*_groups(receipts, as_of), *_groups(rounds, as_of)):
        unit, name, sent_at = row["unit_id"], row["unit_name"], row["last_sent_at"]
        by_unit.setdefault(unit, []).append(_figures(row))
        borne = names.setdefault(unit, {})
        borne[name] = max(sent_at, borne.get(name, sent_at))
    units = list(Unit.objects.filter(pk__in=by_unit).in_order())
    _forget_names_taken_over(names, units)
    return _ranked(
        [
            UnitFigures(
                unit_id=unit.pk,
                name=max(borne, key=lambda name: (borne[name], name)) if (borne := names[unit.pk]) else unit.short_name,
                category=unit.category,
                **vars(totals(by_unit[unit.pk])),
            )
            for unit in units
        ]
    )


def _forget_names_taken_over(names: dict[int, dict[str, datetime]], units: Iterable[Unit]) -> None:
    """Of a successor only its own names are left; asked only where one bears another name than today."""
    others = [unit.pk for unit in units if names[unit.pk].keys() - {unit.short_name}]
    if others:
        taken = HandedOn.objects.filter(to_unit__in=others)
        for unit_pk, name in taken.values_list("to_unit_id", "delivery__unit_name").distinct():
            names[unit_pk].pop(name, None)


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


_COUNTS = tuple(field.name for field in fields(Figures))
_REQUIRED = ("on_time", "late", "unsigned")


def _groups(receipts: QuerySet[Any], as_of: datetime) -> QuerySet[Any, Any]:
    """The receipts by unit, urgency and verdict: the database judges each of them once and counts."""
    known = Q(signed_at__lte=as_of)
    return (
        receipts.annotate(verdict=_verdict(as_of))
        .values("unit_id", "unit_name", "urgency", "verdict")
        .annotate(
            last_sent_at=Max("sent_at"),
            count=Count("*"),
            timed=Count("taken_minutes", filter=known),
            taken=Sum("taken_minutes", filter=known, default=0),
            sent_back=Count("returned_at", filter=Q(returned_at__lte=as_of)),
            urged=Sum("urges", default=0),
        )
        .order_by()
    )


def _verdict(as_of: datetime) -> Case:
    """Which of the five a receipt with its ``closed_at`` is, the commonest first; each bears the name of its figure."""
    return Case(
        When(relief=Relief.NONE, closed_at__lte=F("due_at"), then=Value("on_time")),
        When(~Q(relief=Relief.NONE), then=Value("relief")),
        When(closed_at__gt=F("due_at"), then=Value("late")),
        When(closed_at=None, due_at__lte=as_of, then=Value("unsigned")),
        default=Value("not_due"),
    )


def _figures(row: dict[str, Any]) -> Figures:
    """The figures of one group; how long it took counts only where the unit is judged."""
    count, verdict = row["count"], row["verdict"]
    timed, taken = (0, 0) if verdict == "relief" else (row["timed"], row["taken"])
    common = Figures(**{verdict: count}, returned=row["sent_back"], urges=row["urged"])
    if row["urgency"] == Urgency.NORMAL:
        return replace(common, normal_signed=timed, normal_taken=taken)
    return replace(
        common,
        urgent_required=count if verdict in _REQUIRED else 0,
        urgent_on_time=common.on_time,
        urgent_signed=timed,
        urgent_taken=taken,
    )


def _ranked(figures: list[UnitFigures]) -> list[UnitFigures]:
    """The higher rate on time stands first, then the more circulars; equals share a place, nothing required has none."""
    merits = [(one.on_time_rate, one.required) for one in figures]
    places: dict[Any, int] = {}
    for place, merit in enumerate(sorted((m for m in merits if m[0] is not None), reverse=True), 1):
        places.setdefault(merit, place)
    return [replace(one, rank=places.get(merit)) for one, merit in zip(figures, merits, strict=True)]


def _rounded(total: int, parts: int, step: str) -> Decimal | None:
    """The average as people round it: half goes up."""
    return (Decimal(total) / parts).quantize(Decimal(step), ROUND_HALF_UP) if parts else None
