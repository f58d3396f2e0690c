"""Two presses and two sweeps at once: each unit is urged once; with real commits and real threads (Article 20)."""

from threading import Event
from time import sleep

import pytest
from django.db import transaction

from circulars.chasing import Urge, urge
from circulars.deliveries import Delivery
from circulars.recalling import recall
from circulars.registration import Circular
from circulars.reminders import sweep_urges
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY, City
from tests.offices import beijing
from tests.rush import PATIENCE, at_once

SIX = 6
TUESDAY_NIGHT = beijing("2026-09-29 18:01")


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def test_of_six_presses_at_once_one_urges_and_five_are_told(city):
    circular = city.sent()

    def press(n):
        urge(Circular.objects.get(pk=circular.pk), text="请尽快签收。", by=city.sender, at=MONDAY)

    outcomes = at_once(SIX, press)
    assert outcomes.count(None) == 1
    assert all(isinstance(refusal, OutOfOrder) for refusal in outcomes if refusal)
    assert set(Delivery.objects.electronic().values_list("urges", flat=True)) == {1}
    assert Urge.objects.count() == 2
    assert Entry.objects.filter(deed="delivery.urged").count() == 1


def test_presses_for_units_that_overlap_urge_each_unit_once(city):
    circular = city.sent(primary_units=[city.attentive, city.late, city.county])
    pairs = [{city.attentive.pk, city.late.pk}, {city.late.pk, city.county.pk}]

    def press(n):
        urge(Circular.objects.get(pk=circular.pk), pairs[n % 2], text="请尽快签收。", by=city.sender, at=MONDAY)

    at_once(SIX, press)
    assert sorted(Delivery.objects.electronic().values_list("urges", flat=True)) == [1, 1, 1]
    assert Urge.objects.count() == 3


def test_sweeps_at_once_remind_each_unit_once(city):
    city.sent()
    assert at_once(SIX, lambda n: sweep_urges(TUESDAY_NIGHT)) == [None] * SIX
    assert Urge.objects.count() == 2
    assert Entry.objects.filter(deed="delivery.reminded").count() == 1
    assert Message.objects.filter(person=city.late_clerk, key__startswith="urge-").count() == 1


def test_a_press_waits_for_who_holds_the_circular_and_holds_no_delivery_meanwhile(city):
    circular = city.sent()
    held = Event()

    def act(n):
        if n:
            held.wait(PATIENCE)
            urge(Circular.objects.get(pk=circular.pk), text="请尽快签收。", by=city.sender, at=MONDAY)
            return
        with transaction.atomic():
            Circular.objects.select_for_update(of=("self",)).get(pk=circular.pk)
            held.set()
            sleep(1)  # the press has begun by now, and waits
            recall(circular, reason="发错", by=city.sender, at=MONDAY)

    recalled, pressed = at_once(2, act)
    assert recalled is None
    assert isinstance(pressed, OutOfOrder)
    assert not Urge.objects.exists()
