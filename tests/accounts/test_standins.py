"""代行: dated stand-ins for an absent reviewer or approver (Article 9; regulation art. 22)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.grants import sweep_grants
from accounts.people import Post, User, take_post
from accounts.roles import Right, Role, may
from accounts.standins import StandIn, StandInRefused, arrange, posts_to_arrange
from circulars.decisions import Decision
from circulars.moderation import decide
from circulars.turns import Turn, acting_for
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
        week.move_to(MONDAY.replace(day=day), tick=False)
        sweep_grants(MONDAY.replace(day=day))
        held.append(may(again(city.sender), Right.APPROVE, city.office.pk))
    week.move_to(MONDAY + timedelta(days=3), tick=False)
    assert [*held, may(again(city.sender), Right.APPROVE, city.office.pk)] == [False, True, True, False]


def test_after_the_last_day_nothing_is_decided_even_before_the_sweep(city, week):
    arranged(city, last=TODAY)
    page = city.reviewed(city.submitted())
    week.move_to(MONDAY + timedelta(days=1), tick=False)
    assert not may(again(city.sender), Right.APPROVE, city.office.pk)
    with pytest.raises(PermissionDenied, match="没有“市政府办”的签发职责"):
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


def test_who_holds_the_right_by_a_post_in_the_serving_office_acts_in_nobodys_place(city):
    """The office's approver signs for the government already; standing in for one of the government's own changes nothing of that."""
    take_post(city.nobody, city.government, Role.APPROVER, by=None, at=MONDAY)
    take_post(city.approver, city.government, Role.CLERK, by=None, at=MONDAY)
    arrange(city.nobody, city.approver, city.government, Role.APPROVER, first=TODAY, last=WEDNESDAY,
            reason="外出开会", by=again(city.nobody), at=MONDAY)  # fmt: skip
    page = city.reviewed(city.submitted(issuer=city.government))
    turn = Turn.objects.open().get(page=page.pk)
    assert acting_for(turn, again(city.approver)) is None
    decide(page, "agree", by=again(city.approver), at=MONDAY)
    assert Decision.objects.get(step="approve").in_place_of is None


def test_an_own_post_in_the_served_unit_counts_there_and_not_in_the_office(city):
    take_post(city.sender, city.government, Role.APPROVER, by=None, at=MONDAY)
    arranged(city)
    for issuer, absent in ((city.government, None), (city.office, city.approver.pk)):
        page = city.reviewed(city.submitted(issuer=issuer))
        assert acting_for(Turn.objects.open().get(page=page.pk), again(city.sender)) == absent


def test_who_stands_in_for_the_principal_leader_signs_and_arranges_nothing(city):
    arranged(city, absent=city.principal, role=Role.PRINCIPAL)
    person = again(city.sender)
    assert may(person, Right.APPROVE_IMPORTANT, city.office.pk)
    with pytest.raises(PermissionDenied, match="代行主要负责人的不能"):
        arranged(city, person=city.registrar, by=person)
    own = arranged(city, person=city.registrar)
    with pytest.raises(PermissionDenied, match="代行主要负责人的不能"):
        own.take_back(by=person, at=MONDAY)
    assert list(posts_to_arrange(person, TODAY)) == []
    assert own not in StandIn.objects.known_to(person, TODAY)
    assert own in StandIn.objects.known_to(city.principal, TODAY)


def test_the_offices_principal_leader_arranges_for_the_unit_it_serves(city):
    take_post(city.nobody, city.government, Role.APPROVER, by=None, at=MONDAY)
    take_post(city.sender, city.government, Role.CLERK, by=None, at=MONDAY)
    made = arrange(city.nobody, city.sender, city.government, Role.APPROVER, first=TODAY, last=WEDNESDAY,
                   reason="外出开会", by=city.principal, at=MONDAY)  # fmt: skip
    assert made.arranged_by == city.principal


def test_a_leader_whose_post_has_ended_arranges_nothing_even_before_the_sweep(city, week):
    week.move_to(MONDAY + timedelta(days=1), tick=False)
    Post.objects.filter(person=city.principal).update(held_to=TODAY)
    with pytest.raises(PermissionDenied):
        arrange(city.approver, city.sender, city.office, Role.APPROVER, first=WEDNESDAY, last=WEDNESDAY,
                reason="外出开会", by=again(city.principal), at=MONDAY + timedelta(days=1))  # fmt: skip


def test_who_leaves_the_unit_stands_in_no_more(city):
    arranged(city)
    assert may(again(city.sender), Right.APPROVE, city.office.pk)
    city.sender.posts.get().leave(by=None, at=MONDAY)
    assert not may(again(city.sender), Right.APPROVE, city.office.pk)
