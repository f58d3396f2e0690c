"""第十九条: what a unit receives is registered in its own book, under a number that is given once, and handled there step by step.

The outgoing side (文号) stands in tests/circulars/test_numbering.py; here is the unit that received.
"""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from circulars.circulation.acts import circulate, mark_read
from circulars.deeds import Deed
from circulars.deliveries import ReturnCode
from circulars.evidence.entries import entries_about
from circulars.handling.closing import finish
from circulars.handling.holding import handling_of
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.handling.steps import steps_of
from circulars.handling.urging import urge, waiting_on
from circulars.handling.working import report
from circulars.incoming import Incoming, Outside, enter, enter_outside
from circulars.purging import block, confirm
from cms.ledger import Entry
from cms.ledgertree import number_leaves
from tests import archives, inhand
from tests.cast import MONDAY

LATER = MONDAY + timedelta(hours=1)


def test_electronic_and_outside_mail_stand_in_one_book_under_one_count(city):
    first = city.entered(city.delivery(city.sent()))
    second = enter_outside(city.attentive.pk, Outside("省公安厅", "函"), received_at=MONDAY, by=city.clerk, at=MONDAY)
    third = city.entered(city.delivery(city.sent()))
    assert [one.number for one in (first, second, third)] == ["收〔2026〕1号", "收〔2026〕2号", "收〔2026〕3号"]
    assert Entry.objects.filter(deed="incoming.registered", unit=city.attentive.pk).count() == 3


def test_a_number_is_never_given_again_even_when_the_paper_went_back(city):
    entry = city.entered(city.delivery(city.sent()))
    city.delivery(entry.circular).send_back(code=ReturnCode.FORMAT_ERROR, reason="文种不对", by=city.clerk, at=LATER)
    entry.refresh_from_db()
    assert (entry.number, entry.get_state_display()) == ("收〔2026〕1号", "已退回")
    assert city.entered(city.delivery(city.sent())).number == "收〔2026〕2号"


def test_the_book_says_who_registered_when_and_what_came_of_the_first_review(city):
    entry = city.entered(city.delivery(city.sent()), at=LATER)
    shown = city.desk(city.leader).get(reverse("circulars:entry", args=[entry.pk])).content.decode()
    for said in ("收〔2026〕1号", "孙早", "2026-09-28 10:00", "及时登记", "合格"):
        assert said in shown, said


def test_of_a_purged_paper_the_number_stays_and_no_word(city):
    delivery = city.delivery(city.sent(title="关于值班的通知"))
    entry = city.entered(delivery, note="zq7送值班室x9k")
    case = block(entry.circular.page, reason="发现密级标志", by=city.secretary, at=LATER)
    confirm(case, by=city.secretary, at=LATER)
    confirm(case, by=city.engineer, at=LATER)
    kept = Incoming.objects.get(pk=entry.pk)
    assert (kept.number, kept.note, kept.title) == ("收〔2026〕1号", "", "（已清除）")


def test_who_sent_it_sees_when_it_was_handled_and_nothing_of_the_book(city):
    entry = city.entered(city.delivery(city.sent()), note="zq7送值班室x9k")
    entry.step(Incoming.State.HANDLED, Deed.INCOMING_HANDLED, by=city.clerk, at=LATER)
    board = city.desk(city.sender).get(reverse("circulars:board", args=[entry.circular.uuid])).content.decode()
    assert "收〔2026〕1号" not in board
    assert "zq7" not in board
    assert city.delivery(entry.circular).handled_at == LATER
    number_leaves(LATER)
    told = list(entries_about(entry.circular, {}))
    assert "incoming.handled" in {each.deed for each in told}
    assert not [each for each in told if "收〔" in str(each.facts)]
    own = entries_about(entry.circular, {}, city.attentive.pk)
    assert {"incoming.registered", "incoming.handled"} <= {each.deed for each in own}


def test_registered_by_the_time_for_signing_it_is_timely_else_it_says_so(city):
    in_time = city.entered(city.delivery(city.sent()), at=LATER)
    signed = city.sign(city.opened(city.sent()))
    late = enter(signed, by=city.clerk, at=MONDAY + timedelta(days=2))
    assert (in_time.is_timely, late.is_timely) == (True, False)


def test_what_was_handled_is_filed_and_what_was_destroyed_leaves_its_line_in_the_book(city, circular, week):
    archives.staffed(city)
    kept = archives.filed(city, archives.received(city, circular))
    entry = Incoming.objects.get()
    assert (entry.get_state_display(), kept.code) == ("已归档", "0105-WS·2026-D10·BGS-0001")
    week.move_to(archives.LONG_AFTER)
    archives.destroyed(city, kept)
    desk = city.desk(city.leader)
    assert desk.get(reverse("circulars:reading", args=[entry.delivery_id])).status_code == 410
    assert entry.number in desk.get(reverse("circulars:register_book"), {"year": "2026"}).content.decode()


def test_what_a_unit_did_with_a_paper_stands_in_the_order_of_time_with_who_and_when(city):
    """登记、拟办、批示、承办、传阅、催办、办结 (regulation art. 24(4) to (7))."""
    inhand.staff(city)
    entry = city.entered(city.delivery(city.sent(urgency="urgent")))
    with pytest.raises(ValidationError, match="必须写明办理时限"):
        propose(entry, "建议治安科办。", inhand.work(city.order), by=city.clerk, at=MONDAY)
    work = inhand.work(city.order, city.law, due_at=inhand.FRIDAY)
    propose(entry, "建议治安科主办。", work, by=city.clerk, at=MONDAY)
    instruct(entry, "同意。", work, seen=None, by=city.leader, at=MONDAY + timedelta(minutes=5))
    lead, assisting = (row.pk for row in entry.handling.assignments.filter(state="open").order_by("-part"))
    circulate(entry, [city.reader], in_order=True, purpose="请阅。", by=city.clerk, at=MONDAY + timedelta(minutes=10))
    waits = {each.target: each for each in waiting_on(entry, entry.handling)}
    assert set(waits) == {f"work:{lead}", f"work:{assisting}", f"reader:{entry.circulations.get().readers.get().pk}"}
    urge(entry, waits[f"work:{assisting}"], "请提意见。", by=city.clerk, at=MONDAY + timedelta(minutes=20))
    report(entry.handling.assignments.get(pk=assisting), "没有意见。", by=city.law_head, at=LATER)
    finish(entry, "已部署。", by=city.head, at=LATER + timedelta(minutes=1))
    mark_read(entry.circulations.get().readers.get(), "阅。", by=city.reader, at=LATER + timedelta(minutes=2))
    steps = steps_of(Incoming.objects.get(pk=entry.pk), handling_of(entry))
    assert [step.deed for step in steps if not step.deed.startswith("交")] == [
        "登记", "拟办", "批示", "按顺序传阅", "催办（协办 法制科）", "协办意见", "办结", "阅", "传阅完毕",
    ]  # fmt: skip
    assert all(step.who for step in steps if step.deed != "传阅完毕")
    assert city.delivery(entry.circular).handled_at == LATER + timedelta(minutes=2)
