"""承办、传阅 of somebody who leaves: the account is not closed over them, and they go over with the post (Article 26)."""

import pytest

from accounts.closing import close_account
from accounts.handovers import open_handover
from accounts.pendingwork import left_with
from accounts.people import take_post
from accounts.roles import Role
from circulars.circulation.acts import circulate, mark_read
from circulars.circulation.record import Reader
from circulars.handling.closing import finish
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.handling.record import Assignment
from circulars.handling.seen import to_do, to_read
from circulars.incoming import Incoming
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY
from tests.handovers import again, post_of
from tests.inhand import AT_ELEVEN, AT_TEN, registered, staff, work


@pytest.fixture
def city(city):
    return staff(city)


@pytest.fixture
def paper(city, circular):
    """The handler works on it by name, and it goes round to the handler and the head of the other division."""
    paper = registered(city, circular)
    propose(paper, "建议治安科丁一办。", work(city.order, person=city.handler), by=city.clerk, at=AT_TEN)
    plan = work(city.order, person=city.handler)
    instruct(paper, "同意。", plan, seen=None, by=city.leader, at=AT_TEN)
    circulate(paper, [city.handler, city.head], in_order=True, purpose="请阅。", by=city.clerk, at=AT_TEN)
    return paper


def kinds(person):
    return {one.name: one.count for one in left_with(person)}


def test_who_has_work_by_name_or_unread_papers_is_not_closed_before_they_are_handed_on(city, paper):
    assert kinds(city.handler) == {"本人承办的收文": 1, "未阅的传阅件": 1}
    with pytest.raises(OutOfOrder, match="本人承办的收文 1 件、未阅的传阅件 1 件"):
        close_account(city.handler, reason="调离", by=city.engineer, at=AT_ELEVEN)
    mark_read(Reader.objects.get(person=city.handler), "", by=city.handler, at=AT_ELEVEN)
    finish(paper, "已办。", by=city.handler, at=AT_ELEVEN)
    assert not kinds(city.handler)


def test_both_go_over_with_the_post_and_the_receiver_goes_on(city, paper):
    take_post(city.law_head, city.order, Role.HANDLER, by=None, at=MONDAY)
    taker = again(city.law_head)
    open_handover(post_of(city.handler, Role.HANDLER), taker, by=None, at=AT_ELEVEN)
    assert Assignment.objects.get(state="open").person == taker
    assert not kinds(city.handler)
    assert [*to_do(taker)] == [*to_read(taker)] == [paper]
    assert {"work.handed_on", "circulation.handed_on"} <= set(Entry.objects.values_list("deed", flat=True))
    mark_read(Reader.objects.get(person=taker), "", by=taker, at=AT_ELEVEN)
    finish(paper, "已办。", by=taker, at=AT_ELEVEN)
    assert Incoming.objects.get().state == "circulating"


def test_where_the_receiver_reads_the_paper_already_the_leaver_s_place_is_passed_over(city, paper):
    open_handover(post_of(city.handler, Role.HANDLER), city.head, by=None, at=AT_ELEVEN)
    ended = Reader.objects.get(person=city.handler).end
    assert (ended.kind, ended.text) == ("skipped", "随岗位移交，丁科已在传阅名单里")
    assert [*to_read(again(city.head))] == [paper]
    assert not kinds(city.handler)


def test_what_a_division_has_without_a_name_is_counted_and_waits_for_the_next(city, circular):
    paper = registered(city, circular)
    propose(paper, "建议治安科办。", work(city.order), by=city.clerk, at=AT_TEN)
    instruct(paper, "同意。", work(city.order), seen=None, by=city.leader, at=AT_TEN)
    handover = open_handover(post_of(city.handler, Role.HANDLER), city.head, by=None, at=AT_ELEVEN)
    assert dict(handover.items.filter(kind="pending").values_list("text", "count")) == {"承办中的收文": 1}
