"""What the secretariat watches today: urgent circulars unsigned, units overdue, paper owed (Articles 6, 20, 21 and 28)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from accounts.units import Unit
from circulars.deadlines import Urgency
from circulars.deliveries import Delivery, DeliveryQuerySet, with_receipts
from circulars.papercopies import PaperCopy
from circulars.registration import Circular
from cms.areas import Area

URGENT = ~Q(urgency=Urgency.NORMAL)


@dataclass(frozen=True)
class Owing:
    """One unit and how many receipts or paper copies are outstanding with it, since when."""

    unit_name: str
    duty_phone: str
    count: int
    urgent: int
    since: datetime


def standings(now: datetime, *, area: Area | None = None) -> Mapping[str, int]:
    """How many receipts of all circulars, or of those of an area's units, are waiting, nearly due and overdue, how many of them urgent, and how many units are overdue."""
    waiting = Q(warn_at__gt=now) | Q(warn_at=None)
    overdue = Q(due_at__lt=now)
    return (
        _sent_by(area)
        .required()
        .open()
        .aggregate(
            waiting=Count("pk", filter=waiting),
            nearly_due=Count("pk", filter=Q(warn_at__lte=now, due_at__gte=now)),
            overdue=Count("pk", filter=overdue),
            urgent=Count("pk", filter=URGENT),
            overdue_units=Count("unit", filter=overdue, distinct=True),
        )
    )


def urgent_unsigned() -> QuerySet[Delivery]:
    """Urgent circulars that a unit has not signed for yet, the most pressing first."""
    return (
        Delivery.objects.electronic()
        .required()
        .open()
        .filter(URGENT)
        .select_related("circular", "unit")
        .order_by("due_at", "unit__sort_order", "pk")
    )


def overdue_by_unit(now: datetime, *, most: int, area: Area | None = None) -> list[Owing]:
    """The units with the most receipts overdue now, of all circulars or of those of an area's units."""
    rows = (
        _sent_by(area)
        .overdue(now)
        .values("unit_id", "unit__short_name", "unit__duty_phone")
        .annotate(count=Count("pk"), pressing=Count("pk", filter=URGENT), since=Min("due_at"))
        .order_by("-count", "since", "unit__sort_order")[:most]
    )
    return [
        Owing(row["unit__short_name"], row["unit__duty_phone"], row["count"], row["pressing"], row["since"])
        for row in rows
    ]


def paper_owed() -> list[Owing]:
    """The units to which circulars are still to be taken on paper, the longest wait first."""
    rows = (
        PaperCopy.objects.owed()
        .values("delivery__unit_id", "delivery__unit__short_name", "delivery__unit__duty_phone")
        .annotate(
            count=Count("pk"),
            pressing=Count("pk", filter=~Q(delivery__urgency=Urgency.NORMAL)),
            since=Min("owed_from"),
        )
        .order_by("since", "delivery__unit__sort_order")
    )
    return [
        Owing(
            row["delivery__unit__short_name"],
            row["delivery__unit__duty_phone"],
            row["count"],
            row["pressing"],
            row["since"],
        )
        for row in rows
    ]


def latest_circulars() -> QuerySet[Circular]:
    """Circulars as they were sent, recalled since or not, the latest first, with the counts of ``with_receipts``."""
    return with_receipts(Circular.objects.gone_out()).order_by("-sent_at", "-pk")


def _sent_by(area: Area | None) -> DeliveryQuerySet:
    """What went out electronically, from the units of one area where one is named."""
    rows = Delivery.objects.electronic()
    if area is None:
        return rows
    return rows.sifted_by_issuer(list(Unit.objects.filter(area=area).order_by().values_list("pk", flat=True)))
