"""Posts are the only source of rights: what they grant, for whom, from when and until when."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.grants import (
    ADMIN_GROUP,
    NOTICE_GROUP,
    UnitUserObjectPermission,
    derive,
    grants_in_force,
    grants_of,
    sweep_grants,
)
from accounts.holders import people_with, staffed
from accounts.people import Post, User, take_post
from accounts.roles import RIGHTS, Right, Role, may, roles_of, roles_with, units_where
from accounts.standins import arrange
from accounts.units import Unit
from circulars.deliveries import Delivery
from circulars.dispatch import dispatch
from cms.ledger import Entry
from tests.cast import BACK_AT_WORK, MONDAY
from tests.offices import beijing

YESTERDAY, TODAY, TOMORROW = (MONDAY.date() + timedelta(days=n) for n in (-1, 0, 1))


def again(person):
    """The person as the next request meets them."""
    return User.objects.get(pk=person.pk)


def groups(person):
    return set(person.groups.values_list("name", flat=True))


# What a post gives


@pytest.mark.parametrize("role", Role)
def test_a_post_gives_the_rights_of_its_role_for_its_unit_and_no_others(city, role):
    take_post(city.nobody, city.county, role, by=None, at=MONDAY)
    held = {right for right in Right if may(again(city.nobody), right, city.county.pk)}
    assert held == RIGHTS[role]
    assert not any(may(again(city.nobody), right, city.attentive.pk) for right in Right)


@pytest.mark.parametrize("who", ["nobody", "superuser"])
def test_without_a_post_there_are_no_rights(city, who):
    person = getattr(city, who)
    assert not any(units_where(person, right) for right in Right)
    assert roles_of(person) == frozenset()
    assert groups(person) == set()


def test_every_right_is_given_by_some_role():
    assert {right for right in Right if not roles_with(right)} == set()
    assert set(RIGHTS) == set(Role)


def test_the_people_of_the_office_act_for_the_government_it_serves(city):
    assert units_where(city.approver, Right.APPROVE) == {city.office.pk, city.government.pk}
    assert city.office_clerk.pk in people_with(Right.RECEIVE, city.government.pk)


def test_the_people_of_the_government_would_not_act_for_its_office(city):
    take_post(city.nobody, city.government, Role.CLERK, by=None, at=MONDAY)
    assert units_where(city.nobody, Right.RECEIVE) == {city.government.pk}


def test_a_post_with_an_act_in_the_admin_opens_its_door(city):
    doors = {who for who in ("drafter", "reviewer", "secretary", "clerk", "sender") if getattr(city, who).has_perm("wagtailadmin.access_admin")}  # fmt: skip
    assert {"drafter"} <= doors
    assert doors.isdisjoint({"clerk", "sender"})
    assert NOTICE_GROUP in groups(city.secretary)
    assert {ADMIN_GROUP, "拟稿 YA-ZFB", "拟稿 YA-ZF"} <= groups(city.drafter)


def test_taking_the_same_post_twice_is_one_post(city):
    first, second = (take_post(city.clerk, city.attentive, Role.CLERK, by=None, at=MONDAY) for _ in range(2))
    assert first == second
    assert Entry.objects.filter(deed="post.taken", subject=f"accounts.user:{city.clerk.pk}").count() == 1


def test_a_post_taken_says_who_gave_it(city):
    take_post(city.nobody, city.county, Role.CLERK, by=city.engineer, at=BACK_AT_WORK)
    entry = Entry.objects.get(deed="post.taken", person=city.engineer)
    assert (entry.unit, entry.facts, entry.happened_at) == (city.county.pk, {"role": "clerk"}, BACK_AT_WORK)


# When it ends


def test_leaving_ends_the_rights_at_once(city):
    Post.objects.get(person=city.clerk).leave(by=city.engineer, at=MONDAY)
    assert not may(again(city.clerk), Right.RECEIVE)
    assert city.clerk.pk not in people_with(Right.RECEIVE, city.attentive.pk)
    assert Entry.objects.filter(deed="post.left", person=city.engineer, unit=city.attentive.pk).exists()


def test_leaving_one_post_keeps_the_others(city):
    Post.objects.get(person=city.department_reviewer, role=Role.SENDER).leave(by=None, at=MONDAY)
    person = again(city.department_reviewer)
    assert not may(person, Right.SEND)
    assert may(person, Right.REVIEW)
    assert may(person, Right.REGISTER)


def test_the_last_day_of_a_post_is_the_day_before_one_leaves(city, week):
    week.move_to(BACK_AT_WORK, tick=False)
    post = Post.objects.get(person=city.clerk)
    post.leave(by=None, at=BACK_AT_WORK)
    post.refresh_from_db()
    assert post.held_to == date(2026, 10, 7)


def test_a_drafter_who_left_gets_no_further_than_the_door(city):
    Post.objects.get(person=city.drafter).leave(by=None, at=MONDAY)
    assert groups(again(city.drafter)) == set()
    assert not again(city.drafter).has_perm("wagtailadmin.access_admin")


def test_whose_account_is_closed_holds_no_rights(city):
    city.clerk.is_active = False
    city.clerk.save()
    assert not may(again(city.clerk), Right.RECEIVE)
    assert city.clerk.pk not in people_with(Right.RECEIVE, city.attentive.pk)


def test_a_person_who_left_and_came_back_has_two_posts_and_the_rights(city, week):
    week.move_to(BACK_AT_WORK, tick=False)
    Post.objects.get(person=city.clerk).leave(by=None, at=BACK_AT_WORK)
    take_post(again(city.clerk), city.attentive, Role.CLERK, by=None, at=BACK_AT_WORK)
    assert Post.objects.filter(person=city.clerk).count() == 2
    assert may(again(city.clerk), Right.RECEIVE, city.attentive.pk)


# From a date to a date


def dated(city, held_from, held_to=None):
    return Post.objects.create(
        person=city.nobody, unit=city.county, role=Role.CLERK, held_from=held_from, held_to=held_to
    )


@pytest.mark.parametrize(
    "held_from, held_to, now",
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (YESTERDAY, TODAY, True),
        (YESTERDAY, TOMORROW, True),
        (TOMORROW, None, False),
        (YESTERDAY, YESTERDAY, False),
    ],
)
def test_a_post_counts_from_its_first_day_to_its_last_both_included(city, held_from, held_to, now):
    dated(city, held_from, held_to)
    sweep_grants(MONDAY)
    assert may(city.nobody, Right.RECEIVE, city.county.pk) is now


def test_a_post_that_begins_tomorrow_begins_at_midnight_by_itself(city, week):
    dated(city, TOMORROW)
    for at, counts in (("2026-09-28 23:59", False), ("2026-09-29 00:00", True)):
        week.move_to(beijing(at), tick=False)
        sweep_grants(beijing(at))
        assert may(again(city.nobody), Right.RECEIVE) is counts


def test_a_post_that_ended_yesterday_has_ended_by_itself_and_waits_for_no_sweep(city, week):
    dated(city, YESTERDAY, TODAY)
    sweep_grants(MONDAY)
    for at, counts in (("2026-09-28 23:59", True), ("2026-09-29 00:00", False)):
        week.move_to(beijing(at), tick=False)
        assert may(again(city.nobody), Right.RECEIVE) is counts
        assert (city.nobody.pk in people_with(Right.RECEIVE, city.county.pk)) is counts
        assert (Role.CLERK in roles_of(again(city.nobody))) is counts


def test_a_right_asked_for_before_midnight_is_asked_anew_after_it(city, week):
    dated(city, YESTERDAY, TODAY)
    sweep_grants(MONDAY)
    person = again(city.nobody)
    assert may(person, Right.RECEIVE)
    week.move_to(beijing("2026-09-29 00:00"), tick=False)
    assert not may(person, Right.RECEIVE)


@pytest.mark.parametrize("who", ["registrar", "sender"])
def test_after_the_last_day_nothing_is_registered_or_sent_before_the_sweep_either(city, week, who):
    page = city.approved()
    circular = city.sealed()
    Post.objects.filter(person=getattr(city, who)).update(held_to=TODAY)
    week.move_to(beijing("2026-09-29 00:01"), tick=False)
    person = again(getattr(city, who))
    at = beijing("2026-09-29 00:01")
    acts = {
        "registrar": lambda: city.register(page, by=person, at=at),
        "sender": lambda: dispatch(circular, by=person, at=at, off_hours_reason="夜间值班"),
    }
    with pytest.raises(PermissionDenied):
        acts[who]()
    desk = city.desk(person)
    door = ("register", page.pk) if who == "registrar" else ("send", circular.uuid)
    assert desk.get(reverse(f"circulars:{door[0]}", args=[door[1]])).status_code == 404
    assert circular.deliveries.count() == 0


def test_after_the_last_day_nothing_received_is_read_before_the_sweep_either(city, week, circular):
    Post.objects.filter(person=city.clerk).update(held_to=TODAY)
    delivery = city.delivery(circular)
    address = reverse("circulars:reading", args=[delivery.pk])
    assert city.desk(city.clerk).get(address).status_code == 200
    week.move_to(beijing("2026-09-29 00:01"), tick=False)
    assert city.desk(city.clerk).get(address).status_code == 404
    assert not Delivery.objects.for_person(again(city.clerk)).exists()


def test_who_stood_in_neither_reads_nor_signs_the_day_after_without_a_sweep(city, week, circular):
    take_post(city.nobody, city.attentive, Role.CLERK, by=None, at=MONDAY)
    city.nobody.posts.update(held_to=TODAY)
    arrange(city.leader, city.second_clerk, city.attentive, Role.LEADER, first=TODAY, last=TODAY,
            reason="外出开会", by=city.leader, at=MONDAY)  # fmt: skip
    assert may(again(city.second_clerk), Right.COUNTERSIGN, city.attentive.pk)
    week.move_to(beijing("2026-09-29 00:01"), tick=False)
    assert not may(again(city.second_clerk), Right.COUNTERSIGN, city.attentive.pk)
    assert may(again(city.second_clerk), Right.READ, city.attentive.pk)
    assert not Delivery.objects.for_person(again(city.nobody)).exists()


def test_a_unit_whose_clerk_has_gone_counts_as_unstaffed_at_once(city, week):
    Post.objects.filter(unit=city.late).update(held_to=TODAY)
    assert staffed(Right.RECEIVE, [city.late.pk, city.attentive.pk]) == {city.late.pk, city.attentive.pk}
    week.move_to(beijing("2026-09-29 00:01"), tick=False)
    assert staffed(Right.RECEIVE, [city.late.pk, city.attentive.pk]) == {city.attentive.pk}


def test_a_grant_that_no_post_asks_for_is_gone_after_the_sweep(city):
    permission = UnitUserObjectPermission.objects.filter(user=city.clerk).get().permission
    UnitUserObjectPermission.objects.create(user=city.nobody, content_object=city.county, permission=permission)
    assert derive(TODAY) == 1
    assert not may(again(city.nobody), Right.RECEIVE)


def test_a_grant_that_was_lost_is_back_after_the_sweep(city):
    UnitUserObjectPermission.objects.filter(user=city.clerk).delete()
    assert derive(TODAY) == 1
    assert may(again(city.clerk), Right.RECEIVE, city.attentive.pk)
    assert derive(TODAY) == 0


def test_a_unit_no_longer_served_is_no_longer_acted_for(city):
    Unit.objects.filter(pk=city.government.pk).update(served_by=None)
    derive(TODAY)
    assert units_where(again(city.approver), Right.APPROVE) == {city.office.pk}


@pytest.mark.parametrize(
    "held_from, held_to", [(TODAY, YESTERDAY), (TODAY, None)], ids=["ends before it begins", "held twice"]
)
def test_the_database_refuses_a_post_that_cannot_be(city, held_from, held_to):
    dated(city, TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        dated(city, held_from, held_to)


def test_what_a_request_asks_of_a_person_is_what_is_asked_of_all(city):
    arrange(
        city.approver,
        city.reviewer,
        city.office,
        Role.APPROVER,
        first=TODAY,
        last=TODAY,
        reason="出差",
        by=city.approver,
        at=MONDAY,
    )
    for day in (TODAY, TOMORROW):
        held = grants_in_force(day).values_list("user_id", "content_object_id", "permission__codename")
        asked = {(person.pk, *grant) for person in User.objects.all() for grant in grants_of(person.pk, day)}
        assert asked == set(held)


def test_rights_are_asked_once_a_request(city, django_assert_num_queries):
    person = again(city.clerk)
    with django_assert_num_queries(1):
        for right in Right:
            units_where(person, right)
    with django_assert_num_queries(1):
        list(Delivery.objects.for_person(person))
