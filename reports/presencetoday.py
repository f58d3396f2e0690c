"""Today's look-ins of a few units that run their own desk, known by one question: what a leader's home says of them (Article 18)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from accounts.dutyrelief import keeping_out
from accounts.faults import Fault
from accounts.lookins import LookIn
from accounts.outages import Outage
from accounts.units import Unit
from cms.offices import office_of
from cms.ruleversions import RuleVersion
from cms.together import Asking
from cms.workdays import ONE_MINUTE, ZONE, local
from reports.desks import Desks, changes_of_desks
from reports.presence import RulesByDay, UnitPresence, by_day, first_receivers, judge, on_duty


@dataclass(frozen=True)
class DayAtWork:
    """Those of the units that take part now, in the order of the register, and all by which their day is judged up to now."""

    now: datetime
    units: list[Unit]
    looks: dict[int, dict[date, list[datetime]]]
    versions: list[RuleVersion]
    stops: list[Outage]
    faults: list[Fault]
    since: dict[int, date]
    desks: Desks

    def of(self, unit: Unit) -> UnitPresence | None:
        """The unit's day as ``presence`` judges it; None where it was another's and nothing is asked of the unit.

        Raises ``CalendarMissing`` and ``NoRules`` where it cannot be judged.
        """
        day, from_day = local(self.now).date(), self.since.get(unit.pk)
        office = office_of(unit.area)
        rules = RulesByDay(version for version in self.versions if version.area_id == unit.area_id)
        is_asked = office.is_working_day(day) or rules.on(day, office).looks_per_holiday
        is_owed = is_asked and self.desks.is_own(unit, day)
        if not is_owed and self.desks.changed(unit):
            return None
        if not is_owed or from_day is None or from_day > day:
            return UnitPresence(unit, from_day, ())
        exempt = [(stop.starts_at, stop.ends_at or self.now) for stop in self.stops if stop.stops(unit.area_id)]
        exempt += [(each.detected_at, each.restored_at or self.now) for each in self.faults if each.unit_id == unit.pk]
        looked = self.looks.get(unit.pk, {}).get(day, [])
        return UnitPresence(
            unit, from_day, (judge(day, looked, office, rules.on(day, office), exempt, as_of=self.now),)
        )


def asking_day(units: Collection[int], now: datetime) -> Asking[DayAtWork]:
    """The day of these units; one step."""
    mine, begins = on_duty().filter(pk__in=units), datetime.combine(local(now).date(), time(), ZONE)
    areas = mine.order_by().values("area")
    looks = LookIn.objects.between(begins, now + ONE_MINUTE).filter(unit__in=units).order_by("at")
    found, looked, versions, stops, faults, since, changes = yield (
        mine.in_order().select_related("area"),
        looks.values_list("unit_id", "at"),
        RuleVersion.objects.filter(area__in=areas).begun(now),
        Outage.objects.stopping(areas).overlapping(begins, now).select_related("area"),
        keeping_out(units, begins, now),
        first_receivers(units),
        changes_of_desks(units),
    )
    return DayAtWork(now, found, by_day(looked), versions, stops, faults, dict(since), Desks(changes))
