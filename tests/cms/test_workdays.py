"""Office hours, holidays and make-up days: the arithmetic, and the calendar that is shipped."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cms.workdays import (
    ZONE,
    CalendarMissing,
)
from tests.offices import OFFICE, SUMMER, WINTER, beijing

DAYS = [date(2025, 1, 1) + timedelta(days=n) for n in range(365 * 2)]

# Away from the edges of the calendar, so that a few days of walking never leave it.
instants = st.datetimes(datetime(2025, 2, 1), datetime(2026, 11, 30), timezones=st.just(ZONE))  # noqa: DTZ001
minutes = st.integers(0, 3000)


# The calendar


def test_every_day_of_both_years_agrees_with_the_published_calendar():
    ours = {day: OFFICE.is_working_day(day) for day in DAYS}
    assert ours == {day: chinese_calendar.is_workday(day) for day in DAYS}


@pytest.mark.parametrize(
    "year, expected",
    [
        (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
        (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
    ],
)
def test_each_month_has_its_working_days(year, expected):
    months = [day.month for day in DAYS if day.year == year and OFFICE.is_working_day(day)]
    assert [months.count(month) for month in range(1, 13)] == expected


def test_a_year_without_a_calendar_is_never_guessed():
    with pytest.raises(CalendarMissing, match="2027年的工作日历还没有载入") as missing:
        OFFICE.is_working_day(date(2027, 3, 1))
    assert missing.value.year == 2027


def test_the_working_day_after_the_last_known_one_is_not_guessed():
    with pytest.raises(CalendarMissing):
        OFFICE.next_working_day(date(2026, 12, 31))


@pytest.mark.parametrize(
    "start, n, expected",
    [
        (date(2026, 11, 18), 1, date(2026, 11, 19)),
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # the make-up Sunday
        (date(2026, 9, 29), 5, date(2026, 10, 12)),  # over the National Day, the make-up Saturday counts
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        (beijing("2026-11-18 23:59"), 1, date(2026, 11, 19)),
        (datetime(2026, 11, 18, 16, 30, tzinfo=UTC), 1, date(2026, 11, 20)),  # already the 19th here
    ],
)
def test_the_next_working_day_leaves_out_the_start(start, n, expected):
    assert OFFICE.next_working_day(start, n) == expected


def test_the_zeroth_working_day_is_no_question():
    with pytest.raises(ValueError, match="至少为1"):
        OFFICE.next_working_day(date(2026, 11, 18), 0)


# Office hours


@pytest.mark.parametrize(
    "at, is_open",
    [
        ("2026-11-18 07:59:59", False),
        ("2026-11-18 08:00", True),
        ("2026-11-18 11:59:59", True),
        ("2026-11-18 12:00", False),
        ("2026-11-18 14:00", True),
        ("2026-07-15 14:00", False),
        ("2026-07-15 14:30", True),
        ("2026-11-18 18:00", False),
        ("2026-11-21 10:00", False),  # Saturday
        ("2026-10-10 10:00", True),  # make-up Saturday
        ("2026-10-01 10:00", False),  # National Day, a Thursday
    ],
)
def test_the_office_is_open_from_its_opening_until_just_before_its_closing(at, is_open):
    assert OFFICE.is_open(beijing(at)) is is_open


@pytest.mark.parametrize(
    "day, season",
    [
        (date(2026, 4, 30), WINTER),
        (date(2026, 5, 1), SUMMER),
        (date(2026, 9, 30), SUMMER),
        (date(2026, 10, 1), WINTER),
        (date(2026, 12, 31), WINTER),
        (date(2026, 1, 1), WINTER),
        (date(2028, 2, 29), WINTER),
    ],
)
def test_a_season_may_run_over_the_new_year(day, season):
    assert OFFICE.season_of(day) is season


@pytest.mark.parametrize(
    "at, opening",
    [
        ("2026-11-18 07:30", "2026-11-18 08:00"),
        ("2026-11-18 09:10:30", "2026-11-18 09:10:30"),
        ("2026-11-18 12:00", "2026-11-18 14:00"),
        ("2026-11-18 18:00", "2026-11-19 08:00"),
        ("2026-02-14 18:30", "2026-02-24 08:00"),
    ],
)
def test_the_next_opening_is_now_when_the_office_is_open(at, opening):
    assert OFFICE.next_opening(beijing(at)) == beijing(opening)


def test_an_instant_of_another_zone_is_read_on_our_wall_clock():
    assert OFFICE.is_open(datetime(2026, 11, 18, 1, 0, tzinfo=UTC))
    assert OFFICE.after_minutes(datetime(2026, 11, 18, 1, 0, tzinfo=UTC), 1).utcoffset() == timedelta(hours=8)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="时区"):
        OFFICE.is_open(datetime(2026, 11, 18, 9, 0))  # noqa: DTZ001  the point of the test


# Office minutes


@pytest.mark.parametrize(
    "start, end, expected",
    [
        ("2026-11-18 09:00", "2026-11-18 09:00", 0),
        ("2026-11-18 09:00", "2026-11-18 08:00", 0),
        ("2026-11-18 09:00", "2026-11-17 09:00", 0),
        ("2026-11-18 09:00", "2026-11-18 09:59:59", 59),
        ("2026-11-18 11:55", "2026-11-18 14:10", 15),  # lunch is not counted
        ("2026-07-15 08:00", "2026-07-15 18:00", 450),
        ("2026-11-18 00:00", "2026-11-18 23:59", 480),
        ("2026-11-20 17:59", "2026-11-23 08:01", 2),
        ("2026-09-30 17:59", "2026-10-08 18:00", 481),
        ("2026-12-31 17:00", "2026-12-31 23:59", 60),  # asks nothing of the next year
    ],
)
def test_office_minutes_leave_out_lunch_nights_and_holidays(start, end, expected):
    assert OFFICE.minutes_between(beijing(start), beijing(end)) == expected


@pytest.mark.parametrize(
    "start, count, end",
    [
        ("2026-11-18 08:00", 480, "2026-11-18 18:00"),  # closing, not the next opening
        ("2026-11-18 08:00", 240, "2026-11-18 12:00"),
        ("2026-11-18 11:50", 20, "2026-11-18 14:10"),
        ("2026-11-18 09:00:30", 1, "2026-11-18 09:01:30"),
        ("2026-11-21 10:00", 1, "2026-11-23 08:01"),
        ("2026-11-21 10:00", 0, "2026-11-21 10:00"),
    ],
)
def test_so_many_office_minutes_after_a_start(start, count, end):
    assert OFFICE.after_minutes(beijing(start), count) == beijing(end)


@pytest.mark.parametrize(
    "end, count, start",
    [
        ("2026-11-18 18:00", 480, "2026-11-18 08:00"),  # opening, not the closing before
        ("2026-11-18 18:00", 240, "2026-11-18 14:00"),
        ("2026-11-18 14:10", 20, "2026-11-18 11:50"),
        ("2026-11-23 08:00", 1, "2026-11-20 17:59"),
        ("2026-11-23 07:00", 0, "2026-11-23 07:00"),
    ],
)
def test_so_many_office_minutes_before_an_end(end, count, start):
    assert OFFICE.before_minutes(beijing(end), count) == beijing(start)


def test_minutes_that_run_past_the_known_calendar_are_refused():
    with pytest.raises(CalendarMissing):
        OFFICE.after_minutes(beijing("2026-12-31 17:00"), 61)
    with pytest.raises(CalendarMissing):
        OFFICE.before_minutes(beijing("2025-01-02 09:00"), 61)


@given(instants, minutes)
def test_minutes_after_and_minutes_between_are_inverse(start, count):
    assert OFFICE.minutes_between(start, OFFICE.after_minutes(start, count)) == count


@given(instants, minutes)
def test_minutes_before_and_minutes_between_are_inverse(end, count):
    assert OFFICE.minutes_between(OFFICE.before_minutes(end, count), end) == count


@given(instants, st.integers(1, 3000))
def test_minutes_end_within_a_session_and_no_earlier_instant_would_do(start, count):
    end = OFFICE.after_minutes(start, count)
    assert OFFICE.is_open(end - timedelta(microseconds=1))
    assert OFFICE.minutes_between(start, end - timedelta(microseconds=1)) == count - 1


@given(instants, instants, instants)
def test_minutes_of_two_parts_are_those_of_the_whole_but_for_the_cut_minute(one, two, three):
    start, middle, end = sorted([one, two, three])
    parts = OFFICE.minutes_between(start, middle) + OFFICE.minutes_between(middle, end)
    assert OFFICE.minutes_between(start, end) - parts in {0, 1}


@given(instants)
def test_the_next_opening_is_open_and_nothing_before_it_is(at):
    opening = OFFICE.next_opening(at)
    assert OFFICE.is_open(opening)
    assert OFFICE.minutes_between(at, opening) == 0


@given(instants, st.integers(1, 8))
def test_working_days_are_counted_one_by_one(at, n):
    last = OFFICE.next_working_day(at, n)
    after = [at.date() + timedelta(days=k) for k in range(1, (last - at.date()).days + 1)]
    assert sum(map(OFFICE.is_working_day, after)) == n
    assert OFFICE.is_working_day(last)


@given(instants)
def test_a_working_day_is_as_long_as_its_season_says(at):
    day = at.date()
    assume(OFFICE.is_working_day(day))
    length = OFFICE.minutes_between(OFFICE.open_of(day), OFFICE.close_of(day))
    assert length == OFFICE.season_of(day).minutes
