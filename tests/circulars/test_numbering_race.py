"""Sixteen registrars at once: every paper gets one number, every number goes to one paper, and none is left out."""

import pytest

from circulars.numbering import NumberBook
from circulars.pages import CircularPage
from circulars.registration import Circular
from cms.ledger import Entry
from tests.cast import City
from tests.rush import at_once

SIXTEEN = 16


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def test_sixteen_drafts_registered_at_once_get_sixteen_numbers_without_a_gap(city):
    pages = [city.approved() for _ in range(SIXTEEN)]
    numbers = at_once(SIXTEEN, lambda n: city.register(CircularPage.objects.get(pk=pages[n].pk)).number)
    expected = [f"延政办发〔2026〕{sequence}号" for sequence in range(23, 23 + SIXTEEN)]
    assert sorted(numbers) == expected
    assert dict(Circular.objects.values_list("page", "number")) == {
        page.pk: number for page, number in zip(pages, numbers, strict=True)
    }
    assert sorted(entry.facts["number"] for entry in Entry.objects.filter(deed="circular.registered")) == expected
    assert NumberBook.objects.get().last == 22 + SIXTEEN


def test_of_sixteen_registrars_of_one_draft_one_draws_a_number_and_the_others_are_told_which(city):
    page = city.approved()
    outcomes = at_once(SIXTEEN, lambda n: city.register(CircularPage.objects.get(pk=page.pk)).number)
    assert outcomes.count("延政办发〔2026〕23号") == 1
    assert [str(told) for told in outcomes].count("本件已登记为 延政办发〔2026〕23号，不能再次登记。") == SIXTEEN - 1
    assert Circular.objects.count() == 1
    assert NumberBook.objects.get().last == 23


def test_two_series_drawn_from_at_once_do_not_take_numbers_from_each_other(city):
    office, department = ([city.approved(**whose) for _ in range(4)] for whose in ({}, _departments(city)))
    pages = [page for pair in zip(office, department, strict=True) for page in pair]
    numbers = at_once(len(pages), lambda n: city.register(CircularPage.objects.get(pk=pages[n].pk)).number)
    assert sorted(numbers[::2]) == [f"延政办发〔2026〕{sequence}号" for sequence in range(23, 27)]
    assert sorted(numbers[1::2]) == [f"延应急字〔2026〕{sequence}号" for sequence in range(66, 70)]


def _departments(city):
    return {"issuer": city.department, "by": city.department_drafter}
