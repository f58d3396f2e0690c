"""The screens about kit: a unit's own, and those of secretariat and network office (Articles 6, 7, 9, 10 and 18)."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.browsers import note_browser
from accounts.equipment import Device
from accounts.faults import Fault
from accounts.selfchecks import EquipmentCheck, KitProblem, record_check
from cms.rulebook import YANAN
from cms.ruleversions import RuleVersion
from tests.accounts.kit import device
from tests.cast import MONDAY

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
KIT, REGISTER, MISSING = (reverse(f"accounts:{name}") for name in ("kit", "kit_register", "kit_missing"))


def read(city, person, path, **query):
    answer = city.desk(person).get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


def typed(city, **changes):
    return {
        "unit": city.attentive.pk,
        "kind": "printer",
        "model": "奔图 P3301",
        "serial": "P-77",
        "keeper": city.second_clerk.pk,
        "conforms": "yes",
        "in_use_since": "2026-03-01",
    } | changes


@pytest.fixture
def printer(city, week):
    return device(city, "printer", "P-1")


@pytest.fixture
def problem(city, printer):
    record_check(city.attentive, {printer: "卡纸"}, by=city.clerk, at=MONDAY)
    return KitProblem.objects.get()


# The unit's own


def test_a_clerk_registers_a_device_and_finds_it_on_the_list(city, week):
    assert "还没有登记设备" in read(city, city.clerk, KIT)
    for _ in range(2):
        city.desk(city.clerk).post(reverse("accounts:new_device"), typed(city))
    assert Device.objects.get().keeper == city.second_clerk
    assert "奔图 P3301" in read(city, city.leader, KIT)
    assert "奔图 P3301" not in read(city, city.late_clerk, KIT)


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"keeper": ""}, "请选择保管人"),
        ({"conforms": ""}, "请选择是否符合"),
        ({"serial": " "}, "请填写序列号或资产编号"),
        ({"in_use_since": "2026-09-29"}, "启用日期不能晚于今天"),
        ({"in_use_since": "昨天"}, "格式填写日期"),
        ({"kind": "key"}, "请选择种类"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(city, week, changes, sentence):
    page = city.desk(city.clerk).post(reverse("accounts:new_device"), typed(city, **changes)).content.decode()
    assert sentence in page
    assert "奔图 P3301" in page
    assert not Device.objects.exists()


def test_who_does_not_serve_there_keeps_nothing_there(city, week):
    page = city.desk(city.clerk).post(reverse("accounts:new_device"), typed(city, keeper=city.late_clerk.pk))
    assert "请从列出的人员中选择保管人" in page.content.decode()
    assert not Device.objects.exists()


def test_a_device_is_handed_over_looked_at_and_retired_each_once(city, printer):
    def act(name, **fields):
        return city.desk(city.clerk).post(reverse(f"accounts:{name}", args=[printer.pk]), fields, follow=True)

    assert "请选择新的保管人" in act("hand_device", keeper="x").content.decode()
    for said in ("由孙晚保管", "已经停用，或者已由孙晚保管"):
        assert said in act("hand_device", keeper=city.second_clerk.pk).content.decode()
    assert "已记录核查结果" in act("state_device", conforms="no").content.decode()
    assert "请写明停用原因" in act("retire_device", reason=" ").content.decode()
    for said in ("已停用", "不能变为"):
        assert said in act("retire_device", reason="报废").content.decode()
    printer.refresh_from_db()
    assert (printer.keeper, printer.conforms, printer.state) == (city.second_clerk, False, "retired")
    assert "报废" in read(city, city.clerk, KIT, show="retired")


@pytest.mark.parametrize("name", ["hand_device", "state_device", "retire_device", "device"])
def test_another_units_device_is_not_there(city, printer, name):
    address = reverse(f"accounts:{name}", args=[printer.pk])
    for person in (city.late_clerk, city.stranger, city.nobody):
        client = city.desk(person)
        assert (client.get if name == "device" else client.post)(address).status_code == 404
    if name != "device":
        assert city.desk(city.clerk).get(address).status_code == 405
        if name != "hand_device":
            assert city.desk(city.leader).post(address, {"reason": "报废", "conforms": "no"}).status_code == 404
    printer.refresh_from_db()
    assert (printer.keeper, printer.conforms, printer.state) == (city.clerk, True, "in_use")


def test_the_two_buttons_of_a_check_mean_what_they_say(city, printer):
    address, name = reverse("accounts:check_kit", args=[city.attentive.pk]), f"device-{printer.pk}"

    def press(**fields):
        return city.desk(city.clerk).post(address, fields)

    assert "确有问题的，请点“提交问题”" in press(well="1", **{name: "卡纸"}).content.decode()
    assert "都正常的，请点“全部正常”" in press(problems="1", **{name: " "}).content.decode()
    assert not EquipmentCheck.objects.exists()
    for _ in range(2):
        assert press(well="1").status_code == 302
    assert EquipmentCheck.objects.count() == 1
    assert press(problems="1", **{name: "卡纸"}).status_code == 302
    assert KitProblem.objects.get().text == "卡纸"
    assert "还没有解决" in read(city, city.clerk, address)
    assert city.desk(city.leader).get(address).status_code == 404
    assert city.desk(city.late_clerk).post(address, {"well": "1"}).status_code == 404


def test_the_page_of_the_unit_says_whether_this_week_is_done(city, printer, week):
    assert "本周还没有自查" in read(city, city.clerk, KIT)
    record_check(city.attentive, {}, by=city.clerk, at=MONDAY)
    assert "本周不必再做" in read(city, city.clerk, KIT)
    week.move_to(MONDAY + WEEK, tick=False)
    assert "本周还没有自查" in read(city, city.clerk, KIT)
    longer = replace(YANAN, selfcheck_weeks=2)
    RuleVersion.objects.add(
        city.office.area, longer, in_force_from=MONDAY, by=city.secretary, at=MONDAY, reason="每两周一次"
    )
    assert "本周不必再做" in read(city, city.clerk, KIT)
    assert "每 2 周至少自查一次" in read(city, city.secretary, MISSING)


def test_a_problem_goes_to_the_leader_to_a_fault_and_to_its_end(city, problem):
    def act(person, name, **fields):
        return city.desk(person).post(reverse(f"accounts:{name}", args=[problem.pk]), fields, follow=True)

    assert "rail__count" in read(city, city.leader, KIT)
    assert act(city.clerk, "acknowledge_problem").status_code == 404
    for person in (city.late_clerk, city.stranger):
        for name in ("acknowledge_problem", "report_kit_problem", "fix_problem"):
            assert act(person, name, remedy="换").status_code == 404
    for said in ("您已知悉", "不能变为"):
        assert said in act(city.leader, "acknowledge_problem").content.decode()
    for said in ("已作为故障报告", "已经报告过故障"):
        assert said in act(city.clerk, "report_kit_problem").content.decode()
    fault = Fault.objects.get()
    assert (fault.kind, fault.detected_at, fault.unit) == ("printer", MONDAY, city.attentive)
    assert "请写明怎样解决的" in act(city.clerk, "fix_problem", remedy="").content.decode()
    for said in ("问题已解决", "不能变为"):
        assert said in act(city.clerk, "fix_problem", remedy="更换搓纸轮").content.decode()
    page = read(city, city.secretary, reverse("accounts:kit_problem", args=[problem.pk]))
    assert "高建国" in page
    assert "更换搓纸轮" in page


# Over all units


def test_the_register_is_searched_narrowed_and_taken_away_as_a_workbook(city, printer):
    device(city, serial="=1+1", unit=city.late, keeper=city.late_clerk, by=city.late_clerk, conforms=False)
    assert "P-1" in read(city, city.engineer, REGISTER)
    for query, found in (
        ({"q": "孙早"}, ["P-1"]),
        ({"q": city.late.short_name}, ["=1+1"]),
        ({"kind": "printer"}, ["P-1"]),
        ({"show": "wrong"}, ["=1+1"]),
        ({"show": "retired"}, []),
        ({"show": "nonsense", "kind": "nonsense"}, ["P-1", "=1+1"]),
    ):
        answer = city.desk(city.secretary).get(REGISTER, query)
        assert sorted(each.serial for each in answer.context["page_obj"]) == sorted(found), query
        book = city.desk(city.secretary).get(reverse("reports:kit_workbook"), query)
        sheet = load_workbook(BytesIO(book.content))["设备登记表"]
        assert sorted(cell.value for cell in sheet["F"][5:] if cell.value) == sorted(found), query
        assert all(cell.data_type == "s" for cell in sheet["F"][5:] if cell.value)


def test_who_has_not_checked_is_shown_by_week(city, printer, week):
    record_check(city.attentive, {}, by=city.clerk, at=MONDAY)
    page = read(city, city.secretary, MISSING)
    assert "本周尚未自查的单位" in page
    assert city.late.short_name in page
    assert "未登记设备" in page
    assert f'scope="row">{city.attentive.short_name}<' not in page
    assert "未登记设备</b>" not in read(city, city.secretary, MISSING, show="registered")
    assert "已登记</td>" not in read(city, city.secretary, MISSING, show="unregistered")
    week.move_to(MONDAY + WEEK, tick=False)
    assert "缺自查的单位" in read(city, city.engineer, MISSING, week="2026-09-30")
    assert f'scope="row">{city.attentive.short_name}<' in read(city, city.engineer, MISSING)
    for nonsense in ("x", "9999-12-31", "0001-01-01", "2027-01-01"):
        assert "2026年10月5日" in read(city, city.engineer, MISSING, week=nonsense)
    assert "2020年的工作日历还没有载入" in read(city, city.engineer, MISSING, week="2020-05-06")


def test_old_browsers_are_listed_by_unit(city, week):
    note_browser(city.late_clerk, "Chrome/86.0", MONDAY.date())
    page = read(city, city.engineer, reverse("accounts:old_browsers"))
    assert city.late.short_name in page
    assert "谷歌内核 86" in page
    assert "低于 谷歌内核 90、火狐 88 的浏览器和各版 IE" in page
    assert "何迟" not in page


def test_the_lists_ask_no_more_when_there_is_more(city, printer):
    def asked():
        counts = []
        for person, path in ((city.clerk, KIT), (city.engineer, REGISTER), (city.engineer, MISSING)):
            client = city.desk(person)
            for _ in range(2):
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(path).status_code == 200
            counts.append(len(queries))
        return counts

    record_check(city.attentive, {printer: "卡纸"}, by=city.clerk, at=MONDAY - timedelta(days=1))
    before = asked()
    more = [device(city, "printer", f"P-{number}") for number in range(2, 8)]
    record_check(city.attentive, dict.fromkeys(more, "卡纸"), by=city.clerk, at=MONDAY)
    for unit, clerk in ((city.late, city.late_clerk), (city.county, city.county_clerk)):
        record_check(unit, {device(city, unit=unit, keeper=clerk, by=clerk): "坏"}, by=clerk, at=MONDAY)
    assert asked() == before
