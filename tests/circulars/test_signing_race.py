"""Several people at once: one of them does it, the others are told; with real commits and real threads."""

from uuid import uuid4

import pytest

from circulars.deliveries import AlreadySigned, Delivery
from circulars.dispatch import announce, sweep_unannounced
from circulars.registration import Circular
from cms.ledger import Entry
from cms.messages import Message
from tests.cast import MONDAY, City
from tests.rush import at_once

EIGHT = 8


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def test_of_eight_clerks_one_signs_and_seven_are_told_who(city):
    delivery = city.opened(city.sent())
    clerks = [city.clerk, city.second_clerk]

    def sign(n):
        city.sign(Delivery.objects.get(pk=delivery.pk), by=clerks[n % 2])

    outcomes = at_once(EIGHT, sign)
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

    assert at_once(EIGHT, sign) == [None] * EIGHT
    assert Entry.objects.filter(deed="delivery.signed_for").count() == 1


def test_of_signing_and_sending_back_at_once_one_happens(city):
    delivery = city.opened(city.sent())
    seen = [
        Delivery.objects.get(pk=delivery.pk) for _ in range(EIGHT)
    ]  # what is signed for may go back later, but not at once

    def close(n):
        mine = seen[n]
        if n % 2:
            city.sign(mine)
        else:
            mine.send_back(code="not_ours", reason="", by=city.second_clerk, at=MONDAY)

    assert at_once(EIGHT, close).count(None) == 1
    assert Entry.objects.filter(deed__in=["delivery.signed_for", "delivery.returned"]).count() == 1
    closed = Delivery.objects.get(pk=delivery.pk)
    assert (closed.signed_at is None) != (closed.returned_at is None)


def test_of_eight_senders_one_sends_and_every_unit_gets_it_once(city):
    circular = city.sealed()
    outcomes = at_once(EIGHT, lambda n: city.dispatch(Circular.objects.get(pk=circular.pk)).electronic)
    assert outcomes.count(2) == 1
    assert Delivery.objects.count() == 3
    assert Entry.objects.filter(deed="circular.sent").count() == 1


def test_the_task_and_the_sweep_announce_at_once_and_everybody_is_told_once(city):
    circular = city.sent()

    def tell(n):
        if n % 2:
            sweep_unannounced(MONDAY)
        else:
            announce(Circular.objects.get(pk=circular.pk), at=MONDAY)

    assert at_once(EIGHT, tell) == [None] * EIGHT
    told = Message.objects.filter(key__startswith="delivery:").values_list("person__name", flat=True)
    assert sorted(told) == ["何迟", "孙早", "孙晚"]
