"""文号登记簿: every number of a series stands somewhere, used, void or missing."""

import pytest
from django.db.models import F

from circulars.numbering import NumberBook, Series, parse
from circulars.numberregister import Fate, Register
from circulars.registration import Circular
from circulars.voiding import VoidedNumber, declare_void, void
from tests.cast import MONDAY, NEW_YEARS_EVE
from tests.offices import beijing


def register(**narrowed):
    return Register(Series.objects.filter(prefix__in=["延政办发", "令"]), Circular.objects.all(), **narrowed)


def said(lines):
    return [(line.said, line.fate.value) for line in lines]


@pytest.fixture
def gaps(city):
    """Numbers 23, 24, 28, 29 are drawn, the last of them voided; 31 is declared void ahead; 25 to 27 are missing."""
    city.registered()
    city.registered()
    NumberBook.objects.update(last=27)
    city.registered()
    void(city.registered(), reason="停止印发", by=city.registrar, at=MONDAY)
    series = Series.objects.get(prefix="延政办发")
    declare_void(series, parse("延政办发〔2026〕31号"), reason="纸上用过", by=city.registrar, at=MONDAY)
    return series


def test_used_void_and_missing_numbers_stand_in_one_order(gaps):
    assert said(register()[:]) == [
        ("延政办发〔2026〕31号", "voided"),
        ("延政办发〔2026〕29号", "voided"),
        ("延政办发〔2026〕28号", "used"),
        ("延政办发〔2026〕25—27号", "missing"),
        ("延政办发〔2026〕24号", "used"),
        ("延政办发〔2026〕23号", "used"),
    ]


def test_the_figures_count_numbers_and_the_lists_count_lines(gaps):
    whole = register()
    assert [whole.numbers(fate) for fate in Fate] == [3, 2, 3]
    assert [len(register(fate=fate)) for fate in Fate] == [3, 2, 1]
    assert len(whole) == 6


def test_a_number_declared_void_is_missing_no_longer(city, gaps):
    declare_void(gaps, parse("延政办发〔2026〕26号"), reason="纸上用过", by=city.registrar, at=MONDAY)
    assert said(register(fate=Fate.MISSING)[:]) == [
        ("延政办发〔2026〕27号", "missing"),
        ("延政办发〔2026〕25号", "missing"),
    ]


def test_a_line_names_the_circular_and_why_it_is_void(city, gaps):
    ahead, ended, used, *_ = register()[:]
    assert (ahead.circular, ahead.voided.reason, ahead.voided.by) == (None, "纸上用过", city.registrar)
    assert (ended.circular.state, ended.voided.reason) == ("voided", "停止印发")
    assert (used.circular.sequence, used.voided) == (28, None)


def test_who_may_not_see_a_circular_sees_its_number_without_it(gaps):
    hidden = Register(Series.objects.all(), Circular.objects.none())
    assert {line.circular for line in hidden[:]} == {None}
    assert len(hidden) == 6


def test_the_first_numbers_of_a_book_can_be_missing_too(city):
    city.registered()
    Circular.objects.update(sequence=25)
    NumberBook.objects.update(last=25)
    assert said(register()[:])[-1] == ("延政办发〔2026〕23—24号", "missing")


def test_what_was_loaded_ahead_of_the_book_leaves_no_gap_before_the_book_comes_there(city):
    city.registered()
    loaded = city.registered()
    Circular.objects.filter(pk=loaded.pk).update(sequence=F("sequence") + 10)
    NumberBook.objects.update(last=23)
    assert register().numbers(Fate.MISSING) == 0


def test_years_stand_apart_and_numbers_sort_as_integers(city):
    for at in [NEW_YEARS_EVE] * 3 + [beijing("2027-01-04 09:00")]:
        city.registered(at=at)
    Circular.objects.filter(sequence=23).update(sequence=9)
    assert [line.said for line in register(fate=Fate.USED)[:]] == [
        "延政办发〔2027〕1号",
        "延政办发〔2026〕25号",
        "延政办发〔2026〕24号",
        "延政办发〔2026〕9号",
    ]
    assert [line.year for line in register(year=2027)[:]] == [2027]


def test_orders_run_in_one_list_over_the_years(city):
    orders = Series.objects.get(prefix="令")
    for year in (2026, 2027, 2028):
        orders.draw(year)
    assert said(register(year=0)[:]) == [("第18—20号", "missing")]


def test_one_page_asks_as_much_of_a_long_register_as_of_a_short_one(city, gaps, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        assert len(register()[:2]) == 2
    NumberBook.objects.update(last=4000)
    VoidedNumber.objects.bulk_create(
        VoidedNumber(series=gaps, year=2026, sequence=n, reason="旧号", by=city.registrar, at=MONDAY)
        for n in range(40, 4000, 2)
    )
    with django_assert_max_num_queries(5):
        whole = register()
        assert [line.said for line in whole[1000:1002]] == ["延政办发〔2026〕2999号", "延政办发〔2026〕2998号"]
    assert len(whole) == 6 + 2 + 1980 + 1980
