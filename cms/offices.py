"""The office of an area as its stored hours and calendar now say, made anew only when one of their rows has changed.

Every dispatch and every sign-for asks for it, and a calendar changes a few times a year. What tells a change is the rows themselves, read in
one query each time: whoever changed them, by whichever way, in whichever process, is noticed at once.
"""

from django.db import connection

from cms.areas import Area
from cms.workdays import CalendarDay, CalendarYear, Office, OfficeHours

Rows = tuple[tuple[str], ...]

# One line of text for each stored row, in words that both engines know.
_STORED = """
SELECT 'hours ' || starts_month || '-' || starts_day || ' ' || ends_month || '-' || ends_day || ' ' || morning_opens || ' '
    || morning_closes || ' ' || afternoon_opens || ' ' || afternoon_closes FROM cms_officehours WHERE area_id = %s
UNION ALL SELECT 'day ' || date || ' ' || is_working FROM cms_calendarday WHERE area_id = %s
UNION ALL SELECT 'year ' || year FROM cms_calendaryear WHERE area_id = %s
"""
_KEPT: dict[int, tuple[Rows, Office]] = {}


def office_of(area: Area) -> Office:
    """The office of an area as stored now: one query while nothing has changed, good for as many sums as one act needs."""
    rows = _stored(area)
    kept = _KEPT.get(area.pk)
    if kept is not None and kept[0] == rows:
        return kept[1]
    office = Office(
        seasons=tuple(hours.season() for hours in OfficeHours.objects.filter(area=area)),
        days=dict(CalendarDay.objects.filter(area=area).values_list("date", "is_working")),
        years=frozenset(CalendarYear.objects.filter(area=area).values_list("year", flat=True)),
    )
    if (
        _stored(area) == rows
    ):  # else somebody changed a row meanwhile, and these rows may not be what the office was made of
        _KEPT[area.pk] = rows, office
    return office


def _stored(area: Area) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [area.pk] * 3)
        return tuple(sorted(cursor.fetchall()))
