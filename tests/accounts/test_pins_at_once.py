"""Wrong PINs from many hands at once, and inside acts that fail: none is forgotten."""

import pytest
from django.db import transaction

from accounts.sealpins import TRIES, open_key
from accounts.seals import SealKey
from cms.signing.keys import KeyRefused
from tests.accounts.keys import PIN, in_force
from tests.cast import MONDAY, City
from tests.rush import at_once


@pytest.fixture
def city(real_city, week) -> City:
    return real_city


def test_of_twelve_wrong_tries_at_once_five_are_tried_and_the_key_is_locked(city):
    pk = in_force(city).pk

    def guess(n):
        try:
            return open_key(SealKey.objects.get(pk=pk), f"90{n:04d}", by=city.keeper, at=MONDAY)
        except KeyRefused as refused:
            return str(refused)

    said = at_once(12, guess)
    assert all("PIN" in answer for answer in said)
    assert SealKey.objects.get(pk=pk).wrong_pins == TRIES
    with pytest.raises(KeyRefused, match="已锁定"):
        open_key(SealKey.objects.get(pk=pk), PIN, by=city.keeper, at=MONDAY)


def test_a_try_inside_an_act_that_could_be_undone_is_refused_before_it_is_made(city):
    key = in_force(city)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        open_key(key, "000000", by=city.keeper, at=MONDAY)
    assert SealKey.objects.get(pk=key.pk).wrong_pins == 0
    with pytest.raises(KeyRefused):
        open_key(key, "000000", by=city.keeper, at=MONDAY)
    assert SealKey.objects.get(pk=key.pk).wrong_pins == 1
