"""How each unit signed for what a month brought it: required, on time, late, unsigned, hours (Articles 20, 22 and 28).

Rows first: the page and the workbook print what is counted here.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Concat

from accounts.units import Category, Unit
from circulars.decidedrelief import RoundRelief
from circulars.deliveries import Channel, Delivery, DeliveryRound, Relief
from circulars.deliveries.questions import unindexed
from circulars.succession import HandedOn
from cms.areas import Area
from cms.together import Asking, alone
from reports.figures import Figures, UnitFigures, figures_of, ranked, totals
from reports.months import Span

Way = str | tuple[str, str] | models.Expression


class Issuers(models.TextChoices):
    """Whose circulars are counted; the bulletin of Article 28 looks at those of the government and its office."""

    GOVERNMENT = "government", "市政府、市政府办公室"
    ALL = "all", "全部发文单位"

    def said_in(self, area: Area) -> str:
        """Whose circulars these are in the words of the area."""
        is_government = self is Issuers.GOVERNMENT and not area.is_home
        return f"{area}政府及其办公室" if is_government else str(self.label)

    @classmethod
    def offered_in(cls, area: Area) -> list[tuple[str, str]]:
        """What there is to choose from in the area."""
        return [(each.value, each.said_in(area)) for each in cls]

    @property
    def where(self) -> Q:
        """The units meant."""
        if self is Issuers.ALL:
            return Q()
        return Q(category__in=[Category.MUNICIPAL_GOVERNMENT, Category.SECRETARIAT])


def receipts_of(
    span: Span,
    *,
    as_of: datetime,
    issuers: Issuers = Issuers.GOVERNMENT,
    area: Area | None = None,
    issuing: Collection[int] | None = None,
) -> QuerySet[Delivery]:
    """The receipts a month is judged by, each with ``closed_at``: when it was signed for or returned, as known at ``as_of``.

    A recall and a relief count whenever they were given; anything else that happened after ``as_of`` has not happened yet. Rounds that a
    sender has closed by insisting are asked for by ``rounds_of``.
    """
    # Asked beforehand: a database that knows which issuers are meant makes a better guess at how many receipts there are.
    if issuing is None:
        issuing = list(issuing_units(issuers, area).values_list("pk", flat=True))
    rows = Delivery.objects.electronic().required()
    return _closed(rows.filter(_sent_in(span, as_of), _by_rules_of(area), issuer__in=issuing, recalled_at=None), as_of)


def rounds_of(
    span: Span, *, as_of: datetime, issuers: Issuers = Issuers.GOVERNMENT, area: Area | None = None
) -> QuerySet[DeliveryRound]:
    """The closed rounds a month is judged by, each in the month of its own sending, as urgent as its delivery.

    What a unit did with a paper stays what it was when the sender insists later: the round says it as its receipt did before. ``was_granted``
    is whether a decision has relieved it since.
    """
    rows = DeliveryRound.objects.alias(sifted=unindexed("delivery__issuer_id")).filter(
        _sent_in(span, as_of),
        _by_rules_of(area),
        sifted__in=issuing_units(issuers, area).values("pk"),
        delivery__channel=Channel.ELECTRONIC,
        must_sign=True,
    )
    # What was sent back was not entered in the round that this ended.
    named = rows.annotate(
        urgency=F("delivery__urgency"),
        registered_at=Value(None, output_field=models.DateTimeField(null=True)),
        was_granted=Exists(RoundRelief.objects.filter(closed_round=OuterRef("pk"))),
    )
    return _closed(named, as_of)


def issuing_units(issuers: Issuers, area: Area | None) -> QuerySet[Unit]:
    """In an area that a unit runs, that unit and the ones it acts for are its government."""
    if area is None:
        return _issuing_at_home(issuers)
    if area.is_home:
        return Unit.objects.filter(issuers.where, area=area).order_by()
    seat = Q(runs=area) | Q(served_by__runs=area)
    return Unit.objects.filter(seat if issuers is Issuers.GOVERNMENT else seat | Q(area=area)).order_by()


def _issuing_at_home(issuers: Issuers) -> QuerySet[Unit]:
    return Unit.objects.filter(issuers.where, area__in=Area.objects.filter(code=settings.AREA)).order_by()


def _by_rules_of(area: Area | None) -> Q:
    """What went out by the rules of the area: a unit that runs one sends by its own rules there, by those of its superior elsewhere."""
    return Q(rules__area=area) if area else Q(rules__area__code=settings.AREA)


def _sent_in(span: Span, as_of: datetime) -> Q:
    return Q(sent_at__gte=span.starts_at, sent_at__lt=span.ends_at, sent_at__lte=as_of)


def _closed(rows: QuerySet[Any], as_of: datetime) -> QuerySet[Any]:
    return rows.annotate(
        closed_at=Case(
            When(signed_at__lte=as_of, then=F("signed_at")),
            When(returned_at__lte=as_of, then=F("returned_at")),
            output_field=models.DateTimeField(null=True),
        )
    )


def month_figures(
    span: Span, *, as_of: datetime, issuers: Issuers = Issuers.GOVERNMENT, area: Area | None = None
) -> list[UnitFigures]:
    """One row for every unit that was sent anything in the month (or year), ranked, in the order of the register; a handful of queries.

    What a unit took over from one that was dissolved counts with it, under its own name.

    A receipt falls into exactly one of on time, late, unsigned, relief and not due; the last two are outside ``required``. One whose due
    time is unknown, because a year's calendar is not loaded, is not due yet.
    """
    return alone(asking_figures(span, as_of=as_of, issuers=issuers, area=area))


def asking_figures(
    span: Span, *, as_of: datetime, issuers: Issuers = Issuers.GOVERNMENT, area: Area | None = None
) -> Asking[list[UnitFigures]]:
    """The same, as part of a page that asks together."""
    if area is None:
        home = Area.objects.filter(code=settings.AREA)
        (area, *_), issuing = yield (home, _issuing_at_home(issuers).values_list("pk", flat=True))
    else:
        (issuing,) = yield (issuing_units(issuers, area).values_list("pk", flat=True),)
    grouped = groups(span, "unit_id", "unit_name", as_of=as_of, issuers=issuers, area=area, issuing=issuing)
    (rows,) = yield (grouped,)
    by_unit: dict[int, list[Figures]] = {}
    names: dict[int, dict[str, datetime]] = {}
    for row in rows:
        unit, name, sent_at = row["key"], row["label"], row["last_sent_at"]
        by_unit.setdefault(unit, []).append(figures_of(row))
        borne = names.setdefault(unit, {})
        borne[name] = max(sent_at, borne.get(name, sent_at))
    (units,) = yield (Unit.objects.filter(pk__in=by_unit).in_order(),)
    yield from _forgetting_names_taken_over(names, units)
    return ranked(
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


def _forgetting_names_taken_over(names: dict[int, dict[str, datetime]], units: Iterable[Unit]) -> Asking[None]:
    """Of a successor only its own names are left; asked only where one bears another name than today."""
    others = [unit.pk for unit in units if names[unit.pk].keys() - {unit.short_name}]
    if others:
        taken = HandedOn.objects.filter(to_unit__in=others)
        (rows,) = yield (taken.values_list("to_unit_id", "delivery__unit_name").distinct(),)
        for unit_pk, name in rows:
            names[unit_pk].pop(name, None)


def groups(
    span: Span,
    key: Way,
    label: Way,
    *,
    as_of: datetime,
    issuers: Issuers = Issuers.GOVERNMENT,
    area: Area | None = None,
    issuing: Collection[int] | None = None,
) -> QuerySet[Any, Any]:
    """The receipts of the span and their closed rounds by key, label, urgency and verdict, in one query.

    The database judges each of them once and counts: ``figures_of`` reads a row. Key and label are paths from a delivery, two
    of them for a label of two words, or expressions over its ``sent_at`` and ``urgency``.
    """
    receipts = receipts_of(span, as_of=as_of, issuers=issuers, area=area, issuing=issuing)
    rounds = rounds_of(span, as_of=as_of, issuers=issuers, area=area)
    relieved = ~Q(relief=Relief.NONE)
    counted = _counted(receipts, _path(key), _path(label), as_of, relieved)
    closed = _counted(
        rounds, _path(key, "delivery__"), _path(label, "delivery__"), as_of, relieved | Q(was_granted=True)
    )
    return counted.union(closed, all=True)


def _path(what: Way, through: str = "") -> Any:
    if isinstance(what, tuple):
        first, second = (F(f"{through}{each}") for each in what)
        return Concat(first, Value("　"), second, output_field=models.TextField())
    return F(f"{through}{what}") if isinstance(what, str) else what


def _counted(rows: QuerySet[Any], key: Any, label: Any, as_of: datetime, relieved: Q) -> QuerySet[Any, Any]:
    known = Q(signed_at__lte=as_of)
    return (
        rows.annotate(verdict=verdict_of(as_of, relieved), key=key, label=label)
        .values("key", "label", "urgency", "verdict")
        .annotate(
            last_sent_at=Max("sent_at"),
            count=Count("*"),
            timed=Count("taken_minutes", filter=known),
            taken=Sum("taken_minutes", filter=known, default=0),
            sent_back=Count("returned_at", filter=Q(returned_at__lte=as_of)),
            urged=Sum("urges", default=0),
            entered=Count("registered_at", filter=Q(registered_at__lte=as_of) & Q(registered_at__lte=F("due_at"))),
        )
        .order_by()
    )


def verdict_of(as_of: datetime, relieved: Q) -> Case:
    """Which of the five a receipt with its ``closed_at`` is, the commonest first; each bears the name of its figure."""
    return Case(
        When(~relieved & Q(closed_at__lte=F("due_at")), then=Value("on_time")),
        When(relieved, then=Value("relief")),
        When(closed_at__gt=F("due_at"), then=Value("late")),
        When(closed_at=None, due_at__lte=as_of, then=Value("unsigned")),
        default=Value("not_due"),
    )
