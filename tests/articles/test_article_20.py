"""第二十条: the receiving unit checks, then signs; what it cannot accept goes back to the sender.

电子公文实行签收制度,发送单位要及时核对签收情况,对未接收的单位进行催签。接收单位在核对无误的情况下及时签收。
对不能正常接收电子公文的,接收单位应及时主动与发送单位联系解决。
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from circulars.chasing import Urge, urge
from circulars.checking import check, unchecked
from circulars.deliveries import AlreadySigned, Check, Delivery, ReturnCode
from circulars.insisting import insist
from circulars.problems import report_problem
from circulars.recalling import recall
from circulars.reminders import sweep_urges
from circulars.supplementing import supplement
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY, attached
from tests.offices import beijing

EVERY_CHECK = set(Check)
WITHOUT_ATTACHMENTS = EVERY_CHECK - {Check.ATTACHMENTS}


def page(desk, name, delivery):
    return desk.get(reverse(f"circulars:{name}", args=[delivery.pk])).content.decode()


def fresh(delivery):
    return Delivery.objects.get(pk=delivery.pk)


# Checking


def test_no_box_of_the_check_list_is_ticked_beforehand(city, circular):
    shown = page(city.desk(city.clerk), "reading", city.delivery(circular))
    boxes = re.findall(r'<input type="checkbox" name="checked"([^>]*)>', shown)
    assert len(boxes) >= 4
    assert not [box for box in boxes if "checked" in box.replace("id_checked", "")]


def test_the_check_list_says_what_each_point_should_be(city, circular):
    checks = city.delivery(circular).checks()
    assert checks[Check.SENDER] == "市政府办"
    assert checks[Check.NUMBER] == "延政办发〔2026〕23号"
    assert checks[Check.ADDRESSED] == "市公安局（主送）"


def test_attachments_are_a_point_of_the_list_only_where_there_are_some(city, circular):
    assert Check.ATTACHMENTS not in city.delivery(circular).checks()
    assert Check.ATTACHMENTS in city.delivery(city.sent(attachments=attached())).checks()


@pytest.mark.parametrize("left_out", sorted(EVERY_CHECK))
def test_nothing_is_signed_for_with_a_point_unchecked(city, left_out):
    delivery = city.opened(city.sent(attachments=attached()))
    with pytest.raises(ValidationError, match=Check(left_out).label):
        delivery.sign_for(checked=EVERY_CHECK - {left_out}, key=uuid4(), by=city.clerk, at=MONDAY)
    assert fresh(delivery).is_open


def test_a_circular_is_not_signed_for_before_it_was_opened(city, circular):
    delivery = city.delivery(circular)
    with pytest.raises(OutOfOrder, match="先打开"):
        city.sign(delivery)
    assert fresh(delivery).signed_at is None


def test_a_leaders_look_does_not_count_as_the_units_opening(city, circular):
    delivery = city.delivery(circular)
    shown = page(city.desk(city.leader), "reading", delivery)
    assert "由本单位收发员办理" in shown
    assert fresh(delivery).opened_at is None


def test_the_first_opening_counts_and_later_ones_change_nothing(city, circular):
    delivery = city.opened(circular)
    delivery.open(by=city.second_clerk, at=MONDAY + timedelta(hours=1))
    assert (fresh(delivery).opened_by, fresh(delivery).opened_at) == (city.clerk, MONDAY)
    assert Entry.objects.filter(deed="delivery.opened").count() == 1


# Signing


def test_a_signing_is_for_good_and_says_who_when_and_what_was_checked(city, circular):
    delivery = city.sign(city.opened(circular), at=MONDAY + timedelta(minutes=25))
    kept = fresh(delivery)
    assert (kept.signed_by, kept.signed_at, kept.taken_minutes) == (city.clerk, MONDAY + timedelta(minutes=25), 25)
    entry = Entry.objects.get(deed="delivery.signed_for")
    assert set(entry.facts["checked"]) == WITHOUT_ATTACHMENTS
    assert entry.unit == city.attentive.pk
    kept.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=MONDAY + timedelta(hours=1))
    assert (fresh(delivery).signed_by, fresh(delivery).signed_at) == (city.clerk, MONDAY + timedelta(minutes=25))


def test_the_same_press_twice_signs_once(city, circular):
    delivery, key = city.opened(circular), uuid4()
    for at in (MONDAY, MONDAY + timedelta(seconds=1)):
        fresh(delivery).sign_for(checked=WITHOUT_ATTACHMENTS, key=key, by=city.clerk, at=at)
    assert fresh(delivery).signed_at == MONDAY
    assert Entry.objects.filter(deed="delivery.signed_for").count() == 1


def test_the_same_press_from_two_tabs_signs_once(city, circular):
    delivery, key = city.opened(circular), uuid4()
    first, second = fresh(delivery), fresh(delivery)
    for tab in (first, second):
        tab.sign_for(checked=WITHOUT_ATTACHMENTS, key=key, by=city.clerk, at=MONDAY)
    assert Entry.objects.filter(deed="delivery.signed_for").count() == 1


def test_a_second_clerk_is_told_who_signed_and_when(city, circular):
    delivery = city.opened(circular)
    late_hand = fresh(delivery)
    city.sign(delivery)
    with pytest.raises(AlreadySigned, match="已由孙早于2026年9月28日 09:00签收"):
        city.sign(late_hand, by=city.second_clerk, at=MONDAY + timedelta(minutes=1))
    assert fresh(delivery).signed_by == city.clerk


def test_a_late_signing_is_accepted_and_called_late(city, circular):
    delivery = city.sign(city.opened(circular), at=beijing("2026-09-29 18:00:01"))
    assert fresh(delivery).is_late


def test_a_signing_at_the_due_second_is_in_time(city, circular):
    delivery = city.sign(city.opened(circular), at=beijing("2026-09-29 18:00"))
    assert not fresh(delivery).is_late


def test_the_slip_names_the_circular_the_signer_and_both_times(city, circular):
    delivery = city.sign(city.opened(circular), at=MONDAY + timedelta(minutes=25))
    shown = page(city.desk(city.clerk), "slip", delivery)
    for said in (
        delivery.slip_number, "延政办发〔2026〕23号", "市政府办", "市公安局", "孙早", circular.digest,
        "2026-09-28 09:00:00", "2026-09-28 09:25:00", "2026-09-29 18:00:00", "按时",
    ):  # fmt: skip
        assert said in shown


def test_there_is_no_slip_before_the_signing(city, circular):
    delivery = city.opened(circular)
    assert city.desk(city.clerk).get(reverse("circulars:slip", args=[delivery.pk])).status_code == 404


# Sending back


@pytest.mark.parametrize("code", [code for code in ReturnCode if code != ReturnCode.OTHER])
def test_a_circular_goes_back_with_a_coded_reason(city, circular, code):
    delivery = city.opened(circular)
    delivery.send_back(code=code, reason="", by=city.clerk, at=MONDAY)
    kept = fresh(delivery)
    assert (kept.state, kept.return_code, kept.returned_by) == ("returned", code, city.clerk)
    assert not kept.is_open


@pytest.mark.parametrize(
    "code, reason, field",
    [("", "错了", "code"), ("because", "", "code"), ("other", "", "reason"), ("other", " ", "reason")],
)
def test_a_circular_does_not_go_back_without_a_reason(city, circular, code, reason, field):
    delivery = city.opened(circular)
    with pytest.raises(ValidationError) as refused:
        delivery.send_back(code=code, reason=reason, by=city.clerk, at=MONDAY)
    assert field in refused.value.message_dict
    assert fresh(delivery).is_open


def test_the_sender_is_told_what_came_back_and_why(city, circular):
    delivery = city.opened(circular)
    delivery.send_back(code=ReturnCode.INCOMPLETE, reason="缺附件2", by=city.clerk, at=MONDAY)
    told = Message.objects.get(key__startswith="sent-back")
    assert told.person == city.sender
    for said in ("市公安局", "延政办发〔2026〕23号", "缺附件", "缺附件2"):
        assert said in told.text


def test_a_circular_can_go_back_unopened(city, circular):
    delivery = city.delivery(circular)
    delivery.send_back(code=ReturnCode.WRONG_RECIPIENT, reason="", by=city.clerk, at=MONDAY)
    assert fresh(delivery).state == "returned"


def test_what_went_back_is_not_signed_for(city, circular):
    delivery = city.opened(circular)
    delivery.send_back(code=ReturnCode.DUPLICATE, reason="", by=city.clerk, at=MONDAY)
    with pytest.raises(OutOfOrder, match="已退回"):
        city.sign(fresh(delivery))


def test_one_unit_sending_back_changes_nothing_for_another(city, circular):
    city.opened(circular).send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=MONDAY)
    assert city.delivery(circular, city.late).is_open


# What cannot be received


def test_a_unit_that_cannot_open_a_circular_tells_the_sender_and_its_clock_runs_on(city, circular):
    delivery = city.opened(circular)
    problem = report_problem(delivery, "unreadable", "", by=city.clerk, at=MONDAY)
    assert Message.objects.filter(person=city.sender, key=f"problem:{problem.pk}").exists()
    assert problem.fault.unit == city.attentive
    assert fresh(delivery).is_open
    problem.reply("已更正，随后重新发送", by=city.sender, at=MONDAY)
    assert Message.objects.filter(person=city.clerk, key=f"problem-answered:{problem.pk}").exists()


# The sender keeps watch


def test_the_sender_sees_unit_by_unit_who_has_signed_and_who_has_not(city, circular):
    city.sign(city.opened(circular))
    shown = city.desk(city.sender).get(reverse("circulars:board", args=[circular.uuid]))
    assert {key: shown.context[key] for key in ("total", "electronic", "paper_count", "signed", "open", "late")} == {
        "total": 3, "electronic": 2, "paper_count": 1, "signed": 1, "open": 1, "late": 0,
    }  # fmt: skip
    assert "孙早" in shown.content.decode()


def test_the_sender_sees_a_unit_turn_late_without_anybody_doing_anything(city, circular, week):
    for at, late in (("2026-09-29 18:00:00", 0), ("2026-09-29 18:00:01", 2)):
        week.move_to(beijing(at), tick=False)
        shown = city.desk(city.sender).get(reverse("circulars:board", args=[circular.uuid]))
        assert shown.context["late"] == late


def test_the_sender_urges_at_one_press_who_has_not_signed_and_nobody_else(city, circular):
    city.sign(city.opened(circular))
    done = urge(circular, text="请尽快签收。", by=city.sender, at=MONDAY)
    assert done.units == 1
    assert [(row.delivery.unit, row.by) for row in Urge.objects.select_related("delivery__unit", "by")] == [
        (city.late, city.sender)
    ]


def test_who_is_not_urged_by_anybody_is_reminded_by_the_clock_and_it_is_on_record(city, circular):
    for at in ("2026-09-29 09:00", "2026-09-29 18:01", "2026-09-30 09:00"):
        sweep_urges(beijing(at))
    rows = Urge.objects.filter(delivery__unit=city.attentive)
    assert list(rows.values_list("kind", "level")) == [("due_day", "clerk"), ("due", "leader"), ("late", "leader")]
    assert Message.objects.filter(person=city.leader, link=f"/received/{city.delivery(circular).pk}/").count() == 2


def test_both_sides_read_what_was_done_to_bring_in_the_signature(city, circular):
    urge(circular, text="请尽快签收。", by=city.sender, at=MONDAY)
    assert "人工催签" in page(city.desk(city.clerk), "reading", city.delivery(circular))
    log = city.desk(city.sender).get(reverse("circulars:urge_log", args=[circular.uuid]))
    assert [row.by for row in log.context["page_obj"]] == [city.sender, city.sender]


def test_a_sender_who_does_not_look_is_listed_with_the_secretariat(city, circular):
    now = beijing("2026-09-29 18:01")
    assert list(unchecked(city.secretary, now)) == [circular]
    check(circular, by=city.sender, at=now)
    assert not unchecked(city.secretary, now)


# What came back, what is taken back, what is mended


def test_a_paper_that_came_back_is_signed_for_by_its_sender_and_sent_again_with_its_own_clock(city, circular):
    delivery = city.opened(circular)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=MONDAY)
    with pytest.raises(OutOfOrder, match="请先签收退文"):
        insist(delivery, why="由贵局牵头", by=city.sender, at=MONDAY)
    delivery.acknowledge(by=city.sender, at=MONDAY)
    insist(delivery, why="由贵局牵头", by=city.sender, at=beijing("2026-09-29 10:00"))
    again = fresh(delivery)
    assert (again.round, again.due_at, again.is_open) == (2, beijing("2026-09-30 18:00"), True)
    assert again.rounds.get().return_code == ReturnCode.NOT_OURS


def test_a_circular_that_nobody_has_signed_for_is_recalled_and_one_that_somebody_has_is_not(city, circular):
    recall(circular, reason="附件发错", by=city.sender, at=MONDAY)
    with pytest.raises(OutOfOrder, match="已撤回"):
        city.sign(city.delivery(circular))
    other = city.sent()
    city.sign(city.opened(other))
    with pytest.raises(OutOfOrder, match="更正通知"):
        recall(other, reason="附件发错", by=city.sender, at=MONDAY)


def test_a_unit_that_was_missed_gets_the_circular_later_and_has_its_full_time(city, circular):
    supplement(
        circular, [city.county], reason="漏列", consent="张志远同意", by=city.sender, at=beijing("2026-09-29 10:00")
    )
    assert city.delivery(circular, city.county).due_at == beijing("2026-09-30 18:00")
    assert city.delivery(circular).due_at == beijing("2026-09-29 18:00")
