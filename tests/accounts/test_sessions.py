"""A session lasts as long as the password and the posts it was opened with (Articles 10 and 18)."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.grants import sweep_grants
from accounts.people import Post, User, take_post
from accounts.roles import Role
from tests.cast import EVE_OF_THE_HOLIDAY, MIDNIGHT, MONDAY


def is_out(desk):
    """Whether the next request of this browser leads to the sign-in page; signed in again, it would not."""
    return desk.get(reverse("notices")).headers.get("Location", "").startswith("/login/")


def test_a_post_taken_ends_the_sessions_of_this_person_and_of_nobody_else(city):
    desk, other = city.desk(city.clerk), city.desk(city.second_clerk)
    take_post(city.clerk, city.late, Role.CLERK, by=None, at=MONDAY)
    assert is_out(desk)
    assert not is_out(other)
    assert not is_out(city.desk(city.clerk))


def test_a_post_taken_twice_ends_no_session_the_second_time(city):
    take_post(city.clerk, city.late, Role.CLERK, by=None, at=MONDAY)
    desk = city.desk(city.clerk)
    take_post(city.clerk, city.late, Role.CLERK, by=None, at=MONDAY)
    assert not is_out(desk)


def test_a_post_left_ends_every_session_at_once(city, week):
    week.move_to(EVE_OF_THE_HOLIDAY, tick=False)
    desks = [city.desk(city.clerk) for _ in range(2)]
    Post.objects.get(person=city.clerk).leave(by=None, at=EVE_OF_THE_HOLIDAY)
    assert all(is_out(desk) for desk in desks)


def test_a_post_that_was_dated_ends_the_sessions_when_its_day_is_over(city, week):
    person = User.objects.create(username="dated", name="临时")
    Post.objects.create(person=person, unit=city.late, role=Role.CLERK, held_from="2026-09-28", held_to="2026-10-02")
    sweep_grants(MONDAY)
    week.move_to(MIDNIGHT.replace(day=2, hour=23, minute=59), tick=False)
    desk = city.desk(person)
    sweep_grants(MIDNIGHT.replace(day=2, hour=23, minute=59))
    assert not is_out(desk)
    week.move_to(MIDNIGHT, tick=False)
    sweep_grants(MIDNIGHT)
    assert is_out(desk)


def test_who_is_out_reads_why_at_the_sign_in_page_and_only_they_do(city):
    desk, said = city.desk(city.clerk), "您的职责、密码或账户有变动，请重新登录"
    take_post(city.clerk, city.late, Role.CLERK, by=None, at=MONDAY)
    assert said in desk.get(reverse("notices"), follow=True).content.decode()
    assert said not in desk.get(reverse("notices"), follow=True).content.decode()
    assert said not in Client().get(reverse("notices"), follow=True).content.decode()


def test_another_password_ends_the_sessions_opened_with_the_old_one(city):
    desk = city.desk(city.clerk)
    city.clerk.set_password("a-long-enough-word-27")
    city.clerk.save()
    assert is_out(desk)


def test_a_disabled_account_is_out_at_the_next_request(city):
    desk = city.desk(city.clerk)
    User.objects.filter(pk=city.clerk.pk).update(is_active=False)
    assert is_out(desk)


@pytest.mark.parametrize("person", ["clerk", "secretary"])
def test_the_sweep_of_an_ordinary_minute_signs_nobody_out(city, person):
    desk = city.desk(getattr(city, person))
    sweep_grants(MONDAY)
    assert not is_out(desk)
