"""交接 begins as the post ends: who opens it, by when it must be done, and the clerk too many meanwhile (Articles 23 and 26)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.handovers import Handover, open_handover, overlap_until
from accounts.handovers.opening import hand_over_post
from accounts.people import Post, User, take_post
from accounts.roles import Right, Role, may
from accounts.standins import StandIn, arrange
from cms.areas import Area
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.rulebook import YANAN
from cms.rulesetting import set_rules
from tests.cast import MONDAY
from tests.handovers import accepted, again, opened, post_of
from tests.offices import beijing

LATER, TODAY = MONDAY + timedelta(hours=1), MONDAY.date()


def test_opening_ends_the_post_and_its_rights_and_tells_everybody_concerned(city):
    handover = opened(city, by=city.leader)
    assert not may(again(city.clerk), Right.RECEIVE)
    assert Entry.objects.get(deed="post.left").person == city.leader
    entry = Entry.objects.of(handover).get(deed="handover.opened")
    assert (entry.unit, entry.facts["giver"], entry.facts["receiver"]) == (
        city.attentive.pk,
        city.clerk.pk,
        city.second_clerk.pk,
    )
    told = Message.objects.filter(key__startswith=f"handover:{handover.pk}:").values_list("person", flat=True)
    assert set(told) == {city.clerk.pk, city.second_clerk.pk, city.leader.pk}
    assert set(Handover.objects.open()) == {handover}


def test_five_working_days_are_counted_over_the_holiday(city):
    """Monday 28 September: the 29th, the 30th, and of October the 8th, the 9th and the worked Saturday."""
    handover = opened(city)
    assert handover.limit_at == beijing("2026-10-10 18:00")
    assert not Handover.objects.hanging(handover.limit_at).exists()
    assert Handover.objects.hanging(handover.limit_at + timedelta(seconds=1)).get() == handover


def test_a_filed_change_is_named_by_the_handover(city):
    handover = open_handover(post_of(city.clerk), None, filing=city.attentive, by=city.secretary, at=MONDAY)
    assert handover.filing == f"accounts.unit:{city.attentive.pk}"


def test_a_post_is_handed_over_once_and_to_somebody_else(city):
    with pytest.raises(OutOfOrder, match="不能是移交人本人"):
        opened(city, receiver=city.clerk)
    post = post_of(city.clerk)
    open_handover(post, None, by=None, at=MONDAY)
    with pytest.raises(OutOfOrder, match="现在不担任"):
        open_handover(post, None, by=None, at=MONDAY)
    take_post(again(city.clerk), city.attentive, Role.CLERK, by=None, at=MONDAY)
    with pytest.raises(OutOfOrder, match="上一次离任的交接还没有办完"):
        opened(city)
    assert may(again(city.clerk), Right.RECEIVE, city.attentive.pk), "nothing was done by halves"
    assert Handover.objects.count() == 1


def test_arrangements_to_stand_in_end_with_the_post_and_do_not_come_back_with_it(city):
    for absent, person in ((city.clerk, city.leader), (city.second_clerk, city.leader)):
        arrange(
            absent, person, city.attentive, Role.CLERK,
            first=TODAY, last=TODAY + timedelta(days=2), reason="外出培训", by=city.leader, at=MONDAY,
        )  # fmt: skip
    opened(city)
    take_post(again(city.clerk), city.attentive, Role.CLERK, by=None, at=MONDAY)
    assert list(StandIn.objects.filter(ended_at=None).values_list("absent", flat=True)) == [city.second_clerk.pk]
    opened(city, giver=city.leader, role=Role.LEADER, receiver=None)
    assert not StandIn.objects.filter(ended_at=None).exists(), "who stood in serves the unit no more"
    assert Entry.objects.filter(deed="stand_in.ended").count() == 2


# The leader's own way to it


def test_the_leader_of_the_unit_opens_it_for_a_post_that_is_not_filed(city):
    handler = User.objects.create(username="handler", name="钱承办")
    post = take_post(handler, city.attentive, Role.HANDLER, by=None, at=MONDAY)
    handover = hand_over_post(post, city.clerk, by=city.leader, at=MONDAY)
    assert (handover.giver, handover.opened_by) == (handler, city.leader)


def test_filed_posts_the_own_one_and_those_of_others_are_not_opened_like_this(city):
    with pytest.raises(OutOfOrder, match="以函件报备"):
        hand_over_post(post_of(city.clerk), None, by=city.leader, at=MONDAY)
    own = take_post(city.leader, city.attentive, Role.HANDLER, by=None, at=MONDAY)
    with pytest.raises(OutOfOrder, match="本人的离岗"):
        hand_over_post(own, None, by=again(city.leader), at=MONDAY)
    for who in (city.clerk, city.principal, city.secretary, city.engineer, city.stranger):
        with pytest.raises(PermissionDenied):
            hand_over_post(own, None, by=who, at=MONDAY)
    assert not Handover.objects.exists()


# The clerk too many


def test_a_unit_may_have_a_clerk_too_many_while_a_clerks_handover_is_open_until_its_days_are_over(city):
    assert overlap_until(city.attentive) is None
    handover = accepted(city)
    assert overlap_until(city.attentive) == beijing("2026-10-10 18:00")
    assert overlap_until(city.late) is None
    handover.countersign(by=city.leader, at=MONDAY)
    assert overlap_until(city.attentive) is None
    opened(city, giver=city.leader, role=Role.LEADER, receiver=None)
    assert overlap_until(city.attentive) is None


def test_the_days_are_those_of_the_rule_in_force_when_it_was_opened(city):
    area = Area.objects.home()
    rules = replace(YANAN, handover_days=2, overlap_days=0)
    set_rules(area, rules, against=1, in_force_from=None, reason="试行", by=city.secretary, at=MONDAY)
    handover = opened(city, at=LATER)
    assert handover.limit_at == beijing("2026-09-30 18:00")
    assert overlap_until(city.attentive) is None


def test_a_post_taken_today_is_handed_over_too(city):
    post = take_post(city.nobody, city.attentive, Role.HANDLER, by=None, at=MONDAY)
    handover = open_handover(post, city.clerk, by=None, at=MONDAY)
    assert not Post.objects.filter(person=city.nobody).exists()
    assert (handover.unit, handover.role, handover.giver) == (city.attentive, Role.HANDLER, city.nobody)
