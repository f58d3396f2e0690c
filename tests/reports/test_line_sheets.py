"""The sheet of a carrier's month: page, workbook and their rows (Article 16)."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from cms.accesslog import Access
from reports.linesheets import interruptions, line_sheet
from reports.months import Month
from tests import lines
from tests.offices import beijing

OCTOBER, NOW = Month(2026, 10), beijing("2026-11-18 09:00")
PAGE, BOOK = reverse("reports:line_months"), reverse("reports:line_workbook")


@pytest.fixture
def carrier(city, week):
    """Three lines in October: one down for three days, one that broke on the last evening and is not back, one that was never down."""
    week.move_to(NOW, tick=False)
    carrier = lines.carrier(city)
    first, second, _ = (lines.line(city, unit=city.late, circuit=f"=YA-000{number}") for number in (1, 2, 3))
    lines.down(first, beijing("2026-10-05 00:00"), beijing("2026-10-08 00:30"), by=city.lineman, at=NOW)
    lines.down(second, beijing("2026-10-31 20:00"), by=city.lineman, at=NOW)
    return carrier


def book(desk, **asked):
    return load_workbook(BytesIO(desk.get(BOOK, {"month": "2026-10"} | asked).content))


def cells(sheet, row):
    return [cell.value for cell in sheet[row]]


def test_the_sheet_names_contract_lines_grounds_and_their_sum(city, carrier):
    sheet = line_sheet(carrier, OCTOBER, as_of=NOW)
    assert (sheet.is_closed, sheet.standing) == (True, "本月已经结束，按截至 2026-11-18 09:00 的记录")
    (deducted,) = sheet.deductions
    assert deducted.ground == "当月累计中断72小时30分，超过48小时（第十六条）"
    assert (deducted.remark, str(sheet.total), sheet.breaches) == ("1次未按时恢复", "1200.50", 1)
    assert [(one.within, one.up_at is None) for one in interruptions(sheet)] == [
        (timedelta(hours=72, minutes=30), False),
        (timedelta(hours=4), True),
    ]
    page = city.desk(city.engineer).get(PAGE, {"month": "2026-10"}).content.decode()
    for word in ("延网合〔2026〕3号", "1200.50", "尚未恢复", "本月已经结束"):
        assert word in page


def test_the_workbook_has_the_same_and_places_to_sign(city, carrier):
    opened = book(city.desk(city.engineer))
    assert opened.sheetnames == ["月租费扣除单", "线路中断月累计", "中断明细表"]
    sheet = opened["月租费扣除单"]
    assert sheet["A1"].value == "延安电信分公司线路月租费扣除单"
    assert "合同编号：延网合〔2026〕3号；在用线路 3 条，有中断的 2 条。" in sheet["A3"].value
    assert (
        cells(sheet, 6)[1:4] == ["延安市应急管理局", "=YA-0001", timedelta(hours=72, minutes=30)]
        or sheet["C6"].data_type == "s"
    )
    assert (sheet["C6"].value, sheet["C6"].data_type, sheet["F6"].value) == ("=YA-0001", "s", 1200.5)
    assert sheet["F7"].value == "=SUM(F6:F6)"
    assert "运营商确认（盖章）" in cells(sheet, 10)[0]
    details = opened["中断明细表"]
    assert cells(details, 7)[3:5] == [datetime.fromisoformat("2026-10-31 20:00"), "—"]
    assert (details["H6"].value, details["H7"].value) == ("否", "否")
    assert Access.objects.filter(look="exported", subject__contains="月租费扣除单").count() == 1


def test_a_carrier_has_its_own_sheet_and_no_other(city, carrier):
    other = lines.carrier(city, "BZ-LT", "延安联通", who="rival")
    rival, lineman = city.desk(city.rival), city.desk(city.lineman)
    assert "没有应扣除月租费的线路" in rival.get(PAGE).content.decode()
    assert "没有这家运营商" in rival.get(PAGE, {"carrier": carrier.pk}).content.decode()
    assert rival.get(BOOK, {"carrier": carrier.pk}).status_code == 404
    assert lineman.get(BOOK, {"carrier": carrier.pk}).status_code == 200
    assert city.desk(city.engineer).get(PAGE, {"carrier": other.pk}).context["sheet"].carrier == other
    for person in (city.clerk, city.stranger, city.nobody):
        assert city.desk(person).get(PAGE).status_code == 404
        assert city.desk(person).get(BOOK).status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "2027-01", "x"])
def test_a_month_that_is_none_or_to_come_is_said_so(city, carrier, month):
    desk = city.desk(city.engineer)
    assert desk.get(BOOK, {"month": month}).status_code == 404
    assert "月" in desk.get(PAGE, {"month": month}).content.decode()


def test_a_month_before_any_rule_shows_a_page(city, carrier):
    assert city.desk(city.engineer).get(PAGE, {"month": "2000-01"}).status_code == 200


def test_without_a_carrier_the_page_says_what_will_stand_there(city):
    desk = city.desk(city.engineer)
    assert "没有运营商" in desk.get(PAGE).content.decode()
    assert desk.get(BOOK).status_code == 404
