"""发文字号: how a number is written, and how it is drawn."""

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.test.utils.form_data import querydict_from_html

from circulars.numbering import DocumentNumber, NumberBook, NumberFormatWrong, Series, normalised, parse
from circulars.pages import CircularPage, Reference
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


numbers = st.one_of(
    st.builds(
        DocumentNumber,
        st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8),
        st.integers(1000, 9999),
        st.integers(1, 10**9),
    ),
    st.builds(DocumentNumber, st.just(""), st.just(0), st.integers(1, 10**9)),
)


@given(numbers)
def test_every_number_reads_back_as_it_was_written(number):
    assert parse(str(number)) == number
    assert normalised(str(number)).was_changed is False


@given(st.text("延政办发令第年号〔〕[]（）【】〈〉《》{} 　\t0123456789０２５", max_size=24))
def test_putting_a_number_right_twice_changes_nothing_more(text):
    once = normalised(text)
    assert normalised(once.text).text == once.text
    assert once.was_changed is (once.text != text)


@pytest.mark.parametrize(
    "written",
    [
        "延政办发[2026]5号",
        "延政办发(2026)5号",
        "延政办发（2026）5号",
        "延政办发【2026】5号",
        "延政办发［2026］5号",
        "延政办发《2026》5号",
        "延政办发[2026）5号",
        "延政办发2026年5号",
        "延政办发〔2026年〕5号",
        "延政办发〔２０２６〕５号",
        "延政办发〔2026〕第5号",
        "延政办发2026年第05号",
        "延政办发〔2026〕005号",
        " 延政办发 〔2026〕 5 号　",
        "延政办发〔2026〕5",
    ],
)
def test_what_people_write_instead_is_put_right_and_they_are_told(written):
    right = normalised(written)
    assert (right.text, right.was_changed) == ("延政办发〔2026〕5号", True)


@pytest.mark.parametrize("written", ["第018号", "第 18 号", "第１８号"])
def test_a_running_number_is_put_right_as_well(written):
    assert normalised(written).text == "第18号"


@pytest.mark.parametrize(
    "text", ["", "18号", "延政办发〔2026〕0号", "延政办发〔26〕5号", "〔2026〕5号", "国庆 值班", "GB/T 9704—2012"]
)
def test_what_is_no_number_stays_as_it_came(text):
    assert normalised(text).text == text
    assert not normalised(text).was_changed


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


def test_orders_run_on_over_new_year_while_the_unit_s_other_papers_begin_again(city):
    orders, yearly = Series.objects.get(prefix="令"), Series.objects.get(prefix="延政发")
    order = {"issuer": city.government, "series": orders, "document_type": "order", "title": "延安市人民政府令"}
    order["signatures"] = "市长 李正明"
    numbers = [
        city.registered(at=beijing(at), **paper).number
        for at in ("2026-12-31 17:00", "2027-01-01 09:00")
        for paper in (order, {"issuer": city.government, "series": yearly})
    ]
    assert numbers == ["第18号", "延政发〔2026〕12号", "第19号", "延政发〔2027〕1号"]


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


def test_a_drafter_who_types_wrong_brackets_keeps_the_right_ones_and_is_told(city):
    page = city.draft(references=[Reference(relation="replies_to", title="关于经费的请示")])
    desk, address = city.desk(city.drafter), reverse("wagtailadmin_pages:edit", args=[page.pk])

    def save(number):
        form = querydict_from_html(desk.get(address).content.decode(), form_id="page-edit-form")
        form["references-0-number"] = number
        return desk.post(address, form, follow=True).content.decode()

    assert "来文字号已按规范写法改为“宝政字〔2026〕41号”" in save("宝政字【2026】第041号")
    kept = CircularPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert kept.references.get().number == "宝政字〔2026〕41号"
    assert "规范写法" not in save("宝政字〔2026〕42号")
