"""The office of an area as its stored hours and calendar now say, made anew only when one of their rows has changed.

Every dispatch and every sign-for asks for it, and a calendar changes a few times a year. What tells a change is the rows themselves, read in
one query each time: whoever changed them, by whichever way, in whichever process, is noticed at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import connection

from cms.areas import Area
from cms.workdays import CalendarDay, CalendarYear, Office, OfficeHours, Season

Rows = tuple[tuple[str], ...]

# One line of text for each stored row, in words that both engines know.
_STORED = """
SELECT 'hours ' || holds_from || ' ' || starts_month || '-' || starts_day || ' ' || ends_month || '-' || ends_day || ' ' || morning_opens || ' '
    || morning_closes || ' ' || afternoon_opens || ' ' || afternoon_closes FROM cms_officehours WHERE area_id = %s
UNION ALL SELECT 'day ' || date || ' ' || is_working FROM cms_calendarday WHERE area_id = %s
UNION ALL SELECT 'year ' || year FROM cms_calendaryear WHERE area_id = %s
"""
_KEPT: dict[int, tuple[Rows, Office]] = {}
_READ: ContextVar[dict[int, Rows] | None] = ContextVar("office rows read", default=None)


@dataclass(frozen=True)
class Hours:
    """The seasons that hold from a day on."""

    holds_from: date
    seasons: tuple[Season, ...]


def hours_of(area: Area) -> list[Hours]:
    """All that were ever set, the earliest first; these count for the time before them as well."""
    rows = OfficeHours.objects.filter(area=area).order_by("holds_from", "starts_month", "starts_day")
    by_day = groupby(rows, key=lambda row: row.holds_from)
    return [Hours(day, tuple(row.season() for row in together)) for day, together in by_day]


def office_of(area: Area) -> Office:
    """The office of an area as stored now: one query while nothing has changed, good for as many sums as one act needs."""
    rows = _stored(area)
    kept = _KEPT.get(area.pk)
    if kept is not None and kept[0] == rows:
        return kept[1]
    hours = hours_of(area)
    office = Office(
        seasons=hours[0].seasons if hours else (),
        later=tuple((one.holds_from, one.seasons) for one in hours[1:]),
        days=dict(CalendarDay.objects.filter(area=area).values_list("date", "is_working")),
        years=frozenset(CalendarYear.objects.filter(area=area).values_list("year", flat=True)),
    )
    if (
        _stored(area) == rows
    ):  # else somebody changed a row meanwhile, and these rows may not be what the office was made of
        _KEPT[area.pk] = rows, office
    return office


@contextmanager
def read_once() -> Iterator[None]:
    """Within it the rows of an area are read once: for a page that only looks and has several parts that count by them."""
    token = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(token)


def _stored(area: Area) -> Rows:
    read = _READ.get()
    if read is None:
        return _rows(area)
    if area.pk not in read:
        read[area.pk] = _rows(area)
    return read[area.pk]


def _rows(area: Area) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [area.pk] * 3)
        return tuple(sorted(cursor.fetchall()))
