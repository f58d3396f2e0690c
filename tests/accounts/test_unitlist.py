"""The register of units as a file: taken in whole and as often as one likes, or refused line by line."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from accounts.people import User, take_post
from accounts.roles import Right, Role, may
from accounts.unitlist import COLUMNS
from accounts.units import Unit
from cms.ledger import Entry
from tests.cast import DATA, MONDAY

pytestmark = pytest.mark.django_db

CITY = {
    "code": "YA-ZF", "name": "延安市人民政府", "short_name": "市政府", "pinyin": "SZF", "category": "municipal_government",
    "level": "prefecture", "parent": "", "served_by": "", "can_issue": "yes", "key_fee_payer": "municipal",
    "connected": "yes", "sort_order": "10",
}  # fmt: skip
OFFICE = CITY | {"code": "YA-ZFB", "name": "延安市人民政府办公室", "short_name": "市政府办", "category": "secretariat",
                 "parent": "YA-ZF", "sort_order": "20"}  # fmt: skip
COUNTY = CITY | {"code": "QX01", "name": "宝塔区人民政府", "short_name": "宝塔区", "category": "county", "parent": "YA-ZF",
                 "can_issue": "no", "sort_order": "30"}  # fmt: skip
TOWN = CITY | {"code": "ZZ01", "name": "某某镇人民政府", "short_name": "某某镇", "category": "institution",
               "parent": "QX01", "sort_order": "40"}  # fmt: skip
LINE = {"YA-ZF": 2, "YA-ZFB": 3, "QX01": 4}


def as_csv(rows, columns=COLUMNS):
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return sheet.getvalue()


@pytest.fixture
def load(tmp_path, capsys):
    """Take in these rows, this text or these bytes; what the command said is returned."""

    def write_and_load(content):
        content = as_csv(content) if isinstance(content, list) else content
        file = tmp_path / "units.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        call_command("load_units", file)
        return capsys.readouterr().out

    return write_and_load


def tree():
    """Each unit's code with its parent's."""
    return {unit.code: (parent.code if (parent := unit.get_parent()) else "") for unit in Unit.objects.all()}


# Taken in


def test_the_register_of_the_city_is_taken_in_as_often_as_one_likes():
    for _ in range(2):
        call_command("load_units", DATA / "units.csv", verbosity=0)
    assert Unit.objects.count() == 120
    facts = [entry.facts for entry in Entry.objects.filter(deed="units.loaded").order_by("pk")]
    assert [(said["new"], said["changed"]) for said in facts] == [(120, 0), (0, 0)]
    assert Unit.find_problems() == ([], [], [], [], [])


def test_a_file_is_taken_in_whatever_the_order_of_its_lines(load):
    assert "新增 4 个" in load([TOWN, OFFICE, COUNTY, CITY])
    assert tree() == {"YA-ZF": "", "YA-ZFB": "YA-ZF", "QX01": "YA-ZF", "ZZ01": "QX01"}


def test_a_unit_is_kept_as_its_line_says(load):
    load([CITY, OFFICE | {"served_by": "", "connected": "no", "key_fee_payer": "self"}])
    office = Unit.objects.get(code="YA-ZFB")
    assert (office.pinyin, office.can_issue, office.connected, office.key_fee_payer) == ("szf", True, False, "self")
    assert office.area.name == "延安市"


def test_a_later_file_changes_what_it_names_and_leaves_the_rest(load):
    load([CITY, OFFICE, COUNTY, TOWN])
    before = Unit.objects.get(code="QX01").pk
    said = load([COUNTY | {"short_name": "宝塔", "can_issue": "yes"}])
    assert "新增 0 个，更新 1 个" in said.replace(",", "，")
    county = Unit.objects.get(code="QX01")
    assert (county.pk, county.short_name, county.can_issue) == (before, "宝塔", True)
    assert Unit.objects.count() == 4


def test_a_unit_that_changes_its_superior_takes_its_subordinates_along(load):
    load([CITY, OFFICE, COUNTY, TOWN])
    load([COUNTY | {"parent": "YA-ZFB"}])
    assert tree() == {"YA-ZF": "", "YA-ZFB": "YA-ZF", "QX01": "YA-ZFB", "ZZ01": "QX01"}
    load([COUNTY | {"parent": ""}])
    assert tree()["QX01"] == ""
    assert tree()["ZZ01"] == "QX01"


def test_people_act_at_once_for_a_unit_that_their_own_begins_to_serve(load):
    load([CITY, OFFICE])
    clerk = User.objects.create(username="clerk", name="收发员")
    take_post(clerk, Unit.objects.get(code="YA-ZFB"), Role.CLERK, by=None, at=MONDAY)
    load([CITY | {"served_by": "YA-ZFB"}, OFFICE])
    assert may(User.objects.get(pk=clerk.pk), Right.RECEIVE, Unit.objects.get(code="YA-ZF").pk)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_saved_by_any_office_program_is_read(load, encoding):
    load(as_csv([CITY]).encode(encoding))
    assert Unit.objects.get().name == "延安市人民政府"


def test_further_columns_and_blanks_around_a_cell_do_no_harm(load):
    load(as_csv([CITY | {"name": " 延安市人民政府 ", "remark": "x"}], [*COLUMNS, "remark"]))
    assert Unit.objects.get().name == "延安市人民政府"


# Refused


@pytest.mark.parametrize(
    "code, wrong, said",
    [
        ("QX01", {"code": "YA-ZFB"}, "单位代码“YA-ZFB”与第 3 行重复"),
        ("QX01", {"code": ""}, "“code”不能为空"),
        ("QX01", {"name": " "}, "“name”不能为空"),
        ("QX01", {"short_name": ""}, "“short_name”不能为空"),
        ("QX01", {"category": ""}, "“category”不能为空"),
        ("QX01", {"category": "village"}, "类别“village”不认识"),
        ("QX01", {"parent": "XX99"}, "上级单位“XX99”不在文件里"),
        ("QX01", {"served_by": "XX99"}, "代管单位“XX99”不在文件里"),
        ("QX01", {"served_by": "QX01"}, "代管单位不能是自己"),
        ("QX01", {"parent": "QX01"}, "绕成了圈"),
        ("QX01", {"can_issue": "是"}, "“can_issue”应为 yes 或 no"),
        ("QX01", {"connected": "Yes"}, "“connected”应为 yes 或 no"),
        ("QX01", {"key_fee_payer": "nobody"}, "密钥费用“nobody”"),
        ("QX01", {"sort_order": "第一"}, "排序“第一”应为数字"),
        ("QX01", {"sort_order": "-1"}, "排序“-1”应为数字"),
        ("QX01", {"sort_order": ""}, "排序“”应为数字"),
        ("QX01", {"sort_order": "9" * 12}, "排序“999999999999”"),
        ("QX01", {"name": "长" * 101}, "“name”不能超过 100 个字"),
        ("QX01", {"code": "Q" * 41}, "“code”不能超过 40 个字"),
        ("QX01", {"code": "QX/../01"}, "单位代码“QX/../01”只能由字母、数字"),
        ("QX01", {"code": "宝塔区"}, "单位代码“宝塔区”只能由字母、数字"),
        ("YA-ZFB", {"pinyin": "a" * 41}, "“pinyin”不能超过 40 个字"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_nothing_is_loaded(load, code, wrong, said):
    rows = [row | wrong if row["code"] == code else row for row in (CITY, OFFICE, COUNTY)]
    with pytest.raises(CommandError) as refused:
        load(rows)
    assert f"第 {LINE[code]} 行" in str(refused.value)
    assert said in str(refused.value)
    assert not Unit.objects.exists()
    assert not Entry.objects.exists()


def test_units_that_are_each_others_superior_are_refused(load):
    with pytest.raises(CommandError) as refused:
        load([CITY, OFFICE | {"parent": "QX01"}, COUNTY | {"parent": "YA-ZFB"}])
    assert str(refused.value).count("绕成了圈") == 2


def test_a_circle_closed_through_a_unit_registered_earlier_is_refused(load):
    load([CITY, OFFICE, COUNTY, TOWN])
    with pytest.raises(CommandError, match="绕成了圈"):
        load([COUNTY | {"parent": "ZZ01"}])
    assert tree()["QX01"] == "YA-ZF"


def test_superior_and_subordinate_may_change_places_in_one_file(load):
    load([CITY, OFFICE, COUNTY, TOWN])
    load([COUNTY | {"parent": "ZZ01"}, TOWN | {"parent": "YA-ZF"}])
    assert tree() == {"YA-ZF": "", "YA-ZFB": "YA-ZF", "ZZ01": "YA-ZF", "QX01": "ZZ01"}


def test_every_bad_line_is_named_at_once(load):
    with pytest.raises(CommandError) as refused:
        load([CITY | {"connected": "?"}, OFFICE | {"category": "?"}, COUNTY | {"name": ""}])
    assert [f"第 {line} 行" in str(refused.value) for line in (2, 3, 4)] == [True, True, True]


def test_a_bad_line_in_a_later_file_leaves_the_register_as_it_was(load):
    load([CITY, OFFICE, COUNTY])
    with pytest.raises(CommandError):
        load([OFFICE | {"short_name": "新名"}, COUNTY | {"sort_order": "x"}])
    assert Unit.objects.get(code="YA-ZFB").short_name == "市政府办"


@pytest.mark.parametrize(
    "content, said",
    [
        (as_csv([CITY], COLUMNS[:-2]), "第 1 行:表头缺少列:connected、sort_order"),
        ("", "表头缺少列"),
        (as_csv([CITY]) + "QX01,宝塔区\n", "第 3 行:列数不对,应有 12 列"),
        (as_csv([CITY]) + as_csv([OFFICE]).splitlines()[1] + ",多一列\n", "第 3 行:列数不对"),
        (as_csv([CITY]) + '"QX01', "第 3 行:不是有效的 CSV"),
        (b"\xff\xfe\x00\x01\x80", "文件编码"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(load, content, said):
    with pytest.raises(CommandError) as refused:
        load(content)
    assert said in str(refused.value).replace("：", ":").replace("，", ",")
    assert not Unit.objects.exists()


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"none\.csv"):
        call_command("load_units", tmp_path / "none.csv")


def test_a_name_that_a_later_file_changes_is_kept_with_its_day(load):
    load([CITY, COUNTY])
    load([CITY, COUNTY | {"name": "宝塔新区人民政府", "short_name": "宝塔新区"}])
    names = Unit.objects.get(code="QX01").names.values_list("short_name", "from_day")
    assert [(name, day is None) for name, day in names] == [("宝塔区", True), ("宝塔新区", False)]
