"""Who sees a paper in the unit's hands, and what is left of it when it is blocked, goes back or is purged (Articles 5 and 6)."""

import pytest

from circulars.circulation.acts import circulate, mark_read
from circulars.circulation.record import Circulation, Reader, ReaderEnd
from circulars.deliveries import Delivery
from circulars.handling.closing import finish
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.handling.record import Assignment, Opinion
from circulars.handling.seen import papers_of, to_do
from circulars.handling.urging import InnerUrge, Pressed, urge
from circulars.handling.working import report
from circulars.incoming import Incoming, Kind
from circulars.purging import block, confirm
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.circulars.inhandchecks import LATER, OPENED, SAID, assisting, lead, refused
from tests.inhand import AT_ELEVEN, AT_TEN, FRIDAY, registered, staff, work


@pytest.fixture
def city(city):
    return staff(city)


@pytest.fixture
def paper(city, circular):
    return registered(city, circular)


@pytest.fixture
def proposed(city, paper):
    propose(paper, OPENED, work(city.order, city.law), by=city.clerk, at=AT_TEN)
    return paper


@pytest.fixture
def instructed(city, proposed):
    instruct(proposed, SAID, work(city.order, city.law, due_at=FRIDAY), seen=None, by=city.leader, at=AT_ELEVEN)
    return proposed


def test_the_unit_alone_sees_it_and_of_its_divisions_those_that_work_on_it(city, proposed):
    insiders = (city.clerk, city.second_clerk, city.leader, city.unit_principal)
    assert all(proposed in papers_of(person) for person in insiders)
    instruct(proposed, SAID, work(city.order), seen=None, by=city.leader, at=AT_ELEVEN)
    assert proposed in papers_of(city.head)
    outsiders = (
        city.law_head, city.reader, city.late_clerk, city.sender, city.registrar, city.engineer, city.secretary,
        city.stranger, city.superuser, city.nobody,
    )  # fmt: skip
    assert not [person for person in outsiders if proposed in papers_of(person)]


def test_with_what_was_blocked_nothing_more_is_done_and_nothing_of_it_is_seen(city, circular, instructed):
    block(circular.page, reason="来函", by=city.secretary, at=LATER)
    refused(OutOfOrder, "封存", lambda: finish(instructed, "已办。", by=city.head, at=LATER))
    assert not to_do(city.head)
    assert not papers_of(city.clerk)
    shown = [message.shown for message in Message.objects.filter(key__startswith="handling:")]
    assert shown
    assert not [text for text in shown if "国庆" in text]


def test_what_goes_back_after_the_first_review_is_out_of_the_unit_s_hands(city, paper):
    Delivery.objects.get(pk=paper.delivery_id).send_back(code="not_ours", reason="", by=city.clerk, at=AT_TEN)
    refused(OutOfOrder, "退回", lambda: propose(paper, OPENED, work(city.order), by=city.clerk, at=AT_TEN))
    assert not to_do(city.clerk)


def test_a_paper_for_information_is_closed_by_the_clerk_where_nobody_else_need_read_it(city, circular):
    paper = registered(city, circular, kind=Kind.INFORMATION)
    assert [*to_do(city.clerk)] == [paper]
    finish(paper, "已阅知。", by=city.clerk, at=AT_TEN)
    assert Incoming.objects.get().state == "handled"


def test_of_a_purged_paper_no_word_is_left_of_what_was_written_inside(city, circular, instructed):
    circulate(instructed, [city.reader], in_order=True, purpose="密事一则", by=city.clerk, at=AT_ELEVEN)
    mark_read(Reader.objects.get(), "密事二则", by=city.reader, at=AT_ELEVEN)
    pressed = Pressed(f"work:{lead(instructed).pk}", frozenset({city.head.pk}), "治安科")
    urge(instructed, pressed, "密事三则", by=city.clerk, at=AT_ELEVEN)
    report(assisting(instructed), "密事四则", by=city.law_head, at=LATER)
    case = block(circular.page, reason="来函", by=city.secretary, at=LATER)
    for by in (city.secretary, city.engineer):
        case = confirm(case, by=by, at=LATER)
    texts = [
        *Opinion.objects.values_list("text", flat=True),
        *Assignment.objects.values_list("note", flat=True),
        *InnerUrge.objects.values_list("text", flat=True),
        *Circulation.objects.values_list("purpose", flat=True),
        *ReaderEnd.objects.values_list("text", flat=True),
    ]
    assert len(texts) == 9
    assert set(texts) == {""}
