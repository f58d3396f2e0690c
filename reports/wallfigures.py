"""What a wall shows of its area at this minute: numbers and names of units, and nothing of persons or papers (Articles 6, 20 and 28)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from accounts.faults import Fault
from circulars.deliveries import Delivery
from circulars.registration import Circular
from cms.areas import Area
from cms.workdays import local
from reports import oversight
from reports.figures import Figures, totals
from reports.months import Month
from reports.receipts import Issuers, issuing_units, month_figures
from reports.slowest import Pace, paces, slowest

SHOWN = 10


@dataclass(frozen=True)
class Overdue:
    """How many circulars one unit has not signed for in time, and how many of them are urgent."""

    unit_name: str
    count: int
    urgent: int


@dataclass(frozen=True)
class WallFigures:
    as_of: datetime
    month: Month
    sent: int
    receipts: int
    signed: int
    urgent: int
    overdue_count: int
    overdue_units: int
    nearly_due: int
    overdue: list[Overdue]
    totals: Figures
    slow_normal: list[Pace]
    slow_urgent: list[Pace]
    faults: list[tuple[str, int]]
    fault_count: int


def wall_figures(area: Area, now: datetime) -> WallFigures:
    """Everything of one screen; a constant number of queries."""
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = Circular.objects.gone_out().filter(oversight.of_area(area), sent_at__gte=midnight, sent_at__lte=now).count()
    standings = oversight.standings(area, now)
    month = Month.of(now)
    figures = month_figures(month, as_of=now, area=area)
    found = paces(month, as_of=now, issuers=Issuers.GOVERNMENT, area=area, figures=figures)
    faults = _faults(area)
    return WallFigures(
        as_of=now,
        month=month,
        sent=sent,
        **_today(area, midnight, now),
        urgent=standings["urgent"],
        overdue_count=standings["overdue"],
        overdue_units=standings["overdue_units"],
        nearly_due=standings["nearly_due"],
        overdue=[
            Overdue(one.unit_name, one.count, one.urgent) for one in oversight.overdue_by_unit(area, now, most=SHOWN)
        ],
        totals=totals(figures),
        slow_normal=slowest(found, urgent=False, most=SHOWN),
        slow_urgent=slowest(found, urgent=True, most=SHOWN),
        faults=faults[:SHOWN],
        fault_count=sum(count for _, count in faults),
    )


def _today(area: Area, midnight: datetime, now: datetime) -> dict[str, int]:
    """How many receipts went out today, and of how many the unit has signed."""
    issuing = list(issuing_units(Issuers.ALL, area).values_list("pk", flat=True))
    sent = Delivery.objects.filter(issuer__in=issuing, sent_at__gte=midnight, sent_at__lte=now, recalled_at=None)
    found: dict[str, Any] = (
        sent.electronic()
        .required()
        .filter(rules__area=area)
        .aggregate(receipts=Count("pk"), signed=Count("pk", filter=Q(signed_at__isnull=False, returned_at=None)))
    )
    return found


def _faults(area: Area) -> list[tuple[str, int]]:
    """The units that cannot work now, with how many faults each."""
    rows = Fault.objects.open().filter(unit__area=area).order_by().values("unit__short_name", "unit__sort_order")
    return [
        (row["unit__short_name"], row["count"])
        for row in rows.annotate(count=Count("pk")).order_by("unit__sort_order", "unit__short_name")
    ]
