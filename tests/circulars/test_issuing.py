"""发文样式: dated rows that a unit's registrar enters after a look at a specimen; what was set by an earlier row stays as it was."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from circulars.beginnings import usual_elements
from circulars.deeds import Deed
from circulars.issuing import IssuingTemplate
from circulars.numbering import Series
from circulars.registration import Circular
from circulars.renditions import set_circular
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY
from tests.printed import characters

ADDRESS = reverse("circulars:issuing_template", args=["YA-ZFB"])
TODAY = MONDAY.date()


@pytest.fixture(scope="module")
def standing_registered(beforehand):
    return beforehand("registered")


@pytest.fixture
def registered(standing_registered, city):
    return Circular.objects.get(pk=standing_registered)


def typed(**changes):
    return {
        "series": "",
        "start_on": TODAY.isoformat(),
        "mark": "延安市人民政府办公室文件",
        "printing_office": "延安市人民政府办公室",
        "annotation": "（此件公开发布）",
        "seal_diameter": "42",
        "seal_right": "",
        "seal_down": "",
        "enter": "1",
    } | changes


def row(city, **changes):
    return IssuingTemplate(
        **{"unit": city.office, "start_on": TODAY, "mark": "市政府办公室文件", "seal_diameter": Decimal(42)} | changes
    )


def test_a_registrar_enters_a_template_and_the_ledger_has_it(city):
    answer = city.desk(city.registrar).post(ADDRESS, typed(), follow=True)
    assert "已登记" in answer.content.decode()
    made = IssuingTemplate.objects.get()
    assert (made.unit, made.annotation, made.entered_by) == (city.office, "此件公开发布", city.registrar)
    entry = Entry.objects.get(deed=Deed.TEMPLATE_ENTERED)
    assert '"seal_diameter":"42.0"' in entry.payload.replace(" ", "")


def test_a_look_at_the_specimen_enters_nothing(city):
    looking = {name: value for name, value in typed(look="1").items() if name != "enter"}
    answer = city.desk(city.registrar).post(ADDRESS, looking)
    assert answer.content.count(b"data:image/png") >= 1
    assert "data:" in answer["Content-Security-Policy"]
    assert not IssuingTemplate.objects.exists()


def test_a_get_shows_the_form_with_a_specimen_and_enters_nothing(city):
    answer = city.desk(city.registrar).get(ADDRESS)
    assert b"data:image/png" in answer.content
    assert answer["Cache-Control"] == "private, no-store"
    assert not IssuingTemplate.objects.exists()


def test_the_same_press_twice_is_one_row(city):
    desk = city.desk(city.registrar)
    desk.post(ADDRESS, typed())
    desk.post(ADDRESS, typed())
    assert IssuingTemplate.objects.count() == 1
    assert Entry.objects.filter(deed=Deed.TEMPLATE_ENTERED).count() == 1


@pytest.mark.parametrize("who", ["stranger", "drafter", "sender", "approver", "secretary", "clerk"])
def test_nobody_but_the_units_registrar_comes_in(city, who):
    desk = city.desk(getattr(city, who))
    assert desk.get(ADDRESS).status_code == 404
    assert desk.post(ADDRESS, typed()).status_code == 404
    assert not IssuingTemplate.objects.exists()


def test_the_verb_refuses_who_may_not_and_a_day_gone_by(city):
    with pytest.raises(PermissionDenied):
        row(city).enter(by=city.drafter, at=MONDAY)
    with pytest.raises(OutOfOrder, match="不能早于今天"):
        row(city, start_on=TODAY - timedelta(days=1)).enter(by=city.registrar, at=MONDAY)
    foreign = Series.objects.filter(unit=city.department).first()
    with pytest.raises(OutOfOrder, match="不是本单位"):
        row(city, series=foreign).enter(by=city.registrar, at=MONDAY)


@pytest.mark.parametrize(
    "field, wrong, sentence",
    [
        ("start_on", (TODAY - timedelta(days=1)).isoformat(), "不能早于今天"),
        ("start_on", "", "请填启用日期"),
        ("seal_diameter", "60", "45"),
        ("seal_diameter", "900", "请填 30 至 45 之间的数"),
        ("seal_diameter", "", "请填印章直径"),
        ("seal_right", "99", "10"),
        ("seal_down", "甲", "数"),
        ("series", "999999", "有效"),
    ],
)
def test_nonsense_gets_a_sentence_and_keeps_what_was_typed(city, field, wrong, sentence):
    answer = city.desk(city.registrar).post(ADDRESS, typed(**{field: wrong}))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert "延安市人民政府办公室文件" in answer.content.decode()
    assert answer.content.decode().count("没有提交成功") == 1
    assert not IssuingTemplate.objects.exists()


def test_the_latest_row_of_the_series_counts_before_that_of_all(city):
    series = Series.objects.filter(unit=city.office).first()
    row(city).enter(by=city.registrar, at=MONDAY)
    row(city, series=series, mark="系列专用").enter(by=city.registrar, at=MONDAY)
    row(city, start_on=TODAY + timedelta(days=5), mark="以后的").enter(by=city.registrar, at=MONDAY)

    def mark(day, prefix=""):
        return IssuingTemplate.objects.in_force(["YA-ZFB"], day, prefix)["YA-ZFB"].mark

    assert mark(TODAY) == "市政府办公室文件"
    assert mark(TODAY, series.prefix) == "系列专用"
    assert mark(TODAY + timedelta(days=9)) == "以后的"
    assert mark(TODAY + timedelta(days=9), series.prefix) == "系列专用"
    assert IssuingTemplate.objects.in_force(["YA-ZFB"], date(2020, 1, 1)) == {}


def test_a_row_is_never_edited_or_deleted(city):
    made = row(city).enter(by=city.registrar, at=MONDAY)
    for act in (
        lambda: IssuingTemplate.objects.filter(pk=made.pk).update(mark="改"),
        lambda: IssuingTemplate.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_new_draft_bears_what_the_template_says(city):
    assert usual_elements(city.office, TODAY)["issuer_mark"] == "延安市人民政府办公室文件"
    row(city, annotation="此件公开发布").enter(by=city.registrar, at=MONDAY)
    found = usual_elements(city.office, TODAY)
    assert (found["issuer_mark"], found["annotation"]) == ("市政府办公室文件", "此件公开发布")


def test_the_seal_of_a_paper_has_the_size_and_place_of_the_row_in_force(city, registered):
    before = set_circular(registered).seals[0]
    assert before.diameter == 42.0
    moved = {"seal_right": Decimal("2.5"), "seal_down": Decimal("-1.0")}
    row(city, start_on=TODAY, seal_diameter=Decimal(40), **moved).enter(by=city.registrar, at=MONDAY)
    after = set_circular(registered).seals[0]
    assert after.diameter == 40.0
    assert after.x == pytest.approx(before.x + 2.5, abs=0.01)


def test_the_pdf_of_a_circular_bears_its_number_and_is_the_same_each_time(registered):
    pdf = set_circular(registered).pdf
    assert pdf == set_circular(registered).pdf
    assert registered.number in "".join(box.text for box in characters(pdf))
