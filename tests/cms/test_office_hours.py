"""Office hours that contradict themselves, and hours and calendar as the database keeps them."""

from dataclasses import replace
from datetime import date, time
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from cms.areas import Area
from cms.offices import office_of
from cms.workdays import (
    CalendarDay,
    CalendarYear,
    HoursBroken,
    Office,
    OfficeHours,
    Season,
)
from tests.offices import OFFICE, beijing, pure_office, shipped

first_rules = import_module("cms.migrations.0009_first_rule_version")
guarding = import_module("cms.migrations.0010_rule_versions_take_insert_only")


# Hours that contradict themselves

MORNING, AFTERNOON = (time(8), time(12)), (time(14), time(18))


@pytest.mark.parametrize(
    "intervals",
    [
        (),
        ((time(12), time(8)),),
        ((time(8), time(8)),),
        (AFTERNOON, MORNING),
        ((time(8), time(12)), (time(11), time(18))),
    ],
)
def test_hours_that_overlap_or_run_backwards_are_refused(intervals):
    with pytest.raises(HoursBroken):
        Season((1, 1), (12, 31), intervals)


@pytest.mark.parametrize(
    "bounds",
    [
        [],
        [((1, 1), (12, 30))],
        [((5, 1), (9, 30))],
        [((5, 1), (9, 30)), ((10, 1), (4, 29))],
        [((5, 1), (10, 1)), ((10, 1), (4, 30))],
        [((1, 1), (12, 31)), ((1, 1), (12, 31))],
        [((3, 1), (2, 28))],  # 29 February would have no hours
    ],
)
def test_seasons_that_leave_a_gap_or_overlap_are_refused(bounds):
    seasons = tuple(Season(starts, ends, (MORNING, AFTERNOON)) for starts, ends in bounds)
    with pytest.raises(HoursBroken):
        Office(seasons, {}, frozenset({2026}))


@pytest.mark.parametrize("bounds", [((1, 1), (12, 31)), ((3, 1), (2, 29)), ((7, 15), (7, 14))])
def test_one_season_may_be_the_whole_year(bounds):
    office = replace(OFFICE, seasons=(Season(*bounds, (MORNING, AFTERNOON)),))
    assert office.close_of(date(2026, 8, 3)) == beijing("2026-08-03 18:00")


# The stored calendar


SEASON = {
    "starts_month": 6,
    "starts_day": 1,
    "ends_month": 8,
    "ends_day": 31,
    "morning_opens": time(8),
    "morning_closes": time(12),
    "afternoon_opens": time(15),
    "afternoon_closes": time(18),
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_month": 13},
        {"starts_day": 0},
        {"ends_month": 6, "ends_day": 31},
        {"ends_month": 2, "ends_day": 30},
        {"morning_closes": time(7)},
        {"afternoon_opens": time(11)},
        {"afternoon_closes": time(15)},
        {"starts_month": 5, "starts_day": 1},  # the shipped summer begins that day
    ],
)
def test_the_database_refuses_impossible_hours(wrong):
    hours = OfficeHours(area=Area.objects.home(), **(SEASON | wrong))
    with pytest.raises(ValidationError):
        hours.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        hours.save()


@pytest.mark.django_db
def test_the_database_keeps_one_calendar_a_year_and_one_entry_a_day():
    area = Area.objects.home()
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarYear.objects.create(area=area, year=2026, source="又一份")
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(area=area, date=date(2026, 10, 1), is_working=True, name="加班")


@pytest.mark.django_db
def test_going_back_removes_only_what_was_shipped():
    apps = MigrationExecutor(connection).loader.project_state().apps
    area = Area.objects.home()
    CalendarYear.objects.create(area=area, year=2027, source="试用")
    CalendarDay.objects.filter(date=date(2026, 10, 1)).update(name="国庆节（改）")

    shipped.unload(apps, None)
    assert list(CalendarYear.objects.values_list("year", flat=True)) == [2027]
    assert list(CalendarDay.objects.values_list("name", flat=True)) == ["国庆节（改）"]
    assert not OfficeHours.objects.exists()
    assert Area.objects.home() == area

    shipped.load(apps, None)
    assert office_of(area).days == pure_office().days


@pytest.mark.django_db
def test_going_back_removes_an_area_that_has_nothing_left():
    apps = MigrationExecutor(connection).loader.project_state().apps
    with connection.cursor() as cursor:
        guarding.unguard(apps, SimpleNamespace(connection=connection, execute=cursor.execute))
    first_rules.remove(apps, None)
    shipped.unload(apps, None)
    assert not Area.objects.filter(code="yanan").exists()
