"""Clerks of one unit at once: their receipts stand in one line, without a fork or a gap (Article 20)."""

import pytest

from circulars.deliveries import Delivery
from circulars.receipts import Receipt
from circulars.receipts.checks import check_receipts
from circulars.receipts.signing import sign_outstanding
from cms.ledger import Entry
from tests.cast import MONDAY, City
from tests.rush import at_once, while_undecided
from tests.sealkeys import clerk_key

EIGHT = 8


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def test_eight_receipts_of_one_unit_at_once_stand_in_one_line(city):
    deliveries = [city.opened(city.sent()).pk for _ in range(EIGHT)]
    clerks = [city.clerk, city.second_clerk]
    keys = [clerk_key(city.attentive, clerk, at=MONDAY) for clerk in clerks]

    def sign(n):
        city.sign(Delivery.objects.get(pk=deliveries[n]), by=clerks[n % 2], signing=keys[n % 2])

    assert at_once(EIGHT, sign) == [None] * EIGHT
    line = list(Receipt.objects.order_by("place"))
    assert [receipt.place for receipt in line] == list(range(1, EIGHT + 1))
    assert [receipt.previous for receipt in line] == ["", *(receipt.digest for receipt in line[:-1])]
    assert list(check_receipts(None, MONDAY)) == []


def test_a_second_receipt_waits_for_the_first_and_then_names_it(city):
    first, second = (city.opened(city.sent()) for _ in range(2))
    while_undecided(lambda: city.sign(first), lambda: city.sign(second, by=city.second_clerk))
    assert second.receipts.get().previous == first.receipts.get().digest


def test_one_press_that_signs_later_and_arrives_eight_times_signs_each_once(city):
    for _ in range(3):
        city.sign(city.opened(city.sent()))
    certificate = clerk_key(city.attentive, city.clerk, at=MONDAY)
    done = at_once(EIGHT, lambda n: sign_outstanding(certificate, by=city.clerk, at=MONDAY))
    assert sorted(done) == [0] * (EIGHT - 1) + [3]
    assert Entry.objects.filter(deed="receipts.signed").count() == 1
