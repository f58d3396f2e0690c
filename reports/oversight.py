"""What the secretariat watches today: urgent circulars unsigned, units overdue, paper owed (Articles 6, 20, 21 and 28)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from accounts.overseeing import Overseen
from circulars.deadlines import Urgency
from circulars.deliveries import Delivery, with_receipts
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


def standings(area: Area, now: datetime) -> Mapping[str, int]:
    """How many receipts of all circulars of the area are waiting, nearly due and overdue, how many of them urgent, and how many units are overdue."""
    waiting = Q(warn_at__gt=now) | Q(warn_at=None)
    overdue = Q(due_at__lt=now)
    return (
        Delivery.objects.electronic()
        .required()
        .open()
        .filter(rules__area=area)
        .aggregate(
            waiting=Count("pk", filter=waiting),
            nearly_due=Count("pk", filter=Q(warn_at__lte=now, due_at__gte=now)),
            overdue=Count("pk", filter=overdue),
            urgent=Count("pk", filter=URGENT),
            overdue_units=Count("unit", filter=overdue, distinct=True),
        )
    )


def urgent_unsigned(area: Area) -> QuerySet[Delivery]:
    """Urgent circulars that a unit has not signed for yet, the most pressing first."""
    return (
        Delivery.objects.electronic()
        .required()
        .open()
        .filter(URGENT, rules__area=area)
        .select_related("circular", "unit")
        .order_by("due_at", "unit__sort_order", "pk")
    )


def overdue_by_unit(area: Area, now: datetime, *, most: int) -> list[Owing]:
    """The units with the most receipts overdue now."""
    rows = (
        Delivery.objects.electronic()
        .overdue(now)
        .filter(rules__area=area)
        .values("unit_id", "unit__short_name", "unit__duty_phone")
        .annotate(count=Count("pk"), pressing=Count("pk", filter=URGENT), since=Min("due_at"))
        .order_by("-count", "since", "unit__sort_order")[:most]
    )
    return [
        Owing(row["unit__short_name"], row["unit__duty_phone"], row["count"], row["pressing"], row["since"])
        for row in rows
    ]


def paper_owed(area: Area) -> list[Owing]:
    """The units to which circulars are still to be taken on paper, the longest wait first."""
    rows = (
        PaperCopy.objects.owed()
        .filter(delivery__rules__area=area)
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


def latest_circulars(area: Area) -> QuerySet[Circular]:
    """Circulars of the area as they were sent, recalled since or not, the latest first, with the counts of ``with_receipts``."""
    return with_receipts(Circular.objects.gone_out().filter(of_area(area))).order_by("-sent_at", "-pk")


def of_area(area: Area) -> Q:
    """The circulars that go by the rule of the area: by their series, or by who issues them."""
    return Overseen(frozenset({area.pk})).of("series__area", "issuer__area")
