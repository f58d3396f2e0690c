"""When a unit counts as unreachable under the numbers that it has on file, and when it does not (Articles 21 and 24)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.numberchange import change_number
from accounts.people import User
from circulars.deliveries import Delivery, ReturnCode
from circulars.insisting import insist
from circulars.liability import Liability
from circulars.notices import Notice
from circulars.returns import acknowledge
from circulars.unreachable import record_no_number
from cms.lifecycles import OutOfOrder
from reports.lateness import late_rows
from reports.months import Month
from tests.cast import MONDAY
from tests.circulars.notices import FIVE_PAST, TEN_PAST, called, fresh, number_everybody, wrong_numbers

TOO_LATE = MONDAY + timedelta(minutes=45)
NOON = MONDAY + timedelta(hours=3)


@pytest.fixture
def urgent(city):
    """An extra urgent circular that went out on Monday at nine, due at half past."""
    number_everybody(city)
    return city.sent(urgency="extra_urgent")


def who(delivery):
    return Delivery.objects.with_liability(NOON).get(pk=delivery.pk).liability


def no_number(urgent, delivery):
    return reverse("circulars:no_number", args=[urgent.uuid, delivery.pk])


def test_a_number_put_right_since_counts_for_no_call_made_before(city, urgent):
    delivery = city.delivery(urgent)
    wrong_numbers(city, delivery, city.clerk)
    # Only the middle figures change, so that both look alike on the record.
    change_number(city.clerk, city.attentive, mobile="13899990001", office_phone="", by=city.clerk, at=TEN_PAST)
    wrong_numbers(city, delivery, city.second_clerk, city.leader, at=TEN_PAST + timedelta(minutes=2))
    wrong_numbers(city, delivery, city.clerk, at=TEN_PAST + timedelta(minutes=2))  # of five past, before the change
    assert fresh(delivery).unreachable_at is None
    at = TEN_PAST + timedelta(minutes=3)
    wrong_numbers(city, delivery, city.clerk, happened_at=at, at=at)
    assert fresh(delivery).unreachable_at == at


def test_what_is_entered_when_the_unit_is_late_or_has_signed_moves_nothing(city, urgent):
    delivery = city.delivery(urgent)
    wrong_numbers(city, delivery, at=MONDAY + timedelta(minutes=30))
    assert fresh(delivery).unreachable_at is None
    city.sign(city.opened(urgent, at=TOO_LATE), at=TOO_LATE)
    wrong_numbers(city, delivery, at=NOON)
    assert who(delivery) == Liability.SENDER


def test_a_unit_that_was_told_is_not_unreachable(city, urgent):
    delivery = city.delivery(urgent)
    called(city, delivery)
    wrong_numbers(city, delivery)
    assert fresh(delivery).unreachable_at is None


def test_the_next_round_begins_without_it(city, urgent):
    delivery = city.opened(urgent)
    wrong_numbers(city, delivery)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=TOO_LATE)
    acknowledge(fresh(delivery), by=city.sender, at=TOO_LATE)
    insist(fresh(delivery), why="应由贵局办理", by=city.sender, at=TOO_LATE)
    assert fresh(delivery).unreachable_at is None
    assert delivery.rounds.get().unreachable_at == TEN_PAST
    wrong_numbers(city, fresh(delivery), city.clerk, happened_at=NOON, at=NOON)
    assert fresh(delivery).unreachable_at is None
    (line,) = [row for row in late_rows(Month(2026, 9), as_of=TOO_LATE) if row.unit_name == delivery.unit_name]
    assert line.liability == Liability.RECIPIENT
    assert "号码没有报备或有误" in line.remark
    assert line.notification_label == "无法通知"


def test_on_the_screen_a_number_typed_by_hand_is_known_as_that_on_file(city, urgent, week):
    week.move_to(TEN_PAST, tick=False)
    delivery = city.delivery(urgent)
    wrong_numbers(city, delivery, city.second_clerk, city.leader)
    desk, path = city.desk(city.sender), reverse("circulars:call", args=[urgent.uuid, delivery.pk])
    form = desk.get(path).context["form"].initial
    given = {"whom": "other", "number": "138-0000-0001", "name": "", "happened_at": "2026-09-28 09:05",
             "result": "wrong_number", "key": form["key"], "of_round": form["of_round"]}  # fmt: skip
    said = desk.post(path, given, follow=True).content.decode()
    assert "报备的号码都有误，已请该单位更正报备（第二十四条）" in said
    assert fresh(delivery).unreachable_at == TEN_PAST
    board = desk.get(reverse("circulars:board", args=[urgent.uuid])).content.decode()
    (cell,) = [part for part in board.split("<td") if "号码没有报备或有误" in part]
    assert "无法通知" in cell
    assert "未通知" not in cell
    assert (
        "本单位的号码没有报备或有误"
        in city.desk(city.clerk).get(reverse("circulars:reading", args=[delivery.pk])).content.decode()
    )


def test_no_number_is_entered_by_the_sender_alone_by_a_press_and_for_the_round_at_hand(city, urgent, week):
    week.move_to(FIVE_PAST, tick=False)
    delivery = city.delivery(urgent, city.late)
    path = no_number(urgent, delivery)
    for person in (city.stranger, city.late_clerk, city.clerk, city.secretary):
        assert city.desk(person).post(path, {"of_round": "1"}).status_code == 404
        with pytest.raises(PermissionDenied):
            record_no_number(delivery, of_round=1, by=person, at=FIVE_PAST)
    desk = city.desk(city.sender)
    assert desk.get(path).status_code == 405
    for of_round in ("", "x", "2", "9" * 5000):
        desk.post(path, {"of_round": of_round})
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "who_has, at, said",
    [("late_clerk", FIVE_PAST, "请打电话"), (None, MONDAY + timedelta(minutes=30), "期限已过")],
)
def test_no_number_is_refused_where_there_is_one_and_when_it_is_too_late(city, urgent, who_has, at, said):
    if who_has:
        User.objects.filter(pk=getattr(city, who_has).pk).update(mobile="13800000009")
    delivery = city.delivery(urgent, city.late)
    with pytest.raises(OutOfOrder, match=said):
        record_no_number(delivery, of_round=1, by=city.sender, at=at)
    assert fresh(delivery).unreachable_at is None
    assert not Notice.objects.exists()


def test_no_number_is_refused_where_the_unit_was_told_or_has_signed(city, urgent):
    delivery = city.delivery(urgent, city.late)
    called(city, delivery, name="何迟", number="0911-2112345")
    with pytest.raises(OutOfOrder, match="不必登记"):
        record_no_number(delivery, of_round=1, by=city.sender, at=TEN_PAST)
