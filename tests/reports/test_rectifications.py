"""Rectifications that wait for an answer: who is told, and that the sweep asks nothing again that it has told (Articles 6 and 28)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.people import Post, User, take_post
from accounts.roles import Role
from cms.areas import Area
from cms.messages import Message
from reports.rectifications import Rectification, demand
from reports.rectifyreminders import sweep_rectifications
from reports.spotchecks.acts import plan, population
from reports.spotchecks.findings import Found, enter_finding
from reports.spotchecks.record import SpotFinding
from tests.cast import MONDAY

DAY = timedelta(days=1)
LATER = MONDAY + 2 * DAY


def demanded(city, *, code="BM05"):
    """One more check of all units, in which one did not answer the telephone and is to put that right by tomorrow."""
    by = {"by": city.secretary, "at": MONDAY}
    there = population(Area.objects.home()).count()
    check = plan(there, area=Area.objects.home(), purpose="节前检查", key=uuid4(), **by)
    unit = check.draw.units.get(code=code)
    enter_finding(unit, Found(SpotFinding.Kind.PHONE, is_good=False, who="", found_at=MONDAY), **by)
    return demand(unit, "安排专人接听值班电话", due_on=(MONDAY + DAY).date(), **by)


def questions_of_a_sweep(at):
    with CaptureQueriesContext(connection) as asked:
        sweep_rectifications(at)
    return len(asked)


def test_a_sweep_asks_two_questions_however_many_are_overdue_once_they_were_told_today(city):
    demanded(city)
    sweep_rectifications(LATER)
    assert questions_of_a_sweep(LATER + timedelta(minutes=1)) == 2
    for _ in range(29):
        demanded(city)
    sweep_rectifications(LATER + timedelta(minutes=2))
    told = Message.objects.filter(key__contains=":due:").count()
    assert told == 30 * 3, "two clerks and the leader"
    assert questions_of_a_sweep(LATER + timedelta(minutes=3)) == 2
    assert questions_of_a_sweep(LATER + timedelta(minutes=4)) == 2
    sweep_rectifications(LATER + DAY)
    assert Message.objects.filter(key__contains=":due:").count() == 2 * told
    assert Message.objects.filter(key__contains=":late:").count() == 30


@pytest.fixture
def successor(city, week):
    """Who asked for it has left the secretariat, and another is there."""
    asked = demanded(city)
    second = User.objects.create(username="second-secretary", name="继任秘书")
    take_post(second, city.office, Role.SECRETARIAT, by=None, at=MONDAY)
    week.move_to(MONDAY + DAY, tick=False)
    for post in Post.objects.filter(person=city.secretary, held_to=None):
        post.leave(by=None, at=MONDAY + DAY)
    return asked, second


def test_an_answer_reaches_the_secretariat_when_who_asked_is_there_no_more(city, successor):
    asked, second = successor
    asked.answer("已安排", by=city.clerk, at=MONDAY + DAY)
    told = Message.objects.filter(key=f"rectification:{asked.pk}:answered:{MONDAY + DAY:%Y%m%d%H%M%S}")
    assert set(told.values_list("person", flat=True)) == {second.pk}


def test_that_a_day_has_gone_by_reaches_the_secretariat_too(city, successor):
    asked, second = successor
    sweep_rectifications(LATER)
    late = Message.objects.filter(key__startswith=f"rectification:{asked.pk}:late:")
    assert set(late.values_list("person", flat=True)) == {second.pk}


def test_while_who_asked_is_there_nobody_else_of_the_secretariat_is_told(city):
    asked = demanded(city)
    second = User.objects.create(username="second-secretary", name="另一秘书")
    take_post(second, city.office, Role.SECRETARIAT, by=None, at=MONDAY)
    asked.answer("已安排", by=city.clerk, at=MONDAY)
    assert not Message.objects.filter(person=second, link=asked.link).exists()
    assert Message.objects.filter(person=city.secretary, link=asked.link).exists()


def test_where_nobody_speaks_for_the_unit_the_secretariat_hears_of_that_once_a_day(city, week):
    asked = demanded(city)
    week.move_to(LATER, tick=False)
    for post in Post.objects.filter(unit=city.attentive, held_to=None):
        post.leave(by=None, at=LATER)
    for minute in range(3):
        sweep_rectifications(LATER + timedelta(minutes=minute))
    told = Message.objects.get(person=city.secretary, key=f"rectification:{asked.pk}:due:{LATER.date()}")
    assert "没有能够答复的" in told.text
    assert Rectification.objects.get(pk=asked.pk).state == Rectification.State.DEMANDED
