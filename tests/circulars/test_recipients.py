"""To whom a circular goes: ticked units and groups get it, printed names are checked against the register."""

import json

import pytest
from django.urls import reverse

from accounts.unitlist import load_units
from accounts.units import Unit
from circulars.recipients import Addressees, addressed, outside_register, printed, unticked
from circulars.snapshots import snapshot_of
from circulars.steps import warnings_of
from tests.cast import DATA, MONDAY

SAMPLES = json.loads((DATA / "circulars.json").read_text())["circulars"]

# Bodies that the samples print and no register of the government holds: Party, People's Congress, army, courts, people.
OUTSIDE = {
    "YA-2026-0181": {"市委各部门", "延安军分区", "市人大常委会办公室", "市政协办公室", "市监委", "市中级人民法院", "市人民检察院"},
    "BM20-2026-0066": {"市人大常委会办公室"},
    "YA-2026-0231": {"市委办公室", "市人大常委会办公室", "市政协办公室"},
    "YA-2026-0237": {"市政府有关领导"},
}  # fmt: skip


def codes(primary, cc=Addressees(""), issuers=()):  # noqa: B008  frozen
    return [unit.code for unit in addressed(primary, cc, issuers)]


def test_units_and_groups_are_joined_each_unit_once_in_the_registers_order(city):
    primary = Addressees("", groups=("department",), units=("QX01", "BM05"))
    assert codes(primary, Addressees("", units=("QY16",))) == ["QX01", "BM05", "BM12", "BM20", "QY16"]


def test_a_group_leaves_its_issuer_out_without_a_word(city):
    assert codes(Addressees("", groups=("department",)), issuers=["BM12"]) == ["BM05", "BM20"]


def test_a_group_leaves_out_what_the_drafter_excluded(city):
    assert codes(Addressees("", groups=("department",), excluded=("BM12",))) == ["BM05", "BM20"]


def test_what_is_left_out_of_the_group_may_still_have_a_copy(city):
    primary = Addressees("", groups=("department",), excluded=("BM12",))
    assert codes(primary, Addressees("", units=("BM12",))) == ["BM05", "BM12", "BM20"]


def test_a_group_means_bodies_of_the_city_and_not_their_own_subordinates(city):
    area = city.county.area
    city.county.add_child(
        instance=Unit(
            code="QX01-YJ", name="宝塔区应急管理局", short_name="宝塔区应急局", category="department", area=area
        )
    )
    assert codes(Addressees("", groups=("department",))) == ["BM05", "BM12", "BM20"]
    assert codes(Addressees("", units=("QX01-YJ",))) == ["QX01-YJ"]


def test_a_joint_circular_goes_to_none_of_its_issuers(city):
    assert codes(Addressees("", groups=("department",)), issuers=["BM12", "BM20"]) == ["BM05"]


def test_a_division_of_a_unit_is_never_addressed(city):
    Unit.objects.filter(code="BM05").update(is_division=True)
    assert codes(Addressees("", groups=("department",))) == ["BM12", "BM20"]


def test_nobody_ticked_is_nobody_addressed(city):
    nobody = Addressees("各县（市、区）人民政府：")
    assert not nobody
    assert codes(nobody) == []


@pytest.mark.parametrize(
    "groups, units, closing, line",
    [
        (["county", "zone"], [], "：", "各县（市、区）人民政府，各管委会："),
        (["zone", "county"], [], "：", "各县（市、区）人民政府，各管委会："),
        ([], ["BM12", "BM05"], "：", "市公安局、市住建局："),
        (["county"], ["BM05", "QY16"], "：", "各县（市、区）人民政府，市公安局，储备粮公司："),
        ([], ["YA-ZFB"], "。", "市政府办。"),
        ([], [], "。", ""),
    ],
)
def test_the_line_is_printed_from_what_was_ticked(city, groups, units, closing, line):
    assert printed(groups, Unit.objects.filter(code__in=units), closing=closing) == line


@pytest.mark.parametrize(
    "groups, excluded, line",
    [
        (["county"], ["QX01"], "有关县（市、区）人民政府："),
        (["department", "county"], ["BM05"], "各县（市、区）人民政府，市政府有关工作部门："),
        (["enterprise"], ["QY01"], "市直有关企业："),
        (["county"], ["BM05"], "各县（市、区）人民政府："),
    ],
)
def test_a_group_that_leaves_somebody_out_is_not_called_all(city, groups, excluded, line):
    assert printed(groups, (), closing="：", excluded=Unit.objects.filter(code__in=excluded)) == line
    assert outside_register(line) == []


def test_an_own_text_stays_as_it_was_typed(city):
    elements = {"primary_groups": "department", "primary_units": [], "excluded_units": [city.late]}
    assert snapshot_of(city.draft(**elements))["primary"]["text"] == "市政府有关工作部门："
    typed = city.draft(**elements, primary_text="市政府各工作部门（市住建局除外）：")
    assert snapshot_of(typed)["primary"]["text"] == "市政府各工作部门（市住建局除外）："


def test_the_excluded_unit_is_not_in_the_fixed_distribution(city):
    circular = city.registered(primary_groups="department", primary_units=[], excluded_units=[city.late])
    assert set(circular.distribution.values_list("unit__code", flat=True)) == {"BM05", "BM20"}


@pytest.mark.parametrize(
    "text, outside",
    [
        ("市公安局、市住建局：", []),
        ("延安市公安局：", []),
        ("市住房和城乡建设局：", []),
        ("市人民政府：", []),
        ("市政府办公室。", []),
        ("各县（市、区）人民政府，市政府各工作部门、各直属机构：", []),
        ("市政府有关工作部门：", []),
        ("市委办公室，市公安局：", ["市委办公室"]),
        ("延安军分区、延安军分区：", ["延安军分区"]),
        ("", []),
    ],
)
def test_a_printed_name_that_stands_in_no_register_is_pointed_out(city, text, outside):
    assert outside_register(text) == outside


@pytest.mark.django_db
def test_of_the_twelve_samples_exactly_the_outside_bodies_are_pointed_out():
    load_units(DATA / "units.csv", at=MONDAY)
    found = {
        sample["identifier"]: set(outside_register(f"{sample['primary_text'] or ''}\n{sample['cc_text'] or ''}"))
        for sample in SAMPLES
    }
    assert {identifier: names for identifier, names in found.items() if names} == OUTSIDE


@pytest.mark.parametrize(
    "text, line, named",
    [
        ("各县（市、区）人民政府，市政府各工作部门：", {"groups": ("county",)}, ["市政府各工作部门"]),
        ("各县（市、区）人民政府，市政府各工作部门：", {"groups": ("county", "department")}, []),
        ("市政府有关工作部门：", {"units": ("BM05",)}, []),
        ("市政府各工作部门：", {"units": ("BM05",)}, ["市政府各工作部门"]),
        ("有关县（市、区）人民政府，直属机构：", {"units": ("QX01",)}, ["直属机构"]),
        ("市政府有关工作部门：", {"groups": ("department",), "excluded": ("BM05",)}, []),
        ("市公安局、市住建局：", {"units": ("BM05",)}, ["市住建局"]),
        ("市公安局、市住建局：", {"groups": ("department",), "excluded": ("BM12",)}, ["市住建局"]),
        ("延安市公安局，军分区：", {"units": ("BM05",)}, []),
        ("", {"units": ("BM05",)}, []),
    ],
)
def test_who_is_printed_and_not_ticked_is_named(city, text, line, named):
    assert unticked(Addressees(text, **line)) == named


def test_the_reviewer_is_asked_about_who_is_printed_and_gets_nothing(city):
    page = city.submitted(
        primary_text="市公安局、市住建局、市审计局：", primary_units=[city.attentive, city.late, city.paper]
    )
    asked = {problem.code: problem.sentence for problem in warnings_of(page.versions.latest("number"))}
    assert "E-PRINTED" not in asked, "the audit office stands in no register of this city"
    page = city.submitted(primary_text="市公安局、市住建局：", primary_units=[city.attentive], title="关于值班的通知")
    assert "“市住建局”" in {p.code: p.sentence for p in warnings_of(page.versions.latest("number"))}["E-PRINTED"]


def test_who_decides_sees_who_will_get_it_and_who_is_left_out(city):
    page = city.submitted(primary_groups="department", primary_units=[], excluded_units=[city.late])
    shown = city.desk(city.reviewer).get(reverse("circulars:decide", args=[page.pk])).content.decode()
    assert "不发：市住建局" in shown
    assert '<th scope="row">市公安局</th>' in shown
    assert '<th scope="row">市住建局</th>' not in shown
