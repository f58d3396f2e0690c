"""Eight clerks registering at once: every paper gets one number of the unit, and none is left out."""

import pytest

from circulars.incoming import Incoming, Outside, RegisterBook, enter, enter_outside
from tests.cast import MONDAY, City
from tests.rush import at_once

EIGHT = 8


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def test_eight_at_once_get_the_numbers_one_to_eight_without_a_gap(city):
    def came(n: int) -> str:
        paper = Outside(sender="省应急管理厅", title=f"来文 {n}")
        clerk = (city.clerk, city.second_clerk)[n % 2]
        return enter_outside(city.attentive.pk, paper, received_at=MONDAY, by=clerk, at=MONDAY).number

    assert sorted(at_once(EIGHT, came)) == [f"收〔2026〕{n}号" for n in range(1, EIGHT + 1)]
    assert RegisterBook.objects.get().last == EIGHT


def test_of_eight_who_register_one_paper_one_does_and_the_others_are_told(city):
    signed = city.sign(city.opened(city.sent()))
    outcomes = at_once(EIGHT, lambda n: enter(signed, by=city.clerk, at=MONDAY).number)
    assert outcomes.count("收〔2026〕1号") == 1
    told = [str(outcome) for outcome in outcomes if not isinstance(outcome, str)]
    assert told == ["本件已由孙早于2026年9月28日 09:00登记为收〔2026〕1号，不需要再登记。"] * (EIGHT - 1)
    assert (Incoming.objects.count(), RegisterBook.objects.get().last) == (1, 1)
