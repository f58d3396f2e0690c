"""Whether people can be reached: calls that are entered, texts that did not arrive, whose numbers fail, who is on duty (Article 18)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.people import User, take_post
from accounts.reachability import ReachabilityCheck, enter_check, lines_of, sweep_failed_texts
from accounts.roles import Role
from accounts.roster import RosterRefused
from accounts.staffing import staffed_units
from accounts.unitduty import arrange_unit_duty, on_duty_at
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.textmessages import WAITS, TextMessage
from tests.cast import MONDAY

NUMBER = "13911112222"
DAY = timedelta(days=1)


@pytest.fixture
def numbered(city):
    User.objects.filter(pk=city.clerk.pk).update(mobile=NUMBER)
    city.clerk.refresh_from_db()
    return city


def failing(city, at=MONDAY):
    return [line.post.person for line in lines_of([city.attentive.pk], at) if line.fails and line.post.person.mobile]


def test_a_call_that_failed_is_on_record_the_unit_hears_of_it_and_a_later_answer_takes_it_from_the_list(numbered):
    city, desk = numbered, numbered.desk(numbered.secretary)
    path, typed = reverse("accounts:check_contact", args=["BM05", city.clerk.pk]), {"key": str(uuid4())}
    for _ in range(2):
        desk.post(path, typed | {"result": "suspended"})
    check = ReachabilityCheck.objects.get()
    assert (check.result, check.number, check.tried_by) == ("suspended", "139****2222", city.secretary)
    assert Entry.objects.filter(deed="reachability.checked").count() == 1
    assert set(Message.objects.filter(key__startswith="reach:").values_list("person", flat=True)) == {
        city.leader.pk,
        city.clerk.pk,
    }
    listed = desk.get(reverse("accounts:reachability")).content.decode()
    assert "停机或关机" in listed
    assert NUMBER not in listed
    assert failing(city) == [city.clerk]
    enter_check(city.clerk, city.attentive, "answered", key=uuid4(), by=city.engineer, at=MONDAY + DAY)
    assert failing(city) == []


def test_a_new_number_has_not_failed_yet(numbered):
    city = numbered
    enter_check(city.clerk, city.attentive, "no_such_number", key=uuid4(), by=city.secretary, at=MONDAY)
    User.objects.filter(pk=city.clerk.pk).update(mobile="13900009999")
    assert failing(city) == []


def test_only_the_two_offices_and_the_duty_officer_enter_a_call_and_only_one_that_was_made(numbered):
    city = numbered
    for person in (city.leader, city.clerk, city.sender, city.stranger):
        with pytest.raises(PermissionDenied):
            enter_check(city.clerk, city.attentive, "answered", key=uuid4(), by=person, at=MONDAY)
        path = reverse("accounts:check_contact", args=["BM05", city.clerk.pk])
        assert city.desk(person).post(path, {"key": str(uuid4()), "result": "answered"}).status_code == 404
    for person, unit, result in (
        (city.clerk, city.attentive, "not_delivered"),
        (city.clerk, city.late, "answered"),
        (city.late_clerk, city.late, "answered"),  # has no number
    ):
        with pytest.raises(OutOfOrder):
            enter_check(person, unit, result, key=uuid4(), by=city.secretary, at=MONDAY)
    officer = User.objects.create(username="duty", name="值班员")
    take_post(officer, city.office, Role.DUTY_OFFICER, by=None, at=MONDAY)
    enter_check(city.clerk, city.attentive, "answered", key=uuid4(), by=officer, at=MONDAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReachabilityCheck.objects.update(result="wrong_number")


def test_a_text_that_the_gateway_could_not_deliver_counts_once_and_one_that_was_withdrawn_does_not(numbered):
    def text(key, **changes):
        row = {"state": "failed", "created_at": MONDAY, "next_try_at": MONDAY, "claimed_at": MONDAY, "tries": 1}
        TextMessage.objects.create(key=key, number=NUMBER, text="请签收", answered_at=MONDAY, **row | changes)

    text("withdrawn", claimed_at=None, tries=0)
    text("put off and withdrawn", next_try_at=MONDAY + timedelta(minutes=1))
    text("gateway too busy", tries=len(WAITS) + 1)
    text("long ago", claimed_at=MONDAY - 9 * DAY, next_try_at=MONDAY - 9 * DAY)
    TextMessage.objects.filter(key="long ago").update(answered_at=MONDAY - 9 * DAY)
    sweep_failed_texts(MONDAY)
    assert not ReachabilityCheck.objects.exists()
    text("refused")
    for _ in range(2):
        sweep_failed_texts(MONDAY)
    check = ReachabilityCheck.objects.get()
    assert (check.person, check.way, check.result) == (numbered.clerk, "text", "not_delivered")
    assert Message.objects.filter(key__startswith="reach:").count() == 2
    assert failing(numbered) == [numbered.clerk]


def test_the_list_asks_as_much_for_many_people_as_for_few(numbered):
    with CaptureQueriesContext(connection) as few:
        lines_of([numbered.attentive.pk], MONDAY)
    with CaptureQueriesContext(connection) as many:
        lines_of(list(staffed_units().values_list("pk", flat=True)), MONDAY)
    assert len(many) == len(few) + 1  # the units themselves


# The unit's own duty


def test_a_clerk_or_the_leader_says_who_is_on_duty_and_the_card_shows_it(city):
    day = MONDAY.date()
    assert arrange_unit_duty(city.attentive, {day: city.clerk, day + DAY: city.leader}, by=city.clerk, at=MONDAY) == 2
    assert arrange_unit_duty(city.attentive, {day: city.clerk}, by=city.leader, at=MONDAY) == 0
    assert on_duty_at([city.attentive.pk, city.late.pk], day) == {city.attentive.pk: city.clerk}
    assert "孙早" in city.desk(city.stranger).get(reverse("accounts:contacts")).content.decode()
    assert Entry.objects.filter(deed="unit_duty.arranged").count() == 1
    for changes, refusal in (
        ({day - DAY: city.clerk}, RosterRefused),
        ({day: city.late_clerk}, RosterRefused),
    ):
        with pytest.raises(refusal):
            arrange_unit_duty(city.attentive, changes, by=city.clerk, at=MONDAY)
    for person in (city.late_clerk, city.secretary):
        with pytest.raises(PermissionDenied):
            arrange_unit_duty(city.attentive, {day: None}, by=person, at=MONDAY)


def test_the_month_is_arranged_on_its_screen(city):
    path, desk = reverse("accounts:unit_duty", args=["BM05"]), city.desk(city.second_clerk)
    page = desk.get(path)
    assert page.status_code == 200
    form = {"day-2026-09-30": str(city.leader.pk), "seen-2026-09-30": ""}
    assert desk.post(path, form).status_code == 302
    assert on_duty_at([city.attentive.pk], MONDAY.date() + 2 * DAY) == {city.attentive.pk: city.leader}
    assert city.desk(city.late_clerk).get(path).status_code == 404


def test_the_roster_begins_with_the_day_on_which_anybody_served_there(city):
    page = city.desk(city.leader).get(reverse("accounts:unit_duty", args=["BM05"])).content.decode()
    assert "9月28日" in page
    assert "9月27日" not in page
    assert "← 上月" not in page
    before = city.desk(city.leader).get(reverse("accounts:unit_duty", args=["BM05"]), {"month": "2026-08"})
    assert "8月31日" not in before.content.decode()
