"""代签: a leader of the unit names who receives while its clerks are away (Article 23)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.people import Post, User, take_post
from accounts.roles import Right, Role, may
from accounts.standins import StandIn, StandInRefused, arrange
from cms.ledger import Entry
from cms.messages import Message
from tests.cast import MONDAY

TODAY = MONDAY.date()
TOMORROW = TODAY + timedelta(days=1)
PAGE = reverse("accounts:stand_ins")


def again(person):
    return User.objects.get(pk=person.pk)


@pytest.fixture
def helper(city):
    """Somebody of the attentive unit who neither receives nor decides."""
    person = User.objects.create(username="handler", name="钱助理")
    take_post(person, city.attentive, Role.HANDLER, by=None, at=MONDAY)
    return person


def named(city, helper, **changes):
    """The leader names the helper for today and tomorrow, unless the scene says otherwise."""
    act = {"by": city.leader, "person": helper, "absent": city.clerk, "first": TODAY, "last": TOMORROW} | changes
    return arrange(
        act["absent"], act["person"], city.attentive, Role.CLERK,
        first=act["first"], last=act["last"], reason="两名收发员都在外培训", by=act["by"], at=MONDAY,
    )  # fmt: skip


def signed_by(city, person, circular):
    delivery = city.delivery(circular)
    delivery.open(by=person, at=MONDAY)
    return city.sign(delivery, by=person)


def test_who_is_named_receives_for_the_unit_on_those_days_and_no_longer(city, helper, week):
    named(city, helper)
    held = []
    for days in range(3):
        week.move_to(MONDAY + timedelta(days=days), tick=False)
        held.append(may(again(helper), Right.RECEIVE, city.attentive.pk))
    assert held == [True, True, False]
    assert not may(again(helper), Right.RECEIVE, city.late.pk)


def test_a_circular_signed_for_by_a_proxy_says_so_and_in_whose_place(city, helper, circular):
    named(city, helper)
    delivery = signed_by(city, again(helper), circular)
    delivery.refresh_from_db()
    assert (delivery.signed_by, delivery.by_proxy) == (helper, True)
    assert Entry.objects.get(deed="delivery.signed_for").facts["in_place_of"] == city.clerk.pk


def test_a_clerk_signs_for_the_unit_in_nobodys_place(city, helper, circular):
    named(city, helper)
    delivery = signed_by(city, city.second_clerk, circular)
    assert not delivery.by_proxy
    assert "in_place_of" not in Entry.objects.get(deed="delivery.signed_for").facts


def test_both_sides_read_that_it_was_signed_for_by_a_proxy(city, helper, circular):
    named(city, helper)
    delivery = signed_by(city, again(helper), circular)
    pages = {
        city.clerk: [reverse("circulars:slip", args=[delivery.pk]), reverse("circulars:reading", args=[delivery.pk])],
        city.sender: [reverse("circulars:board", args=[circular.uuid])],
    }
    for person, paths in pages.items():
        for path in paths:
            assert "钱助理（代签）" in city.desk(person).get(path).content.decode(), path


def test_a_proxy_is_announced_what_comes_like_a_clerk(city, helper):
    from circulars.dispatch import announce

    named(city, helper)
    announce(city.sent(), at=MONDAY)
    assert Message.objects.filter(person=helper, key__startswith="delivery:").exists()


def test_the_leader_names_a_proxy_on_the_desk_once(city, helper):
    client = city.desk(city.leader)
    post = Post.objects.get(person=city.clerk)
    form = {"post": post.pk, "person": helper.pk, "first": TODAY, "last": TOMORROW, "reason": "在外培训"}
    assert "已安排 钱助理" in client.post(PAGE, form, follow=True).content.decode()
    client.post(PAGE, form)
    assert StandIn.objects.get().role == Role.CLERK
    assert Message.objects.filter(person=helper, text__contains="由 钱助理 代行 孙早").exists()


def test_the_principal_leader_may_as_well(city, helper):
    take_post(city.nobody, city.attentive, Role.PRINCIPAL, by=None, at=MONDAY)
    assert named(city, helper, by=city.nobody).arranged_by == city.nobody


@pytest.mark.parametrize("who", ["clerk", "second_clerk", "principal", "secretary", "stranger", "nobody", "superuser"])
def test_nobody_but_a_leader_of_the_unit_names_one(city, helper, who):
    with pytest.raises(PermissionDenied, match="分管领导或主要负责人安排"):
        named(city, helper, by=getattr(city, who))
    assert not StandIn.objects.exists()


def test_who_stands_in_for_the_leader_names_none(city, helper):
    arrange(
        city.leader, helper, city.attentive, Role.LEADER,
        first=TODAY, last=TOMORROW, reason="出差", by=city.leader, at=MONDAY,
    )  # fmt: skip
    with pytest.raises(PermissionDenied):
        named(city, city.leader, by=again(helper))


def test_another_clerk_needs_no_arrangement(city):
    with pytest.raises(StandInRefused, match="不需要安排代签"):
        named(city, city.second_clerk)


def test_a_person_of_another_unit_cannot_be_named(city, helper):
    with pytest.raises(StandInRefused, match="本单位在职的另一人"):
        named(city, city.late_clerk)


def test_the_leader_takes_it_back_and_the_right_is_gone_at_once(city, helper, circular):
    stand_in = named(city, helper)
    client, back = city.desk(city.leader), reverse("accounts:take_back_stand_in", args=[stand_in.pk])
    assert "已收回" in client.post(back, follow=True).content.decode()
    assert not may(again(helper), Right.RECEIVE)
    sign = reverse("circulars:sign", args=[city.delivery(circular).pk])
    assert city.desk(helper).post(sign, {"checked": "all"}).status_code == 404


def test_the_absent_clerk_cannot_take_it_back(city, helper):
    stand_in = named(city, helper)
    with pytest.raises(PermissionDenied, match="分管领导或主要负责人收回"):
        stand_in.take_back(by=city.clerk, at=MONDAY)
    assert may(again(helper), Right.RECEIVE)
