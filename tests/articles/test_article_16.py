"""第十六条: lines are inspected every quarter; an interrupted line is back within twelve hours; over 48 hours in a month, the rent is deducted.

保障数字电路的运营商要每季度对传输线路进行巡检，并将巡检报告报市网信办。对临时中断的线路，须在12小时内恢复畅通，一个月中断累计超过48小时，
按合同扣除当月月租费。
"""

import csv
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.inspections import LineInspection
from accounts.lineoutages import LineOutage
from accounts.lines import Outage, line_months
from cms.limits import line_restore_due
from cms.messages import Message
from cms.sweep import sweep
from tests import lines
from tests.cast import DATA, MONDAY
from tests.offices import beijing

OVER_THE_MONTH = Outage(beijing("2026-09-30 20:00"), beijing("2026-10-01 07:00"))
A_DAY_NEARLY = Outage(beijing("2026-10-12 09:00"), beijing("2026-10-13 06:00"))
TWENTY_HOURS = Outage(beijing("2026-10-20 00:00"), beijing("2026-10-20 20:00"))


def test_a_line_is_due_back_after_twelve_hours_by_the_clock_on_the_wall():
    assert line_restore_due(beijing("2026-10-01 22:30")).at == beijing("2026-10-02 10:30")


def test_more_than_twelve_hours_at_once_is_a_breach_of_its_own():
    assert [outage.is_too_long() for outage in (OVER_THE_MONTH, A_DAY_NEARLY, TWENTY_HOURS)] == [False, True, True]
    twelve = Outage(beijing("2026-10-01 08:00"), beijing("2026-10-01 20:00"))
    assert not twelve.is_too_long()
    assert Outage(twelve.down_at, twelve.up_at + timedelta(minutes=1)).is_too_long()


def test_an_interruption_over_the_first_is_split_at_midnight_and_48_hours_are_not_over():
    september, october = line_months([TWENTY_HOURS, OVER_THE_MONTH, A_DAY_NEARLY])
    assert (str(september.first), september.down) == ("2026-09-01", timedelta(hours=4))
    assert (str(october.first), october.down) == ("2026-10-01", timedelta(hours=48))
    assert not october.is_over


def test_one_minute_more_costs_the_rent_of_the_month():
    longer = Outage(TWENTY_HOURS.down_at, TWENTY_HOURS.up_at + timedelta(minutes=1))
    september, october = line_months([OVER_THE_MONTH, A_DAY_NEARLY, longer])
    assert (september.is_over, october.is_over) == (False, True)
    assert october.sentence == "2026年10月累计中断48小时01分，限48小时：按合同扣除当月月租费。依据：第十六条。"


# On record and on the screens

with Path(DATA, "deadlines.csv").open(encoding="utf-8", newline="") as table:
    CASES = [case for case in csv.DictReader(table) if case["kind"] == "line_restore"]

MINUTE = timedelta(minutes=1)
NOVEMBER = beijing("2026-11-18 09:00")


def typed(at):
    return f"{at:%Y-%m-%d %H:%M}"


@pytest.fixture
def line(city):
    lines.carrier(city)
    return lines.line(city)


def test_the_table_has_cases_of_lines():
    assert [case["id"] for case in CASES] == ["R51", "R52"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_case_of_the_table_is_due_as_it_says_on_record_and_on_the_screen(city, line, week, case):
    start, due_at = (datetime.fromisoformat(case[column]) for column in ("start_at", "due_at"))
    assert line_restore_due(start).at == due_at
    week.move_to(start + timedelta(hours=1), tick=False)
    page = city.desk(city.clerk).post(
        reverse("accounts:report_line_outage", args=[line.pk]),
        {"down_at": typed(start), "cause": "光缆被挖断"},
        follow=True,
    )
    assert LineOutage.objects.get().due_at == due_at
    assert f"须在{due_at.year}年{due_at.month}月{due_at.day}日{due_at:%H:%M}前恢复" in page.content.decode()


@pytest.mark.parametrize("minutes, word, breaches", [(0, "按时恢复", 0), (1, "超过时限", 1)], ids=["at it", "after it"])
def test_the_twelfth_hour_is_in_time_to_the_minute(city, line, week, minutes, word, breaches):
    outage = lines.down(line, MONDAY, by=city.clerk)
    up_at = outage.due_at + minutes * MINUTE
    week.move_to(up_at, tick=False)
    desk, address = city.desk(city.lineman), reverse("accounts:line_outage", args=[outage.pk])
    page = desk.post(address, {"up_at": typed(MONDAY + timedelta(hours=12, minutes=minutes))}, follow=True)
    assert word in page.content.decode()
    assert f'未按时恢复">{breaches} 次' in desk.get(reverse("accounts:line", args=[line.pk])).content.decode()


@pytest.mark.parametrize(
    "more, yuan", [(timedelta(), Decimal(0)), (MINUTE, Decimal("1200.50"))], ids=["48.0 h", "48 h 1 m"]
)
def test_48_hours_in_october_are_not_over_and_one_minute_more_costs_the_rent(city, line, week, more, yuan):
    """Three interruptions, one of them over midnight of the first, as the sheet of the carrier counts them."""
    week.move_to(NOVEMBER, tick=False)
    for outage in (OVER_THE_MONTH, A_DAY_NEARLY, TWENTY_HOURS):
        longer = more if outage is TWENTY_HOURS else timedelta()
        lines.down(line, outage.down_at, outage.up_at + longer, by=city.lineman, at=NOVEMBER)
    desk = city.desk(city.engineer)
    sheets = {
        month: desk.get(reverse("reports:line_months"), {"month": month}).context["sheet"]
        for month in ("2026-09", "2026-10", "2026-11")
    }
    assert [(len(sheet.down), sheet.breaches, sheet.total) for sheet in sheets.values()] == [
        (1, 0, 0),
        (1, 2, yuan),
        (0, 0, 0),
    ]
    assert sheets["2026-10"].down[0].month.down == timedelta(hours=48) + more
    book = desk.get(reverse("reports:line_workbook"), {"month": "2026-10"})
    sheet = load_workbook(BytesIO(book.content))["月租费扣除单"]
    if yuan:
        assert (sheet["B6"].value, sheet["F6"].value, sheet["F7"].value) == ("延安市公安局", 1200.5, "=SUM(F6:F6)")
        assert sheet["E6"].value == "当月累计中断48小时01分，超过48小时（第十六条）"
    else:
        assert sheet["A6"].value == "本月没有应扣除月租费的线路。"


def test_an_inspection_is_reported_to_the_network_office_every_quarter(city, line, week):
    """Filed by the carrier at the desk; what is missing when the quarter is over is listed, and what comes then is late."""
    address, desk = reverse("accounts:inspections"), city.desk(city.lineman)
    report = {"which": "every", "inspected_on": "2026-09-20", "result": "good", "number": "巡检〔2026〕3号"}
    assert "已报送 1 条线路的2026年第三季度巡检报告" in desk.post(address, report, follow=True).content.decode()
    assert not LineInspection.objects.get().is_late
    week.move_to(beijing("2026-12-31 18:01"), tick=False)
    desk = city.desk(city.lineman)
    assert "1 条逾期没有报送" in desk.get(address).content.decode()
    desk.post(address, report | {"inspected_on": "2026-12-20"})
    shown = city.desk(city.engineer).get(address, {"quarter": "2026-Q4", "show": "late"}).content.decode()
    assert "逾期报送" in shown
    assert "市公安局" in shown


def test_who_is_to_restore_a_line_is_warned_and_told(city, line):
    lines.down(line, MONDAY, by=city.clerk)
    sweep(MONDAY + timedelta(hours=10))
    sweep(MONDAY + timedelta(hours=12, minutes=1))
    said = list(
        Message.objects.filter(person=city.lineman, key__regex="line-(soon|late)").values_list("text", flat=True)
    )
    assert len(said) == 2
    assert "应在 2026年9月28日21:00 前恢复，已经超过" in " ".join(said)
