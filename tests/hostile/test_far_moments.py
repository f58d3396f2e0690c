"""Days and moments at the ends of the calendar, where they can be typed or handed back: a sentence for each, no server error."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

import accounts
import circulars
import cms
import reports
from circulars.chasing import Urge
from circulars.issuing import IssuingTemplate
from circulars.pages import CircularPage
from tests.draftform import add_address, filled
from tests.hostile.test_odd_input import first_addresses, shown_fields, wrong_answers

pytestmark = pytest.mark.usefixtures("still_rail")

FAR = (
    "0001-01-01",
    "9999-12-31",
    "0001-01-01 00:00",
    "9999-12-31 23:59",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-09-28T10:00:00+99:99",
)
TIMES = re.compile(r"_at$|_on$|_for$|_from$|date|seen|first|last|against")


def our_forms() -> Iterator[type[Any]]:
    """Every class of form that our modules define, wherever it is; one made from a record gets its fields later and has its own scene."""
    for app in (accounts, circulars, cms, reports):
        for module in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
            if ".migrations" not in module.name:
                yield from _forms_of(importlib.import_module(module.name))


def _forms_of(module: Any) -> Iterator[type[Any]]:
    for each in vars(module).values():
        if isinstance(each, type) and issubclass(each, forms.Form) and each.__module__ == module.__name__:
            yield each


FIELDS = {
    f"{form.__name__}.{name}": field
    for form in our_forms()
    for name, field in form.base_fields.items()
    if isinstance(field, (forms.DateField, forms.DateTimeField))
}


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_a_field_for_a_day_or_a_moment_refuses_the_ends_of_the_calendar(field):
    for far in FAR:
        with pytest.raises(ValidationError) as refused:
            field.clean(far)
        assert any("\u4e00" <= character <= "\u9fff" for character in refused.value.messages[0]), far


@pytest.mark.parametrize("seen", FAR)
def test_an_urge_that_claims_to_have_looked_at_the_end_of_time_urges_nobody(city, circular, seen):
    form = {"units": [city.late.pk], "text": "请速签收。", "seen": seen}
    answer = city.desk(city.sender).post(reverse("circulars:urge", args=[circular.uuid]), form)
    assert (answer.status_code, "请刷新本页后再催签。" in answer.content.decode()) == (200, True)
    assert not Urge.objects.exists()


def test_no_form_of_the_desk_fails_on_them(papers, city, everybody):
    desk = city.desk(everybody)
    desk.raise_request_exception = False
    requests = []
    for _, path in first_addresses(papers):
        fields = shown_fields(desk, path)
        filled = [{**fields, field: far} for field in filter(TIMES.search, fields) for far in FAR]
        filled += [dict.fromkeys(fields, far) for far in FAR]
        requests += [(f"{path} {str(form)[:90]}", lambda p=path, f=form: desk.post(p, f)) for form in filled]
    assert len(requests) > 400
    assert not wrong_answers(requests)


def test_no_question_of_the_desk_fails_on_them(papers, city, everybody):
    desk = city.desk(everybody)
    desk.raise_request_exception = False
    names = ("month", "date", "after", "from", "year", "show", "new", "old")
    asked = ("accounts:roster", "circulars:alarm", "circulars:numbers", "circulars:paper")
    requests = [
        (f"{path} {far}", lambda p=path, f=far: desk.get(p, dict.fromkeys(names, f)))
        for path in (*map(reverse, asked), reverse("accounts:correct_day", args=[2026]))
        for far in FAR
    ]
    assert not wrong_answers(requests)


@pytest.mark.parametrize("far", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("field", ["written_date", "printing_date"])
def test_a_draft_is_not_dated_at_the_end_of_time(city, field, far):
    desk, drafts = city.desk(city.drafter), CircularPage.objects.count()
    answer = desk.post(add_address(city), filled(city, **{field: far}))
    assert (answer.status_code, "请核对。" in answer.content.decode()) == (200, True)
    assert CircularPage.objects.count() == drafts
    assert desk.post(add_address(city), filled(city, **{field: "2026-09-28"})).status_code == 302
    assert CircularPage.objects.count() == drafts + 1


@pytest.mark.parametrize("far", ["0001-01-01", "9999-12-31"])
def test_no_issuing_template_begins_at_the_end_of_time(city, far):
    address = reverse("circulars:issuing_template", args=["YA-ZFB"])
    answer = city.desk(city.registrar).post(address, {"start_on": far, "seal_diameter": "45", "enter": "1"})
    assert (answer.status_code, "请核对。" in answer.content.decode()) == (200, True)
    assert not IssuingTemplate.objects.exists()
