"""The office of an area as stored: read anew when it changed, however it was changed, and not otherwise."""

from datetime import date

import pytest
from django.db import connection, transaction

from cms.areas import Area
from cms.offices import office_of
from cms.workdays import CalendarDay, CalendarMissing, CalendarYear, HoursBroken, OfficeHours
from tests.offices import beijing, pure_office, shipped

pytestmark = pytest.mark.django_db

NATIONAL_DAY = beijing("2026-10-01 10:00")


@pytest.fixture
def home():
    """The area as shipped, its office asked for before."""
    area = Area.objects.home()
    assert not office_of(area).is_open(NATIONAL_DAY)
    return area


def raw(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_installation_ships_the_calendar_of_both_years(home):
    assert office_of(home) == pure_office()
    assert (home.name, CalendarYear.objects.get(year=2026).source) == ("延安市", shipped.SOURCES[2026])


def test_while_nothing_changes_one_query_is_enough(home, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert office_of(home) == pure_office()


def test_a_city_next_door_has_a_calendar_of_its_own(home):
    neighbour = Area.objects.create(code="yulin", name="榆林市")
    with pytest.raises(HoursBroken):
        office_of(neighbour)
    assert office_of(home) == pure_office()


def test_a_year_once_loaded_is_known(home):
    with pytest.raises(CalendarMissing):
        office_of(home).next_working_day(date(2026, 12, 31))
    CalendarYear.objects.create(area=home, year=2027, source="试用")
    CalendarDay.objects.create(area=home, date=date(2027, 1, 1), is_working=False, name="元旦")
    assert office_of(home).next_working_day(date(2026, 12, 31)) == date(2027, 1, 4)


@pytest.mark.parametrize(
    "change",
    [
        lambda: CalendarDay.objects.filter(date="2026-10-01").update(is_working=True),
        lambda: CalendarDay.objects.filter(date="2026-10-01").delete(),
        lambda: raw("UPDATE cms_calendarday SET is_working = NOT is_working WHERE date = '2026-10-01'"),
        lambda: raw("DELETE FROM cms_calendarday WHERE date = '2026-10-01'"),
    ],
    ids=["updated", "deleted", "updated by hand", "deleted by hand"],
)
def test_a_day_changed_by_whichever_way_counts_from_then_on(home, change):
    change()
    assert office_of(home).is_open(NATIONAL_DAY)


def test_changed_hours_count_from_then_on(home):
    late = beijing("2026-11-23 18:30")
    assert not office_of(home).is_open(late)
    OfficeHours.objects.update(afternoon_closes="19:00")
    assert office_of(home).is_open(late)


def test_a_year_taken_away_is_missed_from_then_on(home):
    CalendarYear.objects.filter(year=2026).delete()
    with pytest.raises(CalendarMissing):
        office_of(home).is_open(NATIONAL_DAY)


def test_a_change_that_was_taken_back_never_was(home):
    with transaction.atomic():
        CalendarDay.objects.filter(date="2026-10-01").update(is_working=True)
        assert office_of(home).is_open(NATIONAL_DAY)
        transaction.set_rollback(True)
    assert not office_of(home).is_open(NATIONAL_DAY)
