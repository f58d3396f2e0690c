"""补记: a call that is typed in later says when; one typed in after the unit closed the circular moves nobody's answer (Article 21; domain rule L)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circulars.answering import answer
from circulars.deliveries import Delivery, ReturnCode
from circulars.insisting import insist
from circulars.liability import Liability, liability, told_at
from circulars.notices import Notice
from circulars.noticing import settle
from circulars.registration import Circular
from circulars.returns import acknowledge
from cms.lifecycles import OutOfOrder
from cms.textmessages import TextMessage
from tests.cast import MONDAY
from tests.circulars.notices import FIVE_PAST, TEN_PAST, called, fresh, number_everybody
from tests.offices import beijing

DUE = MONDAY + timedelta(minutes=30)
TOO_LATE = MONDAY + timedelta(minutes=45)
NOON = beijing("2026-09-28 12:00")


@pytest.fixture(scope="module")
def standing_urgent(beforehand):
    return beforehand("sent", urgency="extra_urgent")


@pytest.fixture
def urgent(standing_urgent, city):
    """An extra urgent circular that went out on Monday at nine, due at half past."""
    number_everybody(city)
    return Circular.objects.get(pk=standing_urgent)


@pytest.fixture
def signed_too_late(city, urgent):
    """Nobody had rung the unit up, so the sender answers."""
    return city.sign(city.opened(urgent), at=TOO_LATE)


def who(delivery, now=NOON):
    return Delivery.objects.with_liability(now).get(pk=delivery.pk).liability


def test_a_call_entered_after_the_signing_is_on_record_and_moves_nothing(city, signed_too_late):
    assert who(signed_too_late) == Liability.SENDER
    notice = called(city, signed_too_late, at=NOON)
    assert (notice.happened_at, notice.recorded_at, notice.result) == (FIVE_PAST, NOON, "reached")
    assert fresh(signed_too_late).notified_at is None
    assert who(signed_too_late) == Liability.SENDER
    assert answer(fresh(signed_too_late), NOON).liability == Liability.SENDER


def test_a_text_that_arrives_after_all_brings_no_such_call_back(city, urgent, signed_too_late):
    notice = called(city, signed_too_late, at=NOON)
    text = TextMessage.objects.create(
        key="x", number="1", text="x", created_at=MONDAY, next_try_at=MONDAY, state="delivered", answered_at=NOON
    )
    Notice.objects.create(
        delivery=notice.delivery, round=1, channel="text", name="孙早", number="1", text=text,
        happened_at=MONDAY, recorded_at=MONDAY, result="waiting",
    )  # fmt: skip
    settle(NOON)
    assert fresh(signed_too_late).notified_at == NOON
    assert who(signed_too_late) == Liability.SENDER


def test_a_call_entered_after_the_return_moves_nothing_either(city, urgent):
    delivery = city.opened(urgent)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=TOO_LATE)
    called(city, fresh(delivery), at=NOON)
    assert who(delivery) == Liability.SENDER


def test_while_the_circular_is_open_a_call_counts_since_it_was_made_and_both_sides_read_when_it_was_entered(
    city, urgent, week
):
    delivery = city.delivery(urgent)
    called(city, delivery, at=TOO_LATE)
    assert fresh(delivery).notified_at == FIVE_PAST
    week.move_to(NOON, tick=False)
    said = "今日 09:05 已通知，今日 09:45 补记，应于 今日 09:30 前签收"
    assert said in city.desk(city.sender).get(reverse("circulars:board", args=[urgent.uuid])).content.decode()
    assert said in city.desk(city.clerk).get(reverse("circulars:reading", args=[delivery.pk])).content.decode()


def test_a_call_entered_at_once_is_no_later_entry(city, urgent):
    delivery = city.delivery(urgent)
    called(city, delivery)
    assert Notice.objects.entries_of([fresh(delivery)]) == {}
    assert not Notice.objects.get().is_entered_later


def test_the_list_says_of_each_call_when_it_was_entered_and_whether_it_counts(city, urgent, signed_too_late, week):
    late = city.delivery(urgent, city.late)
    called(city, late, at=TEN_PAST, result="no_answer")
    called(city, late, at=TOO_LATE)
    called(city, signed_too_late, at=NOON)
    week.move_to(NOON, tick=False)
    page = city.desk(city.sender).get(reverse("circulars:notices", args=[urgent.uuid])).content.decode()
    for entered in ("今日 09:10", "今日 09:45", "今日 12:00"):
        assert entered in page
    assert page.count("补记") == 1
    assert page.count("不算通知") == 1


def test_who_enters_it_after_the_signing_is_told_that_it_does_not_count(city, urgent, signed_too_late, week):
    week.move_to(NOON, tick=False)
    path = reverse("circulars:call", args=[urgent.uuid, signed_too_late.pk])
    desk = city.desk(city.sender)
    form = desk.get(path).context["form"]
    given = {"whom": "other", "number": "0911-2112345", "name": "钱门卫", "happened_at": "2026-09-28 09:05",
             "result": "reached", "key": form.initial["key"], "of_round": form.initial["of_round"]}  # fmt: skip
    answered = desk.post(path, given, follow=True).content.decode()
    assert "签收或者退回以后，只作记录，不算通知" in answered
    assert "，已通知到" not in answered


# The round of which the caller spoke


@pytest.fixture
def second_round(city, urgent):
    delivery = city.opened(urgent)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=TEN_PAST)
    acknowledge(delivery, by=city.sender, at=TEN_PAST)
    insist(delivery, why="应由贵局办理", by=city.sender, at=TOO_LATE)
    return fresh(delivery)


def test_a_form_of_the_round_before_tells_nobody_of_the_new_one(city, urgent, second_round, week):
    with pytest.raises(OutOfOrder, match=r"已于.*再次发送"):
        called(city, second_round, of_round=1, happened_at=TOO_LATE, at=NOON)
    week.move_to(NOON, tick=False)
    path = reverse("circulars:call", args=[urgent.uuid, second_round.pk])
    given = {"whom": "other", "number": "0911-2112345", "name": "钱门卫", "happened_at": "2026-09-28 09:50",
             "result": "reached", "key": "b7a4a9f0-9b1e-4c44-8f5f-0d8a4f1f0001", "of_round": "1"}  # fmt: skip
    answered = city.desk(city.sender).post(path, given, follow=True).content.decode()
    assert "再次发送，您登记的是以前一轮的电话，没有记入" in answered
    assert not Notice.objects.exists()
    assert fresh(second_round).notified_at is None


def test_the_same_press_repeated_after_the_round_moved_on_is_still_one_call(city, urgent):
    delivery = city.opened(urgent)
    first = called(city, delivery, at=TEN_PAST)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=TEN_PAST)
    acknowledge(delivery, by=city.sender, at=TEN_PAST)
    insist(delivery, why="应由贵局办理", by=city.sender, at=TOO_LATE)
    assert called(city, delivery, of_round=1, key=first.key, at=NOON) == first
    assert fresh(delivery).notified_at is None


# One rule, plain and in the database

minutes = st.sampled_from([0, 5, 29, 30, 31, 45, 60, 90, 120])


@given(happened=minutes, wait=minutes, closed=st.none() | minutes, is_return=st.booleans(), as_of=minutes)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_counts_a_call_as_the_plain_rule_does(city, urgent, happened, wait, closed, is_return, as_of):
    reached_at, recorded_at, closed_at = (
        None if minute is None else MONDAY + timedelta(minutes=minute) for minute in (happened, happened + wait, closed)
    )
    now = max(recorded_at, closed_at or recorded_at) + timedelta(minutes=as_of)
    with transaction.atomic():
        delivery = city.opened(urgent)
        if closed_at and is_return:
            delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=closed_at)
        elif closed_at:
            city.sign(delivery, at=closed_at)
        told = None
        if not closed_at or reached_at <= closed_at:
            notice = called(city, fresh(delivery), happened_at=reached_at, at=recorded_at)
            told = told_at(reached_at=reached_at, recorded_at=recorded_at, closed_at=closed_at)
            assert Notice.objects.with_late_entry().get(pk=notice.pk).is_too_late == (told is None)
        assert fresh(delivery).notified_at == told
        assert who(delivery, now) == liability(
            due_at=DUE,
            closed_at=closed_at,
            as_of=now,
            window=timedelta(minutes=30),
            notified_at=told,
            notification_required=True,
        )
        transaction.set_rollback(True)
