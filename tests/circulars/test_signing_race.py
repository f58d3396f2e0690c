"""Several people at once: one of them does it, the others are told; with real commits and real threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from circulars.deliveries import AlreadySigned, Delivery
from circulars.numbering import NumberBook
from circulars.pages import CircularPage
from circulars.registration import Circular
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY, City, raise_city

EIGHT = 8


@pytest.fixture
def city(real_database, week) -> City:
    """The city in a database that keeps what is committed."""
    return raise_city()


def at_once(deed: Callable[[int], object]) -> list[object]:
    """What each of eight threads got from the deed, or the refusal it met, when all began together."""
    gate = Barrier(EIGHT)

    def attempt(n: int) -> object:
        gate.wait()
        try:
            return deed(n)
        except OutOfOrder as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(EIGHT) as threads:
        return list(threads.map(attempt, range(EIGHT)))


def test_of_eight_clerks_one_signs_and_seven_are_told_who(city):
    delivery = city.opened(city.sent())
    clerks = [city.clerk, city.second_clerk]

    def sign(n):
        city.sign(Delivery.objects.get(pk=delivery.pk), by=clerks[n % 2])

    outcomes = at_once(sign)
    signed = Delivery.objects.get(pk=delivery.pk)
    assert outcomes.count(None) == 1
    refusals = [refusal for refusal in outcomes if refusal]
    assert all(isinstance(refusal, AlreadySigned) for refusal in refusals)
    assert {str(refusal) for refusal in refusals} == {str(AlreadySigned(signed))}
    assert Entry.objects.get(deed="delivery.signed_for").person == signed.signed_by


def test_one_press_that_arrives_eight_times_signs_once_and_nobody_is_refused(city):
    delivery, key = city.opened(city.sent()), uuid4()

    def sign(n):
        mine = Delivery.objects.get(pk=delivery.pk)
        mine.sign_for(checked=set(mine.checks()), key=key, by=city.clerk, at=MONDAY)

    assert at_once(sign) == [None] * EIGHT
    assert Entry.objects.filter(deed="delivery.signed_for").count() == 1


def test_of_signing_and_sending_back_at_once_one_happens(city):
    delivery = city.opened(city.sent())

    def close(n):
        mine = Delivery.objects.get(pk=delivery.pk)
        if n % 2:
            city.sign(mine)
        else:
            mine.send_back(code="not_ours", reason="", by=city.second_clerk, at=MONDAY)

    assert at_once(close).count(None) == 1
    assert Entry.objects.filter(deed__in=["delivery.signed_for", "delivery.returned"]).count() == 1
    closed = Delivery.objects.get(pk=delivery.pk)
    assert (closed.signed_at is None) != (closed.returned_at is None)


def test_of_eight_registrars_of_one_draft_one_draws_a_number(city):
    page = city.approved()
    outcomes = at_once(lambda n: city.register(CircularPage.objects.get(pk=page.pk)).number)
    assert outcomes.count("延政办发〔2026〕23号") == 1
    assert Circular.objects.count() == 1
    assert NumberBook.objects.get().last == 23


def test_eight_drafts_registered_at_once_get_eight_numbers_without_a_gap(city):
    pages = [city.approved() for _ in range(EIGHT)]
    numbers = at_once(lambda n: city.register(CircularPage.objects.get(pk=pages[n].pk)).sequence)
    assert sorted(numbers) == list(range(23, 31))


def test_of_eight_senders_one_sends_and_every_unit_gets_it_once(city):
    circular = city.registered()
    outcomes = at_once(lambda n: city.dispatch(Circular.objects.get(pk=circular.pk)).electronic)
    assert outcomes.count(2) == 1
    assert Delivery.objects.count() == 3
    assert Entry.objects.filter(deed="circular.sent").count() == 1
