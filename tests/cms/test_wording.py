"""A question worded once is answered as its queryset is, whatever is given."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Count, Max
from django.test.utils import CaptureQueriesContext

from accounts.grants import grants_in_force, grants_of
from accounts.holders import holders, people_with
from accounts.people import Post, User
from accounts.roles import Right
from accounts.units import Unit
from circulars.deliveries import Delivery
from cms.wording import SEVERAL, Worded
from tests.cast import BACK_AT_WORK, MONDAY


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


# Sets of keys and moments


def _waiting(units, now):
    rows = Delivery.objects.filter(unit_id__in=units).overdue(now).order_by().values("unit_id")
    return rows.annotate(newest=Max("sent_at"), count=Count("pk")).values_list("unit_id", "newest", "count")


WAITING = Worded(_waiting, units=SEVERAL, now=MONDAY - timedelta(days=9999))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 40])
def test_a_question_about_a_set_and_a_moment_is_answered_for_a_set_of_any_size(city, size):
    for hour in range(3):
        city.sent(at=MONDAY + timedelta(hours=hour))
    units = [city.late.pk, city.attentive.pk, city.paper.pk, *range(10_000, 10_040)][:size]
    for now in (MONDAY, BACK_AT_WORK):
        assert sorted(WAITING.ask(units=units, now=now)) == sorted(_waiting(units, now))


def test_a_moment_comes_back_as_a_moment(city):
    city.sent(at=MONDAY)
    assert WAITING.ask(units={city.late.pk}, now=BACK_AT_WORK) == [(city.late.pk, MONDAY, 1)]


def test_what_nobody_can_answer_is_not_asked(city):
    WAITING.ask(units=set(), now=MONDAY)
    with CaptureQueriesContext(connection) as asked:
        assert WAITING.ask(units=set(), now=MONDAY) == []
    assert not asked.captured_queries
