"""第二十二条: a normal circular within one working day, an urgent one at once, off duty within two hours.

普通电子公文，接收单位应当在一个工作日内接收并处理；紧急的电子公文，接收单位应当即时接收并处理。
下班和节假日期间发送的紧急电子公文，接收单位应当在发送后2小时内接收并处理。
"""

import pytest

from circulars.deadlines import Standing, receipt_due, standing, warn_at
from cms.workdays import CalendarMissing
from tests.offices import OFFICE, beijing


def due(urgency, sent_at):
    return receipt_due(urgency, beijing(sent_at), OFFICE).at


def test_a_normal_circular_is_due_when_the_offices_close_on_the_next_working_day():
    assert due("normal", "2026-11-18 09:00") == beijing("2026-11-19 18:00")


def test_a_normal_circular_sent_at_night_has_the_same_due_time_as_one_sent_that_morning():
    assert due("normal", "2026-11-18 23:00") == due("normal", "2026-11-18 09:00")


def test_a_normal_circular_sent_on_friday_is_due_on_monday():
    assert due("normal", "2026-11-20 17:59") == beijing("2026-11-23 18:00")


def test_a_make_up_sunday_is_a_working_day():
    assert due("normal", "2026-09-18 10:00") == beijing("2026-09-20 18:00")
    assert due("urgent", "2026-09-20 10:00") == beijing("2026-09-20 10:30")


def test_the_national_holiday_stops_the_clock_of_a_normal_circular():
    assert due("normal", "2026-09-30 17:59") == beijing("2026-10-08 18:00")


def test_the_spring_festival_stops_the_clock_of_a_normal_circular():
    assert due("normal", "2026-02-14 16:00") == beijing("2026-02-24 18:00")


def test_a_normal_circular_of_new_years_eve_is_due_in_the_new_year():
    assert due("normal", "2025-12-31 23:00") == beijing("2026-01-04 18:00")


def test_an_urgent_circular_sent_in_office_hours_is_due_at_once():
    assert due("urgent", "2026-11-18 09:10") == beijing("2026-11-18 09:40")


def test_at_once_runs_on_through_lunch_and_closing():
    assert due("urgent", "2026-11-18 11:50") == beijing("2026-11-18 12:20")
    assert due("urgent", "2026-11-18 17:59") == beijing("2026-11-18 18:29")


def test_an_urgent_circular_sent_at_the_closing_instant_is_off_duty():
    assert due("urgent", "2026-11-18 18:00") == beijing("2026-11-18 20:00")


def test_an_urgent_circular_sent_at_lunch_is_due_in_two_hours():
    assert due("urgent", "2026-11-18 12:30") == beijing("2026-11-18 14:30")


def test_an_urgent_circular_sent_at_night_is_due_in_two_hours():
    assert due("urgent", "2026-11-18 23:00") == beijing("2026-11-19 01:00")


def test_an_urgent_circular_sent_on_the_eve_of_a_holiday_is_due_in_two_hours_all_the_same():
    assert due("urgent", "2026-09-30 22:10") == beijing("2026-10-01 00:10")


def test_an_extra_urgent_circular_has_the_limits_of_an_urgent_one():
    for sent_at in ("2026-11-18 09:10", "2026-11-21 10:00"):
        assert due("extra_urgent", sent_at) == due("urgent", sent_at)


def test_signing_at_the_due_second_is_in_time_and_a_second_later_is_late():
    sent_at, due_at = beijing("2026-11-18 09:00"), beijing("2026-11-19 18:00")
    times = {"due_at": due_at, "warn_at": warn_at("normal", sent_at, due_at, OFFICE), "closed": False}
    assert standing(now=due_at, **times) is Standing.NEARLY_DUE
    assert standing(now=beijing("2026-11-19 18:00:01"), **times) is Standing.OVERDUE


def test_a_due_time_in_a_year_whose_holidays_are_not_known_is_not_guessed():
    with pytest.raises(CalendarMissing):
        due("normal", "2026-12-31 10:00")


def test_an_urgent_circular_needs_no_calendar_beyond_the_day_it_is_sent():
    assert due("urgent", "2026-12-31 23:30") == beijing("2027-01-01 01:30")
