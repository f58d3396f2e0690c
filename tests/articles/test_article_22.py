"""第二十二条: a normal circular within one working day, an urgent one at once, off duty within two hours.

普通电子公文，接收单位应当在一个工作日内接收并处理；紧急的电子公文，接收单位应当即时接收并处理。
下班和节假日期间发送的紧急电子公文，接收单位应当在发送后2小时内接收并处理。
"""

import pytest

from circulars.deadlines import Standing, Urgency, receipt_due, standing, warn_at
from circulars.registration import Circular
from cms.ledger import Entry
from cms.workdays import CalendarDay, CalendarMissing, OfficeHours
from tests.cast import (
    BACK_AT_WORK,
    EVE_OF_THE_HOLIDAY,
    LUNCH,
    MAKE_UP_SATURDAY,
    MIDNIGHT,
    MONDAY,
    NEW_YEARS_EVE,
    ONE_MINUTE_TO_SIX,
)
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


# As every unit gets it


@pytest.fixture(scope="module")
def standing_papers(beforehand):
    return {urgency: beforehand("sealed", urgency=urgency) for urgency in Urgency}


@pytest.fixture
def send(standing_papers, city):
    """Sends a registered circular of this urgency at this time; it is returned."""

    def send_one(urgency, at):
        circular = Circular.objects.get(pk=standing_papers[urgency])
        city.dispatch(circular, at=at)
        return circular

    return send_one


def dues(circular):
    """The due times on the deliveries of a circular; one, when all is well."""
    return set(circular.deliveries.values_list("due_at", flat=True))


@pytest.mark.parametrize(
    "urgency, sent_at, due_at",
    [
        ("normal", MONDAY, "2026-09-29 18:00"),
        ("normal", EVE_OF_THE_HOLIDAY, "2026-10-08 18:00"),
        ("normal", BACK_AT_WORK, "2026-10-09 18:00"),
        ("normal", MAKE_UP_SATURDAY, "2026-10-12 18:00"),
        ("urgent", MONDAY, "2026-09-28 09:30"),
        ("urgent", LUNCH, "2026-09-29 14:30"),
        ("urgent", ONE_MINUTE_TO_SIX, "2026-09-29 18:29"),
        ("urgent", MIDNIGHT, "2026-10-03 02:00"),
        ("extra_urgent", MIDNIGHT, "2026-10-03 02:00"),
        ("urgent", MAKE_UP_SATURDAY, "2026-10-10 15:30"),
    ],
)
def test_every_unit_has_the_same_due_time_and_it_is_the_articles(send, urgency, sent_at, due_at):
    circular = send(urgency, sent_at)
    assert circular.deliveries.count() == 3
    assert dues(circular) == {beijing(due_at)}


def test_a_normal_circular_of_the_friday_is_due_on_the_make_up_saturday(send):
    assert dues(send("normal", beijing("2026-10-09 10:00"))) == {beijing("2026-10-10 18:00")}


def test_the_window_and_the_version_of_the_rule_are_kept_with_the_due_time(city, send):
    delivery = city.delivery(send("urgent", MIDNIGHT))
    assert (delivery.window_minutes, delivery.rules.number, delivery.due_pending) == (120, 1, False)
    assert delivery.rules.area == city.office.area


def test_what_was_sent_keeps_its_due_time_when_hours_and_holidays_change(city, send):
    circular = send("normal", EVE_OF_THE_HOLIDAY)
    OfficeHours.objects.update(afternoon_closes="17:00")
    CalendarDay.objects.create(area=city.office.area, date="2026-10-08", is_working=False, name="临时放假")
    assert dues(circular) == {beijing("2026-10-08 18:00")}
    assert dues(city.sent(at=EVE_OF_THE_HOLIDAY.replace(hour=16))) == {beijing("2026-10-09 17:00")}


def test_a_circular_that_needs_next_years_calendar_goes_out_with_its_due_time_pending(send):
    circular = send("normal", NEW_YEARS_EVE)
    rows = set(circular.deliveries.values_list("due_at", "warn_at", "window_minutes", "due_pending", "rules__number"))
    assert rows == {(None, None, None, True, 1)}
    facts = Entry.objects.get(deed="circular.sent").facts
    assert (facts["due_at"], facts["rule"], facts["missing_year"]) == (None, "pending", 2027)


def test_an_urgent_circular_of_new_years_eve_goes_out_all_the_same(send):
    assert dues(send("urgent", NEW_YEARS_EVE)) == {beijing("2026-12-31 10:30")}
