"""Guessing at check codes with many hands at once is bounded like guessing with one (Articles 4 and 10)."""

import pytest

from circulars.copychecks import MOST, TooOften, check_copy
from cms.accesslog import Access, Look
from tests.cast import MONDAY, City
from tests.rush import at_once


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def test_questions_of_one_person_at_once_are_bounded_like_those_one_after_another(city):
    asked = MOST - 4
    Access.objects.bulk_create(Access(at=MONDAY, look=Look.CHECKED, person=city.clerk) for _ in range(asked))

    def ask(n):
        try:
            return check_copy("2" * 12, by=city.clerk, at=MONDAY)
        except TooOften:
            return "often"

    assert at_once(10, ask).count("often") == 6
    assert Access.objects.filter(look=Look.CHECKED).count() == MOST
