"""发文字号: how a number is written, and how it is drawn."""

import pytest
from django.db import transaction

from circulars.numbering import DocumentNumber, NumberBook, NumberFormatWrong, Series, parse
from circulars.registration import ApprovalMissing, Circular
from tests.offices import beijing


@pytest.mark.parametrize(
    "text, number",
    [
        ("延政办函〔2017〕130号", DocumentNumber("延政办函", 2017, 130)),
        ("延政办发〔2026〕1号", DocumentNumber("延政办发", 2026, 1)),
        ("第18号", DocumentNumber("", 0, 18)),
    ],
)
def test_a_number_reads_as_it_is_printed(text, number):
    assert parse(text) == number
    assert str(number) == text


@pytest.mark.parametrize(
    "text",
    [
        "延政办发[2026]23号",
        "延政办发（2026）23号",
        "延政办发(2026)23号",
        "延政办发【2026】23号",
        "延政办发2026年23号",
        "延政办发〔2026〕第23号",
        "延政办发〔2026〕023号",
        "延政办发[2026]023号",
        "延政办发〔2026〕0号",
        "延政办发〔26〕23号",
        "延政办发〔20266〕23号",
        "延政办发〔２０２６〕23号",
        "延政办发〔2026〕２３号",
        "延政办发〔2026〕23",
        "延政办发〔2026〕-1号",
        "〔2026〕23号",
        "YZBF〔2026〕23号",
        "延政办发 〔2026〕23号",
        " 延政办发〔2026〕23号",
        "延政办发〔2026〕23号\n",
        "延政办发〔2026〕23号附",
        "第018号",
        "第0号",
        "18号",
        "",
    ],
)
def test_anything_but_the_standards_form_is_refused_with_an_example(text):
    with pytest.raises(NumberFormatWrong, match="延政办发〔2026〕23号"):
        parse(text)


def test_numbers_sort_by_year_and_value_never_as_text():
    texts = ["延政发〔2026〕10号", "延政发〔2026〕9号", "延政发〔2025〕100号"]
    assert [str(n) for n in sorted(map(parse, texts))] == [
        "延政发〔2025〕100号",
        "延政发〔2026〕9号",
        "延政发〔2026〕10号",
    ]


def test_a_series_begins_at_its_opening_number_and_goes_on_by_one(city):
    assert [city.registered().number for _ in range(3)] == [f"延政办发〔2026〕{n}号" for n in (23, 24, 25)]


def test_each_series_of_a_unit_counts_by_itself(city):
    letters = Series.objects.get(prefix="延政办函")
    numbers = [city.registered().number, city.registered(series=letters).number, city.registered().number]
    assert numbers == ["延政办发〔2026〕23号", "延政办函〔2026〕118号", "延政办发〔2026〕24号"]


def test_a_yearly_series_begins_again_at_one(city):
    city.registered(at=beijing("2026-12-31 17:59"))
    assert city.registered(at=beijing("2027-01-01 00:00")).number == "延政办发〔2027〕1号"


def test_the_year_of_a_number_is_that_of_the_wall_clock_here(city):
    assert city.registered(at=beijing("2027-01-01 07:59")).number == "延政办发〔2027〕23号"


def test_a_running_series_goes_on_over_new_year(city):
    orders = Series.objects.get(prefix="令")
    assert str(orders.draw(2026)) == "第18号"
    assert str(orders.draw(2027)) == "第19号"
    assert NumberBook.objects.get(series=orders).year == 0


def test_a_registration_that_fails_gives_its_number_back(city):
    first, second = city.approved(), city.approved()
    with pytest.raises(ApprovalMissing):
        city.register(city.change(first, body="改过的正文。"))
    assert city.register(second).number == "延政办发〔2026〕23号"


def test_a_number_drawn_in_a_registration_that_breaks_off_is_drawn_again(city):
    page = city.approved()
    with transaction.atomic():
        city.register(page)
        transaction.set_rollback(True)
    assert not Circular.objects.exists()
    assert city.register(page).number == "延政办发〔2026〕23号"


def test_a_closed_series_is_not_offered(city):
    Series.objects.filter(prefix="延政办函").update(active=False)
    assert [series.prefix for series in Series.objects.of(city.office)] == ["延政办发"]
