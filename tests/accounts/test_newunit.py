"""新增单位: one unit is entered on its paper, measured as a line of the sheet is, and stands unconnected until it asks (Articles 2 and 7(2))."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.newunit import enter_unit
from accounts.roles import Right, may
from accounts.units import Unit
from cms.ledger import Entry
from tests.cast import MONDAY

PATH = reverse("accounts:new_unit")


def typed(city, **changes):
    return {
        "code": "BM90",
        "name": "延安市数据局",
        "short_name": "市数据局",
        "category": "department",
        "level": "市级",
        "parent": city.government.pk,
        "served_by": city.office.pk,
        "on_day": "2026-09-28",
        "ground": "延编发〔2026〕9号",
    } | changes


def test_a_unit_is_entered_once_stands_under_its_superior_and_is_not_connected(city):
    desk = city.desk(city.engineer)
    assert "已列入名册：延安市数据局" in desk.post(PATH, typed(city), follow=True).content.decode()
    unit = Unit.objects.get(code="BM90")
    assert (unit.get_parent(), unit.served_by, unit.connected, unit.can_issue) == (
        city.government, city.office, False, False,
    )  # fmt: skip
    assert (unit.level, unit.key_fee_payer) == ("prefecture", "municipal")
    clerk = type(city.clerk).objects.get(pk=city.office_clerk.pk)
    assert may(clerk, Right.RECEIVE, unit.pk)
    change = unit.changes.get()
    assert (change.kind, change.ground, change.made_by) == ("entered", "延编发〔2026〕9号", city.engineer)
    assert Entry.objects.get(deed="unit.entered").unit == unit.pk
    again = desk.post(PATH, typed(city)).content.decode()
    assert "名册里已有单位用这个代码：市数据局" in again
    assert Unit.objects.filter(code="BM90").count() == 1
    assert Unit.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "BM 90"}, "只能由字母、数字"),
        ({"name": "延安市公安局"}, "在名册里已经有了"),
        ({"short_name": "市公安局"}, "在名册里已经有了"),
        ({"category": "局"}, "请选择类别"),
        ({"level": ""}, "请选择层级"),
        ({"parent": "999999"}, "请从名册里选择上级单位"),
        ({"pinyin": "拼音"}, "只能写字母和数字"),
        ({"duty_phone": "见通讯录"}, "看不懂电话"),
        ({"on_day": "2026-09-29"}, "生效日期还没有到"),
        ({"ground": ""}, "请填写依据"),
        ({"name": "延安市\u202e数据局"}, "看不见的字符"),
        ({"short_name": "数据\u200b局"}, "看不见的字符"),
    ],
)
def test_what_cannot_stand_is_said_beside_its_field_and_nothing_is_entered(city, wrong, said):
    before = Unit.objects.count()
    page = city.desk(city.engineer).post(PATH, typed(city, **wrong)).content.decode()
    assert said in page
    assert "延编发〔2026〕9号" in page or "ground" in wrong  # what was typed is still there
    assert Unit.objects.count() == before


def test_nobody_but_the_network_office_enters_units(city):
    for person in (city.secretary, city.leader, city.stranger, city.clerk):
        assert city.desk(person).get(PATH).status_code == 404
        assert city.desk(person).post(PATH, typed(city)).status_code == 404
    with pytest.raises(PermissionDenied):
        enter_unit({}, on_day=MONDAY.date(), ground="文", by=city.secretary, at=MONDAY)
    city.desk(city.engineer).get(PATH)
    assert not Unit.objects.filter(code="BM90").exists()
