"""Changes of staff by several people at once, with real commits and real threads (Articles 23 and 24)."""

from dataclasses import replace

import pytest

from accounts.acknowledgements import Office
from accounts.filings import Filing
from accounts.people import Post, User, take_post
from accounts.roles import Role
from cms.lifecycles import OutOfOrder
from tests.accounts.filings import NEWCOMER, filed, replaced
from tests.cast import MONDAY, City
from tests.rush import at_once


@pytest.fixture
def city(real_city, week) -> City:
    return real_city


def as_now(person):
    return User.objects.get(pk=person.pk)


def test_both_offices_acknowledge_at_once_and_one_person_comes(city):
    filing = replaced(city)
    given = [(Office.SECRETARIAT, city.secretary), (Office.NETWORK_OFFICE, city.engineer)] * 2

    def acknowledge(n):
        office, person = given[n]
        Filing.objects.get(pk=filing.pk).acknowledge(office, by=as_now(person), at=MONDAY)

    refused = [answer for answer in at_once(4, acknowledge) if isinstance(answer, OutOfOrder)]
    filing.refresh_from_db()
    assert (len(refused), filing.state, filing.acknowledgements.count()) == (2, Filing.State.ON_FILE, 2)
    assert Post.objects.filter(person__name="钱新来", role=Role.CLERK).count() == 1


def test_two_leaders_fill_the_last_place_at_once_and_one_is_refused(city):
    second = User.objects.create(username="second", name="副手")
    take_post(second, city.attentive, Role.PRINCIPAL, by=None, at=MONDAY)
    Post.objects.get(person=city.second_clerk).leave(by=None, at=MONDAY)
    leaders = (city.leader, second)

    def file(n):
        return filed(city, by=as_now(leaders[n]), newcomer=replace(NEWCOMER, name=f"新来{n}", mobile=f"1390000001{n}"))

    answers = at_once(2, file)
    assert [type(answer) for answer in answers].count(Filing) == 1
    assert Filing.objects.count() == 1


def test_a_filing_acknowledged_and_sent_back_at_once_is_one_of_both(city):
    filing = replaced(city)
    filing.acknowledge(Office.NETWORK_OFFICE, by=city.engineer, at=MONDAY)

    def act(n):
        mine = Filing.objects.get(pk=filing.pk)
        if n:
            return mine.refuse(reason="没有原件", by=as_now(city.engineer), at=MONDAY)
        return mine.acknowledge(Office.SECRETARIAT, by=as_now(city.secretary), at=MONDAY)

    answers = at_once(2, act)
    filing.refresh_from_db()
    assert [isinstance(answer, OutOfOrder) for answer in answers].count(True) == 1
    assert User.objects.filter(name="钱新来").exists() == (filing.state == Filing.State.ON_FILE)
