"""Until when a unit may have a clerk too many: working days from the opening of a handover of a clerk (Article 23).

Our reading: the day of the opening is not counted, and the last ends when the office closes; while the calendar of a year is missing there
are none to count and the overlap is not allowed.
"""

from collections.abc import Collection
from datetime import datetime

from accounts.handovers.record import Handover
from accounts.roles import Role
from cms.areas import Area
from cms.offices import office_of
from cms.rulebook import RuleSet
from cms.ruleversions import RuleVersion
from cms.workdays import CalendarMissing, Office


def overlap_end(opened_at: datetime, office: Office, rules: RuleSet) -> datetime | None:
    """When the days of overlap of a handover that was opened then end; None where the rule or the calendar gives none."""
    if not rules.overlap_days:
        return None
    try:
        return office.close_of(office.next_working_day(opened_at, rules.overlap_days))
    except CalendarMissing:
        return None


def overlaps_until(units: Collection[int]) -> dict[int, datetime]:
    """For each of the units with an open handover of a clerk the last end of these days; two questions and one for each area."""
    opened = Handover.objects.open().filter(unit__in=units, role=Role.CLERK)
    rows = list(opened.values_list("unit", "unit__area", "opened_at"))
    areas = Area.objects.in_bulk({area for _, area, _ in rows}) if rows else {}
    versions = list(RuleVersion.objects.filter(area__in=areas).order_by("-in_force_from", "-number")) if rows else []
    offices = {key: office_of(area) for key, area in areas.items()}
    found: dict[int, datetime] = {}
    for unit, area, opened_at in rows:
        held = next((v for v in versions if v.area_id == area and v.in_force_from <= opened_at), None)
        ends = overlap_end(opened_at, offices[area], held.rule_set) if held else None
        if ends is not None:
            found[unit] = max(ends, found.get(unit, ends))
    return found
