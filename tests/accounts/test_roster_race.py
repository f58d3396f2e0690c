"""Two who save the roster in the same moment: a day without an entry has no row to hold, and is entered once (Articles 20 and 28)."""

from datetime import date

import pytest

from accounts.people import User
from accounts.roster import DutyDay, arrange
from cms.ledger import Entry
from tests.cast import MONDAY, City
from tests.rush import while_undecided

TOMORROW = date(2026, 9, 29)


@pytest.fixture
def city(real_city, week) -> City:
    return real_city


def test_the_same_saved_by_two_at_once_is_entered_once(city):
    def save():
        person = User.objects.get(pk=city.secretary.pk)
        return arrange({TOMORROW: person}, by=person, at=MONDAY)

    assert while_undecided(save, save) == 0
    assert DutyDay.objects.count() == Entry.objects.filter(deed="duty.arranged").count() == 1
