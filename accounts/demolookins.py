"""Invented look-ins for a trial: a month in which most units are at their posts, a few are not always, and some are silent today."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from accounts.holders import holders
from accounts.lookins import LookIn
from accounts.roles import Right
from cms.areas import Area
from cms.offices import office_of
from cms.workdays import ONE_DAY, ZONE, CalendarMissing, Office

DAYS = 45
# Of a hundred units so many are late now and then, and so many have not been there today.
CARELESS, SILENT = 12, 4
# Minutes after opening and after the lunch break; the third is left out by who is careless.
MORNING, AFTERNOON = (5, 95, 190), (2, 85, 170)


def live_through_look_ins(now: datetime) -> int:
    """Every unit's clerks have looked in on the working days of the last weeks; returns how many rows there are.

    A year without calendar has none.
    """
    office = office_of(Area.objects.home())
    rows = []
    clerks = list(holders(Right.RECEIVE).values_list("content_object_id", "user_id").order_by("content_object_id"))
    for unit, person in clerks:
        chance = Random(unit)  # noqa: S311  a demo that is the same each time
        is_careless, is_silent = chance.randrange(100) < CARELESS, chance.randrange(100) < SILENT
        day = timezone.localdate(now) - DAYS * ONE_DAY
        while day <= timezone.localdate(now):
            is_today = day == timezone.localdate(now)
            for at in _look_ins(day, office, chance, is_careless):
                if at <= now and not (is_today and is_silent):
                    rows.append(LookIn(at=at, unit_id=unit, person_id=person))
            day += ONE_DAY
    LookIn.objects.bulk_create(rows, batch_size=5000, ignore_conflicts=True)
    return len(rows)


def _look_ins(day: date, office: Office, chance: Random, is_careless: bool) -> list[datetime]:
    try:
        if not office.is_working_day(day):
            return []
    except CalendarMissing:
        return []
    found = []
    for (opens, _), minutes in zip(office.season_of(day).intervals, (MORNING, AFTERNOON), strict=False):
        for place, minute in enumerate(minutes):
            if is_careless and place and chance.random() < 0.3:
                continue
            found.append(_minute(day, opens, minute + chance.randrange(-2, 12)))
    return found


def _minute(day: date, opens: time, minutes: int) -> datetime:
    return datetime.combine(day, opens, ZONE) + timedelta(minutes=minutes)
