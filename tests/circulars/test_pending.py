"""Due times that wait for the calendar of a year: everybody reads 待定, and when the year is there they are settled once (Article 22)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from circulars.deliveries import Delivery
from circulars.papercopies import PaperCopy
from circulars.pending import settle, sweep_pending
from circulars.purging import block
from circulars.registration import Circular
from cms.ledger import Entry
from cms.messages import Message
from cms.rulebook import RULE_SETS
from cms.ruleversions import RuleVersion
from cms.sweep import sweep
from cms.workdays import CalendarDay, CalendarYear
from tests.cast import EVE_OF_THE_HOLIDAY, MONDAY, NEW_YEARS_EVE
from tests.offices import beijing
from tests.walking import everything

DUE = beijing("2027-01-04 18:00")


def load_2027(area):
    CalendarYear.objects.create(area=area, year=2027, source="放假通知")
    CalendarDay.objects.create(area=area, date=date(2027, 1, 1), is_working=False, name="元旦")


@pytest.fixture(scope="module")
def standing_registered(beforehand):
    return beforehand("sealed")


@pytest.fixture
def pending(standing_registered, city):
    """A normal circular of New Year's Eve, sent while nobody knows the holidays of the next year."""
    circular = Circular.objects.get(pk=standing_registered)
    city.dispatch(circular, at=NEW_YEARS_EVE)
    return circular


def told(person, words="签收时限已定"):
    return list(Message.objects.filter(person=person, text__contains=words).values_list("text", "link"))


def test_the_year_fixes_every_pending_row_with_one_entry_and_tells_both_sides(city, pending):
    load_2027(city.office.area)
    assert settle(NEW_YEARS_EVE).circulars == 1
    rows = pending.deliveries.values_list("due_at", "warn_at", "window_minutes", "due_pending").distinct()
    assert list(rows) == [(DUE, beijing("2027-01-04 14:30"), 840, False)]
    entry = Entry.objects.of(pending).get(deed="due.settled")
    assert (entry.circular, entry.unit) == (pending.uuid, city.office.pk)
    assert entry.facts["count"] == 3
    assert entry.facts["due_at"].startswith("2027-01-04T18:00")
    said = f"{pending.number} 的签收时限已定：2027年1月4日18:00。"
    for clerk in (city.clerk, city.second_clerk):
        assert told(clerk) == [(said, f"/received/{city.delivery(pending).pk}/")]
    assert told(city.sender) == [(said, f"/sent/{pending.uuid}/")]
    assert not told(city.stranger)


def test_settling_twice_is_once(city, pending):
    load_2027(city.office.area)
    settle(NEW_YEARS_EVE)
    before = everything()
    for minute in (1, 2):
        sweep_pending(NEW_YEARS_EVE + timedelta(minutes=minute))
    assert everything() == before


def test_while_the_year_is_missing_the_sweep_changes_nothing(pending):
    before = everything()
    sweep_pending(NEW_YEARS_EVE)
    assert everything() == before


def test_what_had_its_due_time_keeps_it(city, circular, pending):
    before = Delivery.objects.filter(circular=circular).order_by("pk").values()
    before = list(before)
    load_2027(city.office.area)
    CalendarDay.objects.create(area=city.office.area, date=date(2026, 9, 29), is_working=False, name="临时放假")
    assert settle(NEW_YEARS_EVE).circulars == 1
    assert list(Delivery.objects.filter(circular=circular).order_by("pk").values()) == before


def test_a_unit_signs_for_a_pending_circular_and_is_judged_when_the_year_is_there(city, pending, week):
    week.move_to(beijing("2027-01-05 09:00"), tick=False)
    delivery = city.delivery(pending)
    delivery.open(by=city.clerk, at=beijing("2027-01-04 09:00"))
    city.sign(delivery, at=beijing("2027-01-04 09:00"))
    assert (delivery.is_late, delivery.taken_minutes) == (False, None)
    load_2027(city.office.area)
    sweep(beijing("2027-01-05 09:00"))
    delivery.refresh_from_db()
    assert (delivery.due_at, delivery.is_late, delivery.taken_minutes) == (DUE, False, 420)
    assert not told(city.clerk)  # it is signed for: nothing is left to do
    assert len(told(city.late_clerk)) == 1


def test_a_whole_years_calendar_missing_hinders_neither_a_normal_nor_an_urgent_circular(city):
    area = city.office.area
    CalendarYear.objects.filter(area=area, year=2026).delete()
    normal, urgent = city.sent(), city.sent(urgency="urgent")
    for sent in (normal, urgent):
        assert sent.deliveries.pending().count() == 3
    CalendarYear.objects.create(area=area, year=2026, source="放假通知")
    settle(MONDAY)
    assert city.delivery(normal).due_at == beijing("2026-09-29 18:00")
    assert city.delivery(urgent).due_at == beijing("2026-09-28 09:30")


def test_the_copy_on_paper_has_the_same_due_time_pending_and_afterwards(city, pending):
    copy = PaperCopy.objects.get(delivery__circular=pending)
    page = city.desk(city.sender).get("/paper/").content.decode()
    assert pending.number in page
    assert "待定" in page
    load_2027(city.office.area)
    settle(NEW_YEARS_EVE)
    copy.delivery.refresh_from_db()
    assert copy.delivery.due_at == DUE


def test_both_sides_read_that_it_is_pending_and_then_until_when(city, pending, week):
    week.move_to(NEW_YEARS_EVE, tick=False)
    delivery = city.delivery(pending)
    pages = [
        (city.clerk, "/received/"),
        (city.clerk, f"/received/{delivery.pk}/"),
        (city.sender, f"/sent/{pending.uuid}/"),
        (city.secretary, f"/sent/{pending.uuid}/"),
    ]
    for person, path in pages:
        assert "待定" in city.desk(person).get(path).content.decode(), path
    for person, path in pages[1:]:
        assert "2027年工作日历未载入，签收时限待定" in city.desk(person).get(path).content.decode(), path
    load_2027(city.office.area)
    settle(NEW_YEARS_EVE)
    for person, path in pages:
        page = city.desk(person).get(path).content.decode()
        assert "待定" not in page, path
        assert "2027年1月4日 18:00" in page, path


def test_a_pending_circular_stands_last_in_the_list_on_both_engines(city, pending, week):
    week.move_to(NEW_YEARS_EVE, tick=False)
    urgent = city.sent(urgency="urgent", at=NEW_YEARS_EVE)
    page = city.desk(city.clerk).get("/received/").content.decode()
    assert page.index(urgent.number) < page.index(pending.number)


def test_who_may_not_read_a_blocked_paper_is_told_nothing_of_it(city, pending):
    block(pending.page, reason="疑似涉密", by=city.secretary, at=NEW_YEARS_EVE)
    load_2027(city.office.area)
    settle(NEW_YEARS_EVE)
    assert city.delivery(pending).due_at == DUE
    assert not told(city.clerk)
    assert not told(city.sender)


def test_the_limit_of_an_open_step_is_settled_and_that_of_a_closed_one_left(city):
    page = city.submitted(at=NEW_YEARS_EVE)
    city.reviewed(page, at=NEW_YEARS_EVE)
    assert set(page.turns.values_list("due_at", flat=True)) == {None}
    load_2027(city.office.area)
    assert settle(NEW_YEARS_EVE).steps == 1
    assert settle(NEW_YEARS_EVE).steps == 0
    turn = page.turns.open().get()
    assert (turn.warn_at, turn.due_at) == (beijing("2027-01-05 08:00"), beijing("2027-01-05 18:00"))
    assert page.turns.exclude(pk=turn.pk).get().due_at is None
    entry = Entry.objects.get(deed="steps.settled")
    assert (entry.subject, entry.facts["count"]) == ("circulars.turn", 1)


def test_a_step_with_its_limit_keeps_it(city):
    city.submitted(at=EVE_OF_THE_HOLIDAY)
    before = everything()
    load_2027(city.office.area)
    assert settle(EVE_OF_THE_HOLIDAY).steps == 0
    assert everything()["circulars.Turn"] == before["circulars.Turn"]


def test_an_urgent_circular_that_is_due_by_working_days_owes_nobody_a_call_while_its_year_is_missing(city):
    graded = replace(RULE_SETS["example-graded"], name="graded")
    RuleVersion.objects.add(city.office.area, graded, in_force_from=MONDAY, by=None, at=MONDAY, reason="例")
    circular = city.sent(at=NEW_YEARS_EVE, urgency="urgent")
    assert set(circular.deliveries.values_list("due_pending", "must_notify")) == {(True, False)}


def test_the_year_says_too_whether_the_units_had_to_be_told(city):
    circular = city.sent(at=beijing("2027-01-05 10:00"), urgency="urgent")
    assert circular.deliveries.electronic().filter(must_notify=True).count() == 2
    load_2027(city.office.area)
    settle(beijing("2027-01-05 10:05"))
    assert set(circular.deliveries.values_list("window_minutes", "must_notify")) == {(30, False)}
