"""抄送 where the rule exempts it: the unit reads it and may sign for it, and owes nothing by any time (Article 22)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.faults import report_fault
from circulars.chasing import unsigned, urge
from circulars.checking import unchecked_count
from circulars.deliveries import Delivery
from circulars.insisting import insist
from circulars.liability import Liability
from circulars.papercopies import PaperCopy
from circulars.reminders import sweep_urges
from cms.areas import Area
from cms.messages import Message
from cms.rulebook import YANAN
from cms.rulesetting import set_rules
from reports.months import Month
from reports.oversight import standings
from reports.receipts import receipts_of
from tests.cast import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def exempting(city):
    """The city, whose rule says from Monday on that copies need not be signed for."""
    enter(city, cc_signs=False)
    return city


def enter(city, *, against=1, at=MONDAY, **numbers):
    rules = replace(YANAN, **numbers)
    set_rules(city.office.area, rules, against=against, in_force_from=None, reason="试行", by=city.secretary, at=at)


def copied(city, **elements):
    """An urgent circular to the late unit, of which the attentive one gets a copy."""
    return city.sent(
        urgency="extra_urgent", primary_units=[city.late], cc_units=[city.attentive, city.county], **elements
    )


def test_by_the_rule_of_yanan_a_copy_is_signed_for_like_any_other(city):
    delivery = city.delivery(copied(city))
    assert (delivery.must_sign, delivery.due_at) == (True, MONDAY + HOUR / 2)
    assert delivery.must_notify


def test_an_exempt_copy_has_no_time_and_the_others_keep_theirs(exempting):
    circular = copied(exempting)
    copy = exempting.delivery(circular)
    assert (copy.must_sign, copy.due_at, copy.due_pending, copy.warn_at, copy.window_minutes) == (
        False,
        None,
        False,
        None,
        None,
    )
    assert copy.pending_sentence == ""
    assert exempting.delivery(circular, exempting.late).due_at == MONDAY + HOUR / 2


def test_switching_the_rule_changes_nothing_already_sent(city):
    before = copied(city)
    enter(city, cc_signs=False)
    after = copied(city)
    enter(city, against=2, cc_signs=True)
    assert city.delivery(before).must_sign
    assert not city.delivery(after).must_sign
    assert city.delivery(copied(city)).must_sign


def test_nobody_is_reminded_urged_or_late_for_an_exempt_copy(exempting, week):
    circular = copied(exempting)
    late = exempting.delivery(circular, exempting.late)
    Message.objects.all().delete()
    week.move_to(MONDAY + 3 * DAY, tick=False)
    sweep_urges(MONDAY + 3 * DAY)
    assert not Message.objects.filter(person=exempting.clerk).exists()
    assert Message.objects.filter(person=exempting.late_clerk).exists()
    assert list(unsigned(circular)) == [late]
    urge(
        circular,
        [exempting.attentive.pk, exempting.late.pk],
        text="请尽快签收",
        by=exempting.sender,
        at=MONDAY + 3 * DAY,
    )
    assert exempting.delivery(circular).urges == 0
    rows = Delivery.objects.with_liability(MONDAY + 3 * DAY)
    assert rows.get(circular=circular, unit=exempting.attentive).liability == Liability.NOBODY
    assert not exempting.delivery(circular).is_late


def test_a_circular_that_only_went_out_as_copies_waits_for_nobody(exempting):
    circular = exempting.sent(primary_units=[exempting.late], cc_units=[exempting.attentive])
    late = exempting.delivery(circular, exempting.late)
    late.open(by=exempting.late_clerk, at=MONDAY)
    exempting.sign(late, by=exempting.late_clerk)
    assert unchecked_count(exempting.sender, MONDAY + 9 * DAY) == 0
    assert standings(Area.objects.home(), MONDAY)["waiting"] == 0


def test_figures_ask_for_the_required_alone_and_agree_with_a_recount(exempting):
    circular = copied(exempting)
    exempting.opened(circular)
    exempting.sign(exempting.delivery(circular))  # signed for all the same
    rows = receipts_of(Month(2026, 9), as_of=MONDAY + DAY)
    assert [row.unit for row in rows] == [exempting.late]
    recount = [row for row in Delivery.objects.electronic() if row.must_sign and row.recalled_at is None]
    assert {row.pk for row in rows} == {row.pk for row in recount}


def test_a_copy_may_be_signed_for_and_the_slip_says_what_it_is(exempting):
    delivery = exempting.opened(copied(exempting))
    exempting.sign(delivery)
    desk = exempting.desk(exempting.clerk)
    slip = desk.get(reverse("circulars:slip", args=[delivery.pk])).content.decode()
    assert "抄送件，不计签收时限" in slip
    assert "逾期" not in slip


def test_both_sides_read_what_it_is(exempting):
    circular = copied(exempting)
    delivery = exempting.delivery(circular)
    clerk, sender = exempting.desk(exempting.clerk), exempting.desk(exempting.sender)
    assert "抄送阅知" in clerk.get(reverse("circulars:inbox")).content.decode()
    assert "不签收不算逾期" in clerk.get(reverse("circulars:reading", args=[delivery.pk])).content.decode()
    board = sender.get(reverse("circulars:board", args=[circular.uuid])).content.decode()
    assert "抄送阅知、不计时限 2 家" in board
    assert "待定" not in board


def test_a_copy_that_is_brought_on_paper_has_no_time_there_either(exempting):
    copied(exempting)
    fault = report_fault(exempting.attentive, "network", "光缆中断", detected_at=MONDAY, by=exempting.clerk, at=MONDAY)
    copy, desk = PaperCopy.objects.get(fault=fault), exempting.desk(exempting.secretary)
    for name, of in (("paper", ()), ("paper_sheet", ()), ("fault_paper", (fault.pk,)), ("hand_over", (copy.pk,))):
        page = desk.get(reverse(f"circulars:{name}", args=of)).content.decode()
        assert "不计时限" in page, name
        assert "待定" not in page, name


def test_a_new_round_and_a_unit_sent_to_later_follow_the_rule_of_that_moment(exempting):
    circular = copied(exempting)
    delivery = exempting.opened(circular)
    delivery.send_back(code="other", reason="不属于本单位职责", by=exempting.clerk, at=MONDAY + HOUR)
    delivery.acknowledge(by=exempting.sender, at=MONDAY + HOUR)
    insist(delivery, why="请按抄送件阅知", by=exempting.sender, at=MONDAY + 2 * HOUR)
    delivery.refresh_from_db()
    assert (delivery.must_sign, delivery.due_at, delivery.round) == (False, None, 2)
    assert delivery.rounds.get().must_sign is False


def test_what_must_be_signed_for_always_has_its_time(exempting):
    delivery = exempting.delivery(copied(exempting))
    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(must_sign=True)


def test_a_closed_round_keeps_whether_it_had_to_be_signed_for(exempting):
    test_a_new_round_and_a_unit_sent_to_later_follow_the_rule_of_that_moment(exempting)
    with pytest.raises(DatabaseError, match="insert only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE circulars_deliveryround SET must_sign = NOT must_sign")
