"""定时发送: a circular goes out at its time, once, in the name of who set it, or it is back and the senders know why (Article 21)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.people import Post
from circulars.clocks import ReasonMissing
from circulars.deliveries import Delivery
from circulars.purging import block
from circulars.registration import Circular
from circulars.scheduling import FURTHEST_AHEAD, TimeRefused, schedule, sweep_scheduled, unschedule
from circulars.voiding import void
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import LUNCH, MIDNIGHT, MONDAY, NEW_YEARS_EVE
from tests.offices import beijing

MONDAY_EVENING = beijing("2026-09-28 20:10")
TUESDAY_OPENING = beijing("2026-09-29 08:00")
TUESDAY_EVENING = beijing("2026-09-29 20:00")


def url(name, circular):
    return reverse(f"circulars:{name}", args=[circular.uuid])


def body(answer):
    return answer.content.decode()


def fresh(circular):
    return Circular.objects.select_related("issuer__area", "scheduled_by").get(pk=getattr(circular, "pk", circular))


@pytest.fixture(scope="module")
def standing_sealed(beforehand):
    return beforehand("sealed")


@pytest.fixture
def sealed(standing_sealed, city):
    return fresh(standing_sealed)


@pytest.fixture
def scheduled(city, sealed):
    """A normal circular that goes out when the offices open on Tuesday."""
    schedule(sealed, TUESDAY_OPENING, by=city.sender, at=MONDAY_EVENING)
    return sealed


# The act


def test_at_its_time_it_goes_out_in_the_name_of_who_set_it(city, scheduled):
    sweep_scheduled(TUESDAY_OPENING - timedelta(seconds=1))
    assert not Delivery.objects.exists()
    sweep_scheduled(TUESDAY_OPENING)
    kept = fresh(scheduled)
    assert (kept.state, kept.sent_at, kept.sender) == ("sent", TUESDAY_OPENING, city.sender)
    assert (kept.scheduled_for, kept.scheduled_by) == (None, None)
    assert city.delivery(scheduled).due_at == beijing("2026-09-30 18:00")
    deeds = list(Entry.objects.filter(circular=kept.uuid).order_by("pk").values_list("deed", "person"))
    assert deeds[-2:] == [("circular.scheduled", city.sender.pk), ("circular.sent", city.sender.pk)]


def test_a_second_sweep_sends_nothing_more(city, scheduled):
    for at in (TUESDAY_OPENING, TUESDAY_OPENING, TUESDAY_OPENING + timedelta(minutes=1)):
        sweep_scheduled(at)
    assert Delivery.objects.count() == 3
    assert Entry.objects.filter(deed="circular.sent").count() == 1


def test_what_cannot_go_out_then_is_back_and_the_senders_know_why(city, scheduled):
    Post.objects.get(person=city.sender).leave(by=None, at=MONDAY_EVENING)
    sweep_scheduled(TUESDAY_OPENING)
    kept = fresh(scheduled)
    assert (kept.state, kept.scheduled_for, kept.scheduled_by) == ("sealed", None, None)
    assert not Delivery.objects.exists()
    entry = Entry.objects.get(deed="circular.schedule_lapsed")
    assert "没有“市政府办”的发送职责" in entry.facts["why"]
    assert entry.person is None


def test_a_sweep_that_comes_too_late_does_not_send_off_duty_without_a_reason(city, scheduled):
    sweep_scheduled(LUNCH)
    assert fresh(scheduled).state == "sealed"
    told = Message.objects.get(person=city.sender, key__startswith="schedule-lapsed")
    assert "定于2026年9月29日08:00自动发送，没有发出：现在不是工作时间" in told.text


def test_a_circular_that_was_blocked_meanwhile_stays_here(city, scheduled):
    block(scheduled.page, reason="市保密局来函要求封存。", by=city.secretary, at=MONDAY_EVENING)
    sweep_scheduled(TUESDAY_OPENING)
    assert fresh(scheduled).state == "sealed"
    assert not Delivery.objects.exists()


def test_one_that_fails_unforeseen_holds_up_none_of_the_others(city, scheduled):
    other = city.sealed(title="关于节前安全检查的通知")
    schedule(other, TUESDAY_OPENING, by=city.sender, at=MONDAY_EVENING)
    type(scheduled.text).objects.filter(circular=scheduled).update(content="{")
    sweep_scheduled(TUESDAY_OPENING)
    assert (fresh(scheduled).state, fresh(other).state) == ("scheduled", "sent")


def test_a_time_off_duty_needs_its_reason_and_keeps_it_until_the_sending(city, sealed):
    with pytest.raises(ReasonMissing, match="2026年9月29日20:00不是工作时间"):
        schedule(sealed, TUESDAY_EVENING, by=city.sender, at=MONDAY)
    schedule(sealed, TUESDAY_EVENING, by=city.sender, at=MONDAY, off_hours_reason="会议当晚印发")
    sweep_scheduled(TUESDAY_EVENING)
    assert (fresh(sealed).state, fresh(sealed).off_hours_reason) == ("sent", "会议当晚印发")


def test_an_urgent_circular_may_wait_for_any_time_without_a_reason(city):
    urgent = city.sealed(urgency="urgent")
    schedule(urgent, TUESDAY_EVENING, by=city.sender, at=MONDAY)
    sweep_scheduled(TUESDAY_EVENING)
    assert fresh(urgent).state == "sent"


@pytest.mark.parametrize(
    "time", [MONDAY - timedelta(minutes=1), MONDAY, MONDAY + FURTHEST_AHEAD + timedelta(minutes=1)]
)
def test_a_time_that_is_over_or_too_far_ahead_is_refused(city, sealed, time):
    with pytest.raises(TimeRefused):
        schedule(sealed, time, by=city.sender, at=MONDAY)
    assert fresh(sealed).state == "sealed"


def test_a_set_time_is_taken_back_once(city, scheduled):
    unschedule(scheduled, by=city.sender, at=MONDAY_EVENING)
    assert (fresh(scheduled).state, fresh(scheduled).scheduled_for) == ("sealed", None)
    with pytest.raises(OutOfOrder, match="没有定时"):
        unschedule(fresh(scheduled), by=city.sender, at=MONDAY_EVENING)
    assert Entry.objects.filter(deed="circular.unscheduled").count() == 1


@pytest.mark.parametrize("who", ["stranger", "registrar", "approver", "clerk", "secretary", "superuser", "nobody"])
def test_nobody_sets_or_takes_back_a_time_who_does_not_send_there(city, sealed, who):
    with pytest.raises(PermissionDenied):
        schedule(sealed, TUESDAY_OPENING, by=getattr(city, who), at=MONDAY)
    schedule(sealed, TUESDAY_OPENING, by=city.sender, at=MONDAY)
    with pytest.raises(PermissionDenied):
        unschedule(sealed, by=getattr(city, who), at=MONDAY)


def test_a_person_may_send_it_before_its_time(city, scheduled):
    city.dispatch(scheduled, at=MONDAY_EVENING, reason="改为今晚印发")
    sweep_scheduled(TUESDAY_OPENING)
    assert fresh(scheduled).sent_at == MONDAY_EVENING
    assert Entry.objects.filter(deed="circular.sent").count() == 1


def test_it_is_taken_back_before_its_number_is_voided(city, scheduled):
    with pytest.raises(OutOfOrder, match="先取消定时，再作废"):
        void(scheduled, reason="停止印发", by=city.registrar, at=MONDAY_EVENING)
    unschedule(scheduled, by=city.sender, at=MONDAY_EVENING)
    void(scheduled, reason="停止印发", by=city.registrar, at=MONDAY_EVENING)
    sweep_scheduled(TUESDAY_OPENING)
    assert fresh(scheduled).state == "voided"


# The screens


def test_off_duty_waiting_for_the_offices_to_open_is_the_first_choice(city, sealed, week):
    week.move_to(MONDAY_EVENING, tick=False)
    desk = city.desk(city.sender)
    form = desk.get(url("send", sealed)).context["form"]
    assert [label for _, label in form.fields["when"].choices] == [
        "等到上班时间自动发送（9月29日 08:00）",
        "现在发送",
        "定时发送",
    ]
    assert form["when"].value() == "opening"
    answer = desk.post(url("send", sealed), {"when": "opening"}, follow=True)
    assert "已定时，9月29日 08:00 自动发送" in body(answer)
    assert (fresh(sealed).scheduled_for, fresh(sealed).scheduled_by) == (TUESDAY_OPENING, city.sender)


def test_the_opening_after_the_holiday_is_named(city, sealed, week):
    week.move_to(MIDNIGHT, tick=False)
    assert "等到上班时间自动发送（10月8日 08:00）" in body(city.desk(city.sender).get(url("send", sealed)))


def test_in_office_hours_now_is_the_first_choice_and_a_later_time_the_second(city, sealed):
    desk = city.desk(city.sender)
    form = desk.get(url("send", sealed)).context["form"]
    assert [value for value, _ in form.fields["when"].choices] == ["now", "later"]
    answer = desk.post(url("send", sealed), {"when": "later", "scheduled_for": "2026-09-28 15：30"}, follow=True)
    assert "今日 15:30 自动发送" in body(answer)
    assert fresh(sealed).scheduled_for == beijing("2026-09-28 15:30")


@pytest.mark.parametrize(
    "posted, field",
    [
        ({"when": "later"}, "scheduled_for"),
        ({"when": "now", "scheduled_for": "2026-09-28 15:30"}, "when"),
        ({"when": "later", "scheduled_for": "明天"}, "scheduled_for"),
        ({"when": "later", "scheduled_for": "2026-09-28 08:59"}, "scheduled_for"),
        ({"when": "later", "scheduled_for": "2027-09-28 09:00"}, "scheduled_for"),
        ({"when": "later", "scheduled_for": "2026-09-28 19:00"}, "off_hours_reason"),
        ({"when": "opening"}, "when"),
        ({"when": "x"}, "when"),
    ],
    ids=str,
)
def test_a_time_not_filled_in_right_sets_and_sends_nothing(city, sealed, posted, field):
    answer = city.desk(city.sender).post(url("send", sealed), posted)
    assert list(answer.context["form"].errors) == [field]
    assert fresh(sealed).state == "sealed"


def test_where_the_next_opening_is_not_known_the_page_says_for_want_of_which_year(city, sealed, week):
    week.move_to(NEW_YEARS_EVE.replace(hour=19), tick=False)
    page = city.desk(city.sender).get(url("send", sealed))
    assert "2027年的工作日历还没有载入，不知道下一次上班是什么时候" in body(page)
    assert [value for value, _ in page.context["form"].fields["when"].choices] == ["now", "later"]


def test_outbox_and_board_say_when_it_goes_out_and_nothing_waits_for_a_press(city, scheduled, week):
    week.move_to(MONDAY_EVENING, tick=False)
    desk = city.desk(city.sender)
    outbox = desk.get(reverse("circulars:outbox"))
    assert "定时 9月29日 08:00 发送" in body(outbox)
    items = {item.label: item.count for group in outbox.context["rail_groups"] for item in group.items}
    assert items["登记与发送"] is None
    board = body(desk.get(url("board", scheduled)))
    assert "定时 9月29日 08:00 发送" in board
    assert url("unschedule", scheduled) in board
    assert url("void", scheduled) not in board
    assert url("unschedule", scheduled) not in body(city.desk(city.drafter).get(url("board", scheduled)))
    assert "9月29日 08:00 自动发送" in body(city.desk(city.drafter).get(reverse("circulars:drafts")))


def test_on_the_page_of_a_circular_with_a_time_it_can_only_be_sent_now(city, scheduled, week):
    week.move_to(TUESDAY_OPENING - timedelta(hours=1), tick=False)
    desk = city.desk(city.sender)
    assert "已定时" in body(desk.get(url("send", scheduled)))
    desk.post(url("send", scheduled), {"when": "now", "off_hours_reason": "急等使用"})
    assert fresh(scheduled).state == "sent"


def test_the_time_is_taken_back_on_the_desk_once_and_by_a_press_alone(city, scheduled):
    desk = city.desk(city.sender)
    assert desk.get(url("unschedule", scheduled)).status_code == 405
    assert "已取消定时" in body(desk.post(url("unschedule", scheduled), follow=True))
    assert "没有定时" in body(desk.post(url("unschedule", scheduled), follow=True))
    assert fresh(scheduled).state == "sealed"


@pytest.mark.parametrize(
    "who", ["stranger", "registrar", "drafter", "clerk", "secretary", "department_reviewer", "nobody"]
)
def test_nobody_else_finds_the_pages(city, scheduled, who):
    desk = city.desk(getattr(city, who))
    assert desk.post(url("unschedule", scheduled)).status_code == 404
    assert desk.post(url("send", scheduled), {"when": "now", "off_hours_reason": "急"}).status_code == 404
    assert fresh(scheduled).state == "scheduled"
