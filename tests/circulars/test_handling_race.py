"""Two people of a unit at one paper in the same moment: one comes first, the other finds what became of it (Article 19)."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.people import User
from circulars.circulation.acts import circulate, mark_read, skip
from circulars.circulation.record import Circulation, Reader, ReaderEnd
from circulars.handling.closing import finish
from circulars.handling.hands import Hand
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.handling.record import Assignment, Handling, Opinion
from circulars.handling.working import pass_on
from circulars.incoming import Incoming
from circulars.incoming.choices import Kind
from cms.ledger import Entry
from tests import inhand
from tests.cast import MONDAY, City
from tests.rush import while_undecided


@pytest.fixture
def city(real_city, week) -> City:
    return inhand.staff(real_city)


@pytest.fixture
def paper(city) -> Incoming:
    return inhand.registered(city, city.sent())


def by(person):
    return {"by": User.objects.get(pk=person.pk), "at": MONDAY}


def anew(paper):
    return Incoming.objects.get(pk=paper.pk)


def test_of_two_proposals_one_stands_and_of_two_instructions_the_second_saw_no_first(city, paper):
    work = inhand.work(city.order)
    refused = while_undecided(
        lambda: propose(anew(paper), "建议治安科办。", work, **by(city.clerk)),
        lambda: propose(anew(paper), "建议法制科办。", inhand.work(city.law), **by(city.second_clerk)),
    )
    assert "已由孙早拟办" in str(refused)
    refused = while_undecided(
        lambda: instruct(anew(paper), "同意。", work, seen=None, **by(city.leader)),
        lambda: instruct(anew(paper), "请法制科办。", inhand.work(city.law), seen=None, **by(city.unit_principal)),
    )
    assert "刚刚作了批示，请看过再写" in str(refused)
    assert list(Opinion.objects.values_list("kind", flat=True)) == ["proposal", "instruction"]
    assert Assignment.objects.get(state="open").unit == city.order
    lead = Assignment.objects.get(state="open")
    with pytest.raises(PermissionDenied, match="法制科主办"):
        while_undecided(
            lambda: pass_on(lead, Hand(city.law), "不属本科职责", **by(city.head)),
            lambda: finish(anew(paper), "已办。", **by(city.head)),
        )
    assert Handling.objects.get().state == "in_work"
    assert Assignment.objects.get(state="open").unit == city.law


def test_a_paper_is_finished_once(city, paper):
    work = inhand.work(city.order)
    propose(paper, "建议治安科办。", work, **by(city.clerk))
    instruct(paper, "同意。", work, seen=None, **by(city.leader))
    refused = while_undecided(
        lambda: finish(anew(paper), "已办一。", **by(city.head)),
        lambda: finish(anew(paper), "已办二。", **by(city.handler)),
    )
    assert "办" in str(refused)
    assert (Handling.objects.get().result, anew(paper).state) == ("已办一。", "handled")
    assert Entry.objects.filter(deed="incoming.handled").count() == 1


def test_the_last_two_readers_end_it_once_and_who_is_passed_over_while_reading_has_read_or_not(city):
    paper = inhand.registered(city, city.sent(), kind=Kind.INFORMATION)
    circulate(paper, [city.reader, city.head, city.law_head], in_order=False, purpose="请阅。", **by(city.clerk))
    reader, head, law_head = Reader.objects.order_by("place")
    refused = while_undecided(
        lambda: mark_read(law_head, "", **by(city.law_head)), lambda: skip(law_head, "出差", **by(city.clerk))
    )
    assert "阅。" in str(refused)
    assert ReaderEnd.objects.get().kind == "read"
    assert (
        while_undecided(lambda: mark_read(reader, "", **by(city.reader)), lambda: mark_read(head, "", **by(city.head)))
        is None
    )
    assert Circulation.objects.get().ended_at
    assert anew(paper).state == "handled"
    assert Entry.objects.filter(deed="circulation.ended").count() == 1
