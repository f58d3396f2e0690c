"""One slip and several people at once, with real commits and real threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.slips import Slip, request_slip
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY, City


@pytest.fixture
def city(real_city, week) -> City:
    return real_city


def sign_in(code, address="10.61.5.7"):
    """The answer to the code typed in a fresh browser at this address."""
    client = Client(REMOTE_ADDR=address)
    return client.post(reverse("login"), {"username": "clerk", "password": code, "next": ""})


def at_once(*deeds):
    gate = Barrier(len(deeds))

    def attempt(deed):
        gate.wait()
        try:
            return deed()
        except OutOfOrder as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(attempt, deeds))


def test_one_slip_typed_eight_times_at_once_opens_once(city):
    asked = request_slip(city.clerk, reason="忘记", by=city.engineer, at=MONDAY)
    code = asked.confirm(by=city.secretary, at=MONDAY)
    desks = [lambda n=n: sign_in(code, address=f"10.61.5.{n}").status_code for n in range(1, 9)]
    assert sorted(at_once(*desks)) == [200] * 7 + [302]
    assert Entry.objects.filter(deed="slip.used").count() == 1


def test_of_two_who_confirm_at_once_one_gets_a_code_and_it_opens(city):
    other = User.objects.create(username="other", name="另一位")
    take_post(other, city.network_office, Role.NETWORK_OFFICE, by=None, at=MONDAY)
    asked = request_slip(city.clerk, reason="忘记", by=city.engineer, at=MONDAY)
    people = [User.objects.get(pk=person.pk) for person in (other, city.secretary)]
    outcomes = at_once(*(lambda by=by: Slip.objects.get(pk=asked.pk).confirm(by=by, at=MONDAY) for by in people))
    codes = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(codes) == 1
    assert sign_in(codes[0]).status_code == 302
