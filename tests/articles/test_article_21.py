"""第二十一条: ordinary circulars go out in office hours; urgent ones are announced by text or telephone, and who forgot answers for the delay.

除特别紧急重要的公文外,一般电子公文在正常工作时间传发。遇到特别紧急重要的电子公文,发送单位发送后,要使用短信提醒或电话通知接收单位及时签收,
未通知而造成公文办理延误的,责任由发送单位承担;通知后接收单位未按要求及时签收而造成延误,责任由接收单位承担。
"""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.people import User
from circulars.answering import answer
from circulars.clocks import ReasonMissing
from circulars.deliveries import Delivery
from circulars.liability import Liability
from circulars.registration import Circular
from cms.ledger import Entry
from cms.messages import Message
from cms.sweep import sweep
from cms.textmessages import TextMessage
from reports.lateness import late_rows
from reports.months import Month
from tests.cast import EVE_OF_THE_HOLIDAY, MIDNIGHT, MONDAY
from tests.circulars.notices import called
from tests.offices import beijing

AFTER_CLOSING = EVE_OF_THE_HOLIDAY.replace(hour=19)
BACK_AT_EIGHT = beijing("2026-10-08 08:00")


def page(desk, name, circular):
    return desk.get(reverse(f"circulars:{name}", args=[circular.uuid])).content.decode()


# 一般电子公文在正常工作时间传发


def test_an_ordinary_circular_on_the_eve_of_the_holiday_waits_for_the_first_working_day(city, week):
    circular = city.sealed()
    week.move_to(AFTER_CLOSING, tick=False)
    desk, path = city.desk(city.sender), reverse("circulars:send", args=[circular.uuid])
    assert "等到上班时间自动发送（10月8日 08:00）" in page(desk, "send", circular)
    desk.post(path, {"when": "opening"})
    for at in (AFTER_CLOSING, MIDNIGHT, BACK_AT_EIGHT - timedelta(minutes=1)):
        week.move_to(at, tick=False)
        sweep(at)
        assert not Delivery.objects.exists()
    week.move_to(BACK_AT_EIGHT, tick=False)
    sweep(BACK_AT_EIGHT)
    assert set(circular.deliveries.values_list("sent_at", flat=True)) == {BACK_AT_EIGHT}
    assert set(circular.deliveries.values_list("due_at", flat=True)) == {beijing("2026-10-09 18:00")}
    assert Circular.objects.get().sender == city.sender


def test_who_does_not_want_to_wait_says_why(city):
    circular = city.sealed()
    with pytest.raises(ReasonMissing, match="第二十一条"):
        city.dispatch(circular, at=AFTER_CLOSING)
    city.dispatch(Circular.objects.get(), at=AFTER_CLOSING, reason="节日期间启用")
    assert Entry.objects.get(deed="circular.sent").facts["off_hours_reason"] == "节日期间启用"


def test_an_urgent_circular_waits_for_nothing(city):
    city.sent(urgency="urgent", at=MIDNIGHT)
    assert set(Delivery.objects.values_list("sent_at", flat=True)) == {MIDNIGHT}


# 要使用短信提醒或电话通知接收单位及时签收


@pytest.mark.parametrize(
    "urgency, at, must",
    [
        ("normal", MONDAY, False),
        ("urgent", MONDAY, False),
        ("urgent", MIDNIGHT, True),
        ("extra_urgent", MONDAY, True),
        ("extra_urgent", MIDNIGHT, True),
    ],
)
def test_who_must_be_told_by_text_or_telephone(city, urgency, at, must):
    circular = city.sent(urgency=urgency, at=at)
    assert set(circular.deliveries.electronic().values_list("must_notify", flat=True)) == {must}


def test_an_urgent_sending_is_unfinished_until_each_unit_was_told(city):
    circular = city.sent(urgency="extra_urgent")
    desk = city.desk(city.sender)
    assert "还有 2 家没有通知" in page(desk, "board", circular)
    called(city, city.delivery(circular), result="no_answer")
    called(city, city.delivery(circular, city.late), name="何迟")
    assert "还有 1 家没有通知" in page(desk, "board", circular)
    called(city, city.delivery(circular))
    assert "没有通知" not in page(desk, "board", circular)


def test_a_text_is_written_with_the_sending_and_never_says_what_the_circular_is_about(city, settings, tmp_path):
    settings.SMS = {"folder": str(tmp_path)}
    User.objects.filter(pk=city.clerk.pk).update(mobile="13800000001")
    circular = city.sent(urgency="extra_urgent", at=MIDNIGHT)
    text = TextMessage.objects.get()
    assert text.number == "13800000001"
    for said in ("特急", "市政府办", circular.number, "10月3日02:00"):
        assert said in text.text
    assert "值班" not in text.text


def test_a_sender_who_forgets_to_tell_is_reminded_after_ten_minutes(city, week):
    circular = city.sent(urgency="extra_urgent")
    week.move_to(MONDAY + timedelta(minutes=10), tick=False)
    sweep(MONDAY + timedelta(minutes=10))
    told = Message.objects.get(person=city.sender, key__startswith="unnotified")
    assert f"{circular.number} 发送已超过10分钟，还有2家没有通知" in told.text


# Who answers for a delay

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
