"""代行: dated stand-ins for an absent reviewer or approver (Article 9; regulation art. 22)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.grants import sweep_grants
from accounts.people import Post, User, take_post
from accounts.roles import Right, Role, may
from accounts.standins import StandIn, StandInRefused, arrange
from circulars.decisions import Decision
from circulars.moderation import decide
from circulars.turns import Turn
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY

TODAY = MONDAY.date()
WEDNESDAY = TODAY + timedelta(days=2)


def again(person):
    return User.objects.get(pk=person.pk)


def arranged(city, *, first=TODAY, last=WEDNESDAY, person=None, role=Role.APPROVER, by=None, absent=None):
    absent = absent or city.approver
    return arrange(
        absent,
        person or city.sender,
        city.office,
        role,
        first=first,
        last=last,
        reason="外出开会",
        by=by or absent,
        at=MONDAY,
    )


def test_a_stand_in_may_what_the_absent_person_may_and_what_is_decided_says_so(city):
    arranged(city)
    page = city.reviewed(city.submitted())
    assert Turn.objects.in_hand(again(city.sender)).exists()
    decide(page, "agree", by=again(city.sender), at=MONDAY)
    decision = Decision.objects.get(step="approve")
    assert (decision.by, decision.in_place_of) == (city.sender, city.approver)
    assert Entry.objects.get(deed="draft.approved").facts["in_place_of"] == city.approver.pk


def test_both_are_told_and_the_arrangement_is_in_the_ledger(city):
    arranged(city, by=city.principal)
    for person in (city.approver, city.sender):
        assert Message.objects.filter(person=person, text__contains="陈立新 代行 张志远").exists()
    assert Entry.objects.get(deed="stand_in.arranged").person == city.principal


def test_rights_begin_and_end_with_their_days(city, week):
    arranged(city, first=date(2026, 9, 29), last=date(2026, 9, 30))
    held = []
    for day in (28, 29, 30):
        sweep_grants(MONDAY.replace(day=day))
        held.append(may(again(city.sender), Right.APPROVE, city.office.pk))
    sweep_grants(MONDAY + timedelta(days=3))
    assert [*held, may(again(city.sender), Right.APPROVE, city.office.pk)] == [False, True, True, False]


def test_after_the_last_day_nothing_is_decided_even_before_the_sweep(city, week):
    arranged(city, last=TODAY)
    page = city.reviewed(city.submitted())
    week.move_to(MONDAY + timedelta(days=1), tick=False)
    assert may(again(city.sender), Right.APPROVE, city.office.pk)
    with pytest.raises(PermissionDenied, match="已经到期"):
        decide(page, "agree", by=again(city.sender), at=MONDAY + timedelta(days=1))
    assert not Decision.objects.filter(step="approve").exists()


def test_what_was_taken_back_while_the_page_was_open_decides_nothing(city):
    stand_in = arranged(city)
    page = city.reviewed(city.submitted())
    reading = again(city.sender)
    assert may(reading, Right.APPROVE, city.office.pk)
    stand_in.take_back(by=city.approver, at=MONDAY)
    with pytest.raises(PermissionDenied):
        decide(page, "agree", by=reading, at=MONDAY)
    assert not Decision.objects.filter(step="approve").exists()


def test_taken_back_it_ends_at_once(city):
    stand_in = arranged(city)
    stand_in.take_back(by=city.approver, at=MONDAY)
    assert not may(again(city.sender), Right.APPROVE, city.office.pk)
    with pytest.raises(OutOfOrder):
        stand_in.take_back(by=city.approver, at=MONDAY)


def test_it_ends_with_the_absent_persons_post(city):
    arranged(city)
    Post.objects.get(person=city.approver).leave(by=None, at=MONDAY)
    assert not may(again(city.sender), Right.APPROVE, city.office.pk)


@pytest.mark.parametrize("who", ["stranger", "sender", "reviewer", "superuser", "department_head"])
def test_nobody_else_arranges_or_takes_back(city, who):
    with pytest.raises(PermissionDenied):
        arranged(city, by=getattr(city, who))
    stand_in = arranged(city)
    with pytest.raises(PermissionDenied):
        stand_in.take_back(by=getattr(city, who), at=MONDAY)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first": WEDNESDAY, "last": TODAY}, "截止日"),
        ({"first": TODAY - timedelta(days=5), "last": TODAY - timedelta(days=1)}, "截止日"),
        ({"role": Role.REVIEWER}, "不担任"),
        ({"role": Role.DRAFTER}, "不担任"),
        ({"person": "approver"}, "另一人"),
        ({"person": "clerk"}, "本单位"),
    ],
)
def test_an_arrangement_that_cannot_stand_is_refused_with_its_reason(city, changes, sentence):
    if "person" in changes:
        changes = {"person": getattr(city, changes["person"])}
    with pytest.raises(StandInRefused, match=sentence):
        arranged(city, **changes)
    assert not StandIn.objects.exists()


def test_two_arrangements_for_one_post_do_not_overlap(city):
    arranged(city)
    with pytest.raises(StandInRefused, match="先收回"):
        arranged(city, person=city.registrar, first=WEDNESDAY, last=WEDNESDAY)
    arranged(city, person=city.registrar, first=WEDNESDAY + timedelta(days=1), last=WEDNESDAY + timedelta(days=2))


def test_who_stands_in_for_the_drafter_does_not_approve_the_drafters_paper(city):
    take_post(city.drafter, city.office, Role.APPROVER, by=None, at=MONDAY)
    arranged(city, absent=city.drafter)
    page = city.reviewed(city.submitted())
    person = again(city.sender)
    assert not Turn.objects.in_hand(person).exists()
    with pytest.raises(PermissionDenied, match="拟稿人本人"):
        decide(page, "agree", by=person, at=MONDAY)


def test_nobody_approves_in_the_place_of_who_reviewed(city):
    take_post(city.reviewer, city.office, Role.APPROVER, by=None, at=MONDAY)
    arranged(city, absent=city.reviewer)
    page = city.reviewed(city.submitted())
    person = again(city.sender)
    assert not Turn.objects.in_hand(person).exists()
    with pytest.raises(PermissionDenied, match="另一人"):
        decide(page, "agree", by=person, at=MONDAY)


def test_a_drafter_who_stands_in_does_not_approve_an_own_paper(city):
    arranged(city, person=city.drafter)
    page = city.reviewed(city.submitted())
    with pytest.raises(PermissionDenied, match="拟稿人"):
        decide(page, "agree", by=again(city.drafter), at=MONDAY)
