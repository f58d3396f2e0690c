"""Choosing from the register in the draft form: what is offered, what is barred, and at what cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.units import Unit
from circulars.pages import CircularPage
from circulars.sections import open_section
from tests.draftform import add_address, filled
from tests.walking import everything

PICKERS = ("primary_units", "excluded_units", "cc_units", "countersign_units")


@pytest.fixture
def editor(city):
    """The drafter's page of a new draft, and its address."""
    section = open_section(city.office, 2026)
    address = reverse("wagtailadmin_pages:add", args=["circulars", "circularpage", section.pk])
    desk = city.desk(city.drafter)
    return lambda: desk.get(address).content.decode()


def picker(page, name):
    return re.search(rf'<div class="unit-ticks" id="id_{name}".*?data-unit-ticks-line', page, re.DOTALL)[0]


def box(page, name, unit):
    return re.search(rf'<input type="checkbox" name="{name}" value="{unit.pk}"([^>]*)>', page)[1].strip()


def test_each_picker_is_named_and_offers_the_register(city, editor):
    page = editor()
    for name, label in zip(PICKERS, ("主送单位", "主送类别中不发的单位", "抄送单位", "会签单位"), strict=True):
        found = picker(page, name)
        assert f'role="group" aria-label="{label}"' in found
        assert len(re.findall(f'name="{name}"', found)) == Unit.objects.bodies().count()


def test_who_issues_the_paper_is_seen_and_cannot_be_ticked(city, editor):
    page = editor()
    assert box(page, "primary_units", city.office) == "disabled"
    assert box(page, "primary_units", city.late) == ""
    assert '市政府办<span class="unit-ticks__why">（发文机关）' in picker(page, "cc_units")


def test_a_division_is_offered_nowhere(city, editor):
    Unit.objects.filter(pk=city.late.pk).update(is_division=True)
    assert f'value="{city.late.pk}"' not in "".join(picker(editor(), name) for name in PICKERS)


def test_a_unit_is_found_by_name_short_name_and_pinyin(city, editor):
    marks = re.search(r'<li data-unit[^>]*data-short="市住建局"[^>]*>', picker(editor(), "primary_units"))[0]
    assert "szjj" in marks
    assert "延安市住房和城乡建设局" in marks


def test_subordinates_are_below_their_body_and_no_group_counts_them(city, editor):
    city.county.add_child(
        instance=Unit(code="QX01-YJ", name="宝塔区应急管理局", short_name="宝塔区应急局", category="department",
                      area=city.county.area)
    )  # fmt: skip
    page = editor()
    below = re.search(r"宝塔区</span></label><details.*?</details>", picker(page, "primary_units"), re.DOTALL)[0]
    assert "下属单位（1）" in below
    assert "宝塔区应急局" in below
    assert "市政府各工作部门（3 家）" in page


def test_a_longer_register_takes_no_question_more(city, editor):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            editor()
        return len(queries)

    editor()
    few = asked()
    area = city.county.area
    for n in range(40):
        Unit.add_root(code=f"X{n}", name=f"单位{n}", short_name=f"单位{n}", category="enterprise", area=area)
    assert asked() == few


def test_the_ticks_are_kept_on_the_draft(city):
    page = city.draft(primary_units=[], primary_groups="department", excluded_units=[city.late])
    desk = city.desk(city.drafter)
    shown = desk.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert box(shown, "excluded_units", city.late) == "checked"
    assert CircularPage.objects.get(pk=page.pk).get_latest_revision_as_object().excluded_units.get() == city.late


# Keys that no unit has

NOBODYS = ("9" * 5000, "9" * 19, "9" * 18, "x", "-1", "1.0", "²", "")


def drafting(city, circular, name, keys):
    return city.drafter, add_address(city), filled(city, **{name: keys})


def keeping_a_list(city, circular, name, keys):
    form = {"name": "各部门", "primary_units": [city.county.pk]} | {name: keys}
    return city.drafter, reverse("circulars:new_recipient_list", args=["YA-ZFB"]), form


def sending_after(city, circular, name, keys):
    said = {"role": "primary", "reason": "登记时漏列", "consent": "李秘书长"}
    return city.sender, reverse("circulars:supplement", args=[circular.uuid]), said | {name: keys}


PLACES = [
    *((drafting, name) for name in PICKERS),
    *((keeping_a_list, name) for name in ("primary_units", "excluded_units", "cc_units")),
    (sending_after, "units"),
]


@pytest.mark.parametrize("place, name", PLACES, ids=[f"{place.__name__} {name}" for place, name in PLACES])
def test_a_key_that_no_unit_has_is_answered_with_a_sentence_and_the_other_ticks_stay(city, circular, place, name):
    person, address, _ = place(city, circular, name, [])
    desk, before = city.desk(person), everything()
    for key in NOBODYS:
        *_, form = place(city, circular, name, [city.county.pk, key])
        answer = desk.post(address, form)
        page = answer.content.decode()
        assert (answer.status_code, "名册中没有这个单位，请重新勾选。" in page) == (200, True), key[:20]
        assert box(page, name, city.county) == "checked"
    assert everything() == before
