"""Several people print at once: never more than the number, no serial twice; with real commits and real threads (Article 3)."""

from uuid import uuid4

import pytest

from circulars.deliveries import Delivery
from circulars.printing import (
    MoreOriginals,
    NoneLeft,
    PrintedCopy,
    SpoiltCopy,
    ask_for_more,
    declare_spoilt,
    print_originals,
)
from circulars.registration import DistributionLine
from cms.ledger import Entry
from tests.cast import MONDAY, City
from tests.rush import at_once

EIGHT, THREE = 8, 3


@pytest.fixture
def city(real_city, week) -> City:
    return real_city


@pytest.fixture
def delivery(city):
    delivery = city.sign(city.opened(city.sent()))
    DistributionLine.objects.filter(circular=delivery.circular).update(originals=THREE)
    return delivery


def test_of_eight_people_as_many_print_as_there_are_originals(city, delivery):
    clerks = [city.clerk, city.second_clerk]

    def press(n):
        mine = Delivery.objects.get(pk=delivery.pk)
        return print_originals([mine], purpose="handling", key=uuid4(), by=clerks[n % 2], at=MONDAY)

    outcomes = at_once(EIGHT, press)
    assert sorted(copy.serial for made in outcomes if isinstance(made, list) for copy in made) == [1, 2, 3]
    assert sum(isinstance(refusal, NoneLeft) for refusal in outcomes) == EIGHT - THREE
    assert PrintedCopy.objects.count() == Entry.objects.filter(deed="originals.printed").count() == THREE


def test_one_press_that_arrives_eight_times_prints_once(city, delivery):
    key = uuid4()

    def press(n):
        mine = Delivery.objects.get(pk=delivery.pk)
        (copy,) = print_originals([mine], purpose="handling", key=key, by=city.clerk, at=MONDAY)
        return copy.serial

    assert at_once(EIGHT, press) == [1] * EIGHT
    assert PrintedCopy.objects.count() == 1


def test_of_two_asking_declaring_and_confirming_at_once_one_does(city, delivery):
    (copy,) = print_originals([delivery], purpose="handling", key=uuid4(), by=city.clerk, at=MONDAY)
    clerks = [city.clerk, city.second_clerk]
    at_once(2, lambda n: ask_for_more(Delivery.objects.get(pk=delivery.pk), 1, "存档", by=clerks[n], at=MONDAY))
    at_once(2, lambda n: declare_spoilt(PrintedCopy.objects.get(pk=copy.pk), "卡纸", by=clerks[n], at=MONDAY))
    assert (MoreOriginals.objects.count(), SpoiltCopy.objects.count()) == (1, 1)
    spoilt = [SpoiltCopy.objects.get() for _ in range(2)]
    at_once(2, lambda n: spoilt[n].confirm(by=city.leader, at=MONDAY))
    asked = [MoreOriginals.objects.get() for _ in range(2)]
    at_once(2, lambda n: asked[n].agree(1, by=city.registrar, at=MONDAY))
    for deed in ("originals.asked", "originals.agreed", "copy.spoilt", "copy.spoilt_confirmed"):
        assert Entry.objects.filter(deed=deed).count() == 1, deed
