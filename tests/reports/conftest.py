"""The city whose month is reported on."""

import pytest

from tests.reports.november import City


@pytest.fixture
def city(db: None) -> City:
    return City()


@pytest.fixture
def november(city: City) -> City:
    """The city with the worked example of November in it."""
    city.november()
    return city
