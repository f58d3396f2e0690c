"""第二十一条: who answers when an urgent circular was signed for too late.

遇到特别紧急重要的电子公文,发送单位发送后,要使用短信提醒或电话通知接收单位及时签收,未通知而造成公文办理延误的,责任由发送单位承担;
通知后接收单位未按要求及时签收而造成延误,责任由接收单位承担。
"""

import pytest
from django.urls import reverse

from circulars.answering import answer
from circulars.deliveries import Delivery
from circulars.liability import Liability
from reports.lateness import late_rows
from reports.months import Month
from tests.cast import MONDAY
from tests.offices import beijing

HOLIDAY_NIGHT = beijing("2026-10-02 23:10")  # off duty: due at 01:10
LATER = beijing("2026-10-05 09:00")


@pytest.fixture
def extra_urgent(city):
    return city.sent(urgency="extra_urgent", at=HOLIDAY_NIGHT)


def told(delivery, notified):
    """The first call or message that got through."""
    Delivery.objects.filter(pk=delivery.pk).update(notified_at=notified and beijing(notified))


def in_the_months_list(delivery, as_of=LATER):
    return {row.unit_name: row.liability for row in late_rows(Month(2026, 10), as_of=as_of)}.get(delivery.unit_name)


# The six cases of the handbook, by its own letters. A call that nobody answered (f) has never got through.
@pytest.mark.parametrize(
    "notified, signed, answers, why",
    [
        pytest.param("2026-10-02 23:15", "2026-10-03 00:40", None, "", id="a"),
        pytest.param("2026-10-02 23:15", "2026-10-03 02:00", "recipient", "10月2日 23:15 已通知，应于 10月3日 01:10 前签收", id="b"),
        pytest.param(None, "2026-10-03 07:30", "sender", "10月2日 23:10 发出，到签收没有短信或电话通知", id="c"),
        pytest.param("2026-10-03 01:30", "2026-10-03 03:00", "sender", "10月3日 01:30 才通知，应于 10月3日 03:30 前签收", id="d"),
        pytest.param("2026-10-03 01:30", "2026-10-03 04:10", "recipient", "10月3日 01:30 才通知，应于 10月3日 03:30 前签收", id="e"),
        pytest.param(None, "2026-10-03 02:00", "sender", "10月2日 23:10 发出，到签收没有短信或电话通知", id="f"),
    ],
)  # fmt: skip
def test_who_answers_for_an_urgent_circular_signed_for_at_night(city, extra_urgent, notified, signed, answers, why):
    delivery = city.opened(extra_urgent, at=HOLIDAY_NIGHT)
    told(delivery, notified)
    city.sign(delivery, at=beijing(signed))
    assert in_the_months_list(delivery) == answers
    said = answer(Delivery.objects.get(pk=delivery.pk), LATER)
    assert (said and said.liability) == answers
    if said:
        assert (said.why, said.is_final) == (why, True)


def test_an_ordinary_circular_needs_no_call_and_is_the_units_own_affair(city, circular):
    delivery = city.sign(city.opened(circular), at=beijing("2026-10-01 09:00"))
    assert Delivery.objects.with_liability(LATER).get(pk=delivery.pk).liability == Liability.RECIPIENT
    said = answer(delivery, LATER)
    assert said
    assert said.sentence == "逾期签收，责任：接收单位（应于 9月29日 18:00 前签收）。"


@pytest.mark.parametrize(
    "now, notified, sentence",
    [
        ("2026-10-03 00:39", None, None),
        ("2026-10-03 00:40", None, "到期仍未签收的，责任：发送单位（10月2日 23:10 发出，至今没有短信或电话通知）。"),
        ("2026-10-03 00:40", "2026-10-02 23:15", "到期仍未签收的，责任：接收单位（10月2日 23:15 已通知，应于 今日 01:10 前签收）。"),
        ("2026-10-03 02:00", None, "现在仍未签收，责任：发送单位（10月2日 23:10 发出，至今没有短信或电话通知）。"),
        ("2026-10-03 03:30", "2026-10-03 01:30", "现在仍未签收，责任：发送单位（今日 01:30 才通知，应于 今日 03:30 前签收）。"),
        ("2026-10-03 03:31", "2026-10-03 01:30", "现在仍未签收，责任：接收单位（今日 01:30 才通知，应于 今日 03:30 前签收）。"),
    ],
)  # fmt: skip
def test_both_sides_read_the_same_clock(city, extra_urgent, week, now, notified, sentence):
    delivery = city.opened(extra_urgent, at=HOLIDAY_NIGHT)
    told(delivery, notified)
    Delivery.objects.exclude(pk=delivery.pk).update(recalled_at=MONDAY, state="recalled")
    week.move_to(beijing(now), tick=False)
    receivers = city.desk(city.clerk).get(reverse("circulars:reading", args=[delivery.pk])).content.decode()
    senders = city.desk(city.sender).get(reverse("circulars:board", args=[extra_urgent.uuid])).content.decode()
    for page in (receivers, senders):
        assert (sentence in page) if sentence else ('class="answer' not in page)
