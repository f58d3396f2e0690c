"""A question worded once is answered as its queryset is, whatever is given."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.grants import grants_in_force, grants_of
from accounts.holders import holders, people_with
from accounts.people import Post, User
from accounts.roles import Right
from accounts.units import Unit
from tests.cast import MONDAY


@pytest.mark.parametrize("right", Right)
def test_who_may_do_a_deed_for_a_unit_is_who_its_grants_name(city, right):
    for unit in Unit.objects.values_list("pk", flat=True):
        grants = holders(right).filter(content_object=unit)
        assert people_with(right, unit) == set(grants.values_list("user_id", flat=True))


def test_what_a_person_may_do_is_what_the_posts_of_the_day_give(city):
    Post.objects.filter(person=city.clerk).update(held_to="2026-09-29")
    for day in (date(2026, 9, 27), date(2026, 9, 28), date(2026, 9, 30)):
        for person in User.objects.values_list("pk", flat=True):
            grants = grants_in_force(day).filter(user=person)
            assert grants_of(person, day) == set(grants.values_list("content_object", "permission__codename"))


def test_who_has_left_or_lost_the_account_is_named_no_more(city):
    (clerk, second) = (city.clerk, city.second_clerk)
    assert people_with(Right.RECEIVE, city.attentive.pk) == {clerk.pk, second.pk}
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    Post.objects.get(person=second).leave(by=None, at=MONDAY)
    assert people_with(Right.RECEIVE, city.attentive.pk) == set()


def test_it_is_one_query(city):
    with CaptureQueriesContext(connection) as asked:
        people_with(Right.SEND, city.office.pk)
    assert len(asked) == 1
