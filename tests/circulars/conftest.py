"""A draft in which nothing is wrong, and what is found when some of its elements are others."""

import pytest

from accounts.units import Category, Unit
from circulars.elements import errors, warnings
from circulars.pages import CircularPage
from circulars.snapshots import facts_about, snapshot_of


@pytest.fixture(scope="module")
def standing_elements(beforehand):
    return beforehand("draft")


@pytest.fixture
def good(standing_elements, city):
    """The elements of a draft in which nothing is wrong."""
    return snapshot_of(CircularPage.objects.get(pk=standing_elements))


@pytest.fixture
def found(good):
    """The errors of the good draft when these elements are other ones, each with the field where it is mended."""

    def find(changes):
        draft = good | changes
        return [(problem.code, problem.field) for problem in errors(draft, facts_about(draft))]

    return find


@pytest.fixture
def doubted(good):
    """What the reviewer is asked about the good draft when these elements are other ones."""

    def find(changes):
        draft = good | changes
        return [(problem.code, problem.field) for problem in warnings(draft, facts_about(draft))]

    return find


@pytest.fixture
def county_units(city):
    """A bureau of the county and a station below the bureau (``QX01-SW``, ``QX01-SW-Z``), and the office's division (``YA-ZFB-MSK``)."""

    def below(code, superior, **facts):
        unit = Unit(code=code, area=city.office.area, short_name=facts["name"], can_issue=True, **facts)
        Unit.objects.get(code=superior).add_child(instance=unit)

    below("QX01-SW", "QX01", name="宝塔区水务局", category=Category.DEPARTMENT, level="township")
    below("QX01-SW-Z", "QX01-SW", name="宝塔区水务站", category=Category.INSTITUTION, level="station")
    below("YA-ZFB-MSK", "YA-ZFB", name="秘书科", category=Category.DEPARTMENT, is_division=True)
