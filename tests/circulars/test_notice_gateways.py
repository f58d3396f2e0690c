"""An urgent circular and a gateway that hangs, fails, repeats itself, talks nonsense or is not there (Article 21).

Whatever it does: the sending is done, no telephone gets two texts, and each unit ends as notified or with the people who telephone.
"""

from datetime import timedelta

import pytest

from accounts.people import User
from circulars.notices import Notice
from circulars.noticing import TOLD_WITHIN, sweep_notices
from circulars.phonelist import lines_of
from cms import gateways
from cms.sweep import sweep
from cms.tasks import take_text_reports
from cms.textmessages import TextMessage, hand_over
from tests.cast import MONDAY
from tests.gateway import a_gateway, closed_address

LATER = MONDAY + TOLD_WITHIN


@pytest.fixture
def gateway(settings, monkeypatch):
    monkeypatch.setattr(gateways, "PATIENCE_SECONDS", 0.3)
    with a_gateway() as server:
        settings.SMS = {"url": server.address, "token": "secret", "reports": f"{server.address}/reports"}
        yield server


@pytest.fixture
def dispatched(city, gateway):
    """``dispatched(mood)``: an extra urgent circular goes out to two units with a mobile each while the gateway is in this mood."""

    def send(mood):
        for n, who in enumerate((city.clerk, city.late_clerk), 1):
            User.objects.filter(pk=who.pk).update(mobile=f"1380000000{n}")
        gateway.mood = mood
        circular = city.sent(urgency="extra_urgent")
        assert circular.deliveries.electronic().unnotified().count() == 2
        assert gateway.asked == 0, "the sending itself asks no gateway"
        return circular

    return send


def work_off(minutes=30):
    """The sweep and the queue come round every minute."""
    for minute in range(minutes):
        at = MONDAY + timedelta(minutes=minute)
        hand_over(at)
        take_text_reports()
        sweep_notices(at)


def to_be_called(circular, at=LATER):
    return [line.delivery.unit_name for line in lines_of(circular, at) if line.must_be_called]


def numbers_texted(gateway):
    return sorted(text["to"] for text in gateway.taken)


@pytest.mark.parametrize("mood", ["accept", "refuse", "busy", "broken", "nonsense", "take_and_drop", "hang", "drip"])
def test_without_a_word_that_it_arrived_both_units_are_rung_up_and_no_telephone_got_two(
    city, gateway, dispatched, mood
):
    circular = dispatched(mood)
    work_off()
    assert to_be_called(circular) == ["市公安局", "市住建局"]
    assert len(numbers_texted(gateway)) == len(set(numbers_texted(gateway)))
    assert not circular.deliveries.filter(notified_at__isnull=False).exists()
    gateway.mood = "accept"
    gateway.woken.set()
    work_off()
    assert len(numbers_texted(gateway)) == len(set(numbers_texted(gateway)))


def test_a_text_that_arrives_at_once_notifies_the_unit_right_after_the_handing_over(city, gateway, dispatched):
    circular = dispatched("deliver")
    hand_over(MONDAY + timedelta(minutes=1))
    assert numbers_texted(gateway) == ["13800000001", "13800000002"]
    assert set(circular.deliveries.electronic().values_list("notified_at", flat=True)) == {
        MONDAY + timedelta(minutes=1)
    }
    assert to_be_called(circular) == []


def test_reports_that_come_twice_and_contradict_each_other_notify_once(city, gateway, dispatched, week):
    circular = dispatched("accept")
    hand_over(MONDAY)
    keys = [text["id"] for text in gateway.taken]
    gateway.reports = [
        {"id": keys[0], "status": "delivered"},
        {"id": keys[0], "status": "refused"},
        {"id": keys[1], "status": "refused"},
        {"id": keys[1], "status": "delivered"},
    ]
    for minutes in (1, 2, 3):
        week.move_to(MONDAY + timedelta(minutes=minutes), tick=False)
        take_text_reports()
    assert city.delivery(circular).notified_at == MONDAY + timedelta(minutes=1)
    assert to_be_called(circular, MONDAY + timedelta(minutes=3)) == ["市住建局"]
    assert sorted(Notice.objects.values_list("result", flat=True)) == ["failed", "reached"]


def test_a_gateway_that_recovers_is_given_what_was_surely_not_sent(city, gateway, dispatched):
    circular = dispatched("busy")
    hand_over(MONDAY)
    gateway.mood = "deliver"
    for minutes in (1, 2):
        hand_over(MONDAY + timedelta(minutes=minutes))
    assert numbers_texted(gateway) == ["13800000001", "13800000002"]
    assert to_be_called(circular) == []


def test_where_nobody_listens_the_units_are_rung_up_after_ten_minutes(city, gateway, dispatched, settings):
    circular = dispatched("accept")
    settings.SMS = {"url": closed_address()}
    work_off(5)
    assert to_be_called(circular, MONDAY + timedelta(minutes=5)) == []
    assert to_be_called(circular) == ["市公安局", "市住建局"]


def test_without_any_gateway_they_are_rung_up_at_once(city, gateway, dispatched, settings):
    settings.SMS = {}
    circular = dispatched("accept")
    assert to_be_called(circular, MONDAY) == ["市公安局", "市住建局"]
    assert not TextMessage.objects.exists()


def test_a_unit_without_a_mobile_number_is_rung_up_at_once(city, gateway, dispatched):
    circular = dispatched("accept")
    User.objects.filter(pk=city.late_clerk.pk).update(mobile="办公室转")
    second = city.sent(urgency="extra_urgent", title="关于立即核实值班电话的通知")
    assert to_be_called(second, MONDAY) == ["市住建局"]
    assert to_be_called(circular, MONDAY) == []


def test_a_hanging_gateway_holds_up_neither_the_sweep_nor_the_next_sending(city, gateway, dispatched):
    dispatched("hang")
    assert sweep(MONDAY) == []
    city.sent(urgency="extra_urgent", title="关于立即核实值班电话的通知")
    assert gateway.asked == 0
