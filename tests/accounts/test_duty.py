"""Log-in gaps: office minutes only, the edges of the day, exempt stretches, a day that is not over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.duty import login_due, login_gaps
from tests.offices import OFFICE, beijing

WEDNESDAY = date(2026, 11, 18)


def gaps(*clocks, day="2026-11-18", **facts):
    return login_gaps(date.fromisoformat(day), [beijing(f"{day} {clock}") for clock in clocks], OFFICE, **facts)


def test_the_order_in_which_look_ins_are_told_does_not_matter():
    assert gaps("16:00", "09:00") == gaps("09:00", "16:00")


def test_a_look_in_at_lunch_before_opening_or_after_closing_stands_at_the_edge():
    assert gaps("07:10", "12:30", "21:00").gaps == (0, 240, 240, 0)


def test_a_gap_of_two_office_hours_is_allowed_and_one_minute_more_is_not():
    assert not gaps("10:00", "12:00", "16:00").breaches
    assert gaps("10:00", "12:00", "16:01").breaches == (121,)


def test_an_exempt_stretch_is_no_part_of_any_gap():
    fault = (beijing("2026-11-18 09:00"), beijing("2026-11-18 16:00"))
    assert gaps("08:50", "16:30", exempt=[fault]).gaps == (50, 40, 90)
    assert gaps(exempt=[fault]).gaps == (180,)


def test_two_exempt_stretches_may_touch_lunch_and_each_other():
    one = (beijing("2026-11-18 11:00"), beijing("2026-11-18 15:00"))
    two = (beijing("2026-11-18 14:30"), beijing("2026-11-18 15:30"))
    assert gaps("10:00", exempt=[one, two]).gaps == (120, 210)


def test_a_day_that_is_exempt_from_opening_to_closing_owes_nothing():
    fault = (beijing("2026-11-17 09:00"), beijing("2026-11-20 16:00"))
    assert (gaps(exempt=[fault]).gaps, gaps(exempt=[fault]).longest) == ((), 0)


def test_a_day_that_is_not_over_is_counted_to_the_present_minute():
    assert gaps("08:30", until=beijing("2026-11-18 10:30")).gaps == (30, 120)
    assert gaps("08:30", until=beijing("2026-11-18 14:01")).breaches == (211,)
    assert gaps(until=beijing("2026-11-18 07:00")).gaps == ()


clocks = st.lists(st.times().map(lambda clock: clock.isoformat("minutes")), max_size=8)


@given(clocks)
def test_the_gaps_of_a_day_add_up_to_its_office_minutes(clocks):
    assert sum(gaps(*clocks).gaps) == OFFICE.season_of(WEDNESDAY).minutes


@given(clocks)
def test_one_more_look_in_never_makes_a_breach(clocks):
    assert max(gaps(*clocks, "10:30").gaps) <= max(gaps(*clocks).gaps)


@pytest.mark.parametrize(
    "last, due",
    [
        ("2026-11-18 09:12", "2026-11-18 11:12"),
        ("2026-11-18 11:00", "2026-11-18 15:00"),  # lunch is not counted
        ("2026-11-18 12:30", "2026-11-18 16:00"),
        ("2026-11-18 06:00", "2026-11-18 10:00"),
        ("2026-11-18 16:00", "2026-11-19 10:00"),  # two hours are left: enough for today
        ("2026-11-18 15:59", "2026-11-18 17:59"),
        ("2026-11-20 17:00", "2026-11-23 10:00"),  # over the weekend
        ("2026-10-10 17:00", "2026-10-12 10:00"),  # after the make-up Saturday
        ("2026-09-19 10:00", "2026-09-20 10:00"),  # a make-up Sunday is worked
    ],
)
def test_by_when_somebody_must_look_in_again(last, due):
    assert login_due(beijing(last), OFFICE).at == beijing(due)


@given(st.timedeltas(timedelta(), timedelta(days=30)))
def test_who_looks_in_by_the_time_named_leaves_no_gap(later):
    last = beijing("2026-11-02 00:00") + later
    due = login_due(last, OFFICE).at
    gaps_since = login_gaps(last.date(), [last], OFFICE, until=due).gaps[1:]
    if due.date() != last.date():
        gaps_since += login_gaps(due.date(), [], OFFICE, until=due).gaps
    assert max(gaps_since) <= 120
