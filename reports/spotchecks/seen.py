"""What the system sees of some units in one moment: who is at the desk, what is not signed for (Articles 18, 22 and 28)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from accounts.looks import DayOfLooks
from circulars.deliveries import Delivery
from cms.areas import Area
from cms.ruleversions import NoRules
from cms.workdays import CalendarMissing, local
from reports.presence import UnitPresence, presence
from reports.spotchecks.record import Presence


@dataclass(frozen=True)
class Seen:
    """One unit in that moment."""

    presence: Presence
    looked_in_at: datetime | None
    open_receipts: int
    overdue_receipts: int


def seen(units: Collection[int], *, area: Area, at: datetime) -> dict[int, Seen]:
    """Each of these units as it is now; a constant number of queries. Where no calendar or rule can tell who should be there, that is unknown."""
    day = local(at).date()
    try:
        there = {each.unit.pk: each for each in presence(day, day, as_of=at, area=area, only=units)}
        otherwise = Presence.NOT_OWED
    except (CalendarMissing, NoRules):
        there, otherwise = {}, Presence.UNKNOWN
    waiting = {
        unit: (waits, late)
        for unit, waits, late in Delivery.objects.electronic()
        .required()
        .open()
        .filter(unit__in=units, rules__area=area, sent_at__lte=at)
        .order_by()
        .values_list("unit")
        .annotate(waits=Count("pk"), late=Count("pk", filter=Q(due_at__lt=at)))
    }
    return {
        unit: Seen(*(_judged(there[unit]) if unit in there else (otherwise, None)), *waiting.get(unit, (0, 0)))
        for unit in units
    }


def _judged(unit: UnitPresence) -> tuple[Presence, datetime | None]:
    if unit.since is None:
        return Presence.NOBODY, None
    if not unit.days:
        return Presence.NOT_OWED, None
    (day,) = unit.days
    last = day.look_ins[-1] if day.look_ins else None
    if not day.is_owed:
        return Presence.NOT_OWED, last
    if last is None:
        return (Presence.SILENT if day.breaches else Presence.NOT_YET), None
    fails = day.breaches > 0 if isinstance(day.judged, DayOfLooks) else day.is_away
    return (Presence.AWAY if fails else Presence.PRESENT), last
