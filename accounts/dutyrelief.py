"""When a unit need not look in: while it has a fault that keeps it out and was reported in time, or the platform stands still (Articles 13 and 18)."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.duty import Stretch
from accounts.faults import Fault
from accounts.outages import Outage
from cms.areas import Area

# Our reading: without its seal or printer a unit can still look in (docs/decisions/2026-11-22-what-counts-as-a-look-in.md).
KEEPS_OUT = (Fault.Kind.NETWORK, Fault.Kind.SYSTEM, Fault.Kind.COMPUTER, Fault.Kind.OTHER)


def stops_between(area: Area, starts_at: datetime, ends_at: datetime) -> list[Stretch]:
    """The stops of the platform that share a moment with the stretch; one that has no end yet lasts to its end."""
    stops = Outage.objects.stopping([area]).overlapping(starts_at, ends_at)
    return [(begins, ends or ends_at) for begins, ends in stops.values_list("starts_at", "ends_at")]


def faults_between(units: Collection[int], starts_at: datetime, ends_at: datetime) -> dict[int, list[Stretch]]:
    """By unit, the faults reported in time that kept it out; one that is not confirmed yet lasts to the end of the stretch."""
    faults = keeping_out(units, starts_at, ends_at)
    found: dict[int, list[Stretch]] = {}
    for unit, detected_at, restored_at in faults.values_list("unit_id", "detected_at", "restored_at"):
        found.setdefault(unit, []).append((detected_at, restored_at or ends_at))
    return found


def keeping_out(units: Collection[int], starts_at: datetime, ends_at: datetime) -> QuerySet[Fault]:
    """The faults of these units that were reported in time and kept them out at some moment of the stretch."""
    lasting = Q(restored_at=None) | Q(restored_at__gt=starts_at)
    reported = Fault.objects.reported_in_time()
    return reported.filter(lasting, kind__in=KEEPS_OUT, unit__in=units, detected_at__lt=ends_at)
