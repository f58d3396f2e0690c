"""The books of network office and secretariat: each holds what its page shows, for who sees the page (Articles 7, 13, 17, 18, 23 and 24)."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.acceptances import judge
from accounts.assignments import assign
from accounts.backups import start_backup
from accounts.faults import report_fault
from accounts.keylist import ENDING
from accounts.renewing import start
from accounts.roles import Right
from cms.accesslog import Access
from config.doors import DOORS
from tests.accounts.filings import confirmed, replaced
from tests.accounts.providers import providers_of
from tests.accounts.vendors import office_and_county, opened, vendor
from tests.cast import MONDAY
from tests.offices import beijing

BOOKS = {
    "faults_workbook": "accounts:faults",
    "keys_workbook": "accounts:keys",
    "upkeep_workbook": "accounts:backups",
    "filings_workbook": "accounts:filings",
}
LATER = beijing("2026-11-10 10:00")


@pytest.fixture
def city(city, week):
    """Some of everything: a fault that two providers had, one nobody has; back-ups, renewals, changes of staff."""
    serving, firm = providers_of(city), vendor(city)
    mended = report_fault(city.attentive, "network", "=1+1 光缆中断", detected_at=MONDAY, by=city.clerk, at=MONDAY)
    first = assign(mended, serving.carrier, "请查看", contacted_at=MONDAY, by=city.engineer, at=MONDAY)
    first.call_off("派错了，重新派", by=city.engineer, at=MONDAY)
    mended.refresh_from_db()
    repair = assign(mended, serving.carrier, "请抢修", contacted_at=MONDAY, by=city.engineer, at=MONDAY)
    repair.report_done("repaired", "接通光缆", done_at=MONDAY, by=serving.carrier_person, at=MONDAY)
    judge(repair, True, by=city.clerk, at=MONDAY)
    mended.refresh_from_db()
    mended.confirm(restored_at=MONDAY, by=city.engineer, at=MONDAY)
    keys = office_and_county(city)
    for renewal in opened(city, firm.provider).renewals.all():
        start(renewal, by=city.engineer, at=MONDAY)
    start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    city.firm, city.keys = firm, keys
    confirmed(city, replaced(city))
    week.move_to(LATER, tick=False)
    return city


def book(desk, name, **asked):
    answer = desk.get(reverse(f"reports:{name}"), asked)
    assert answer.status_code == 200, name
    return load_workbook(BytesIO(answer.content))


def lines(sheet):
    """The rows of the table, without the notes under it."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    return [row for row in rows if isinstance(row[0], int)]


def shown(desk, name, **asked):
    """How many rows the tables of the page have."""
    html = desk.get(reverse(name), asked).content.decode()
    return sum(body.count("<tr") for body in re.findall(r"<tbody>(.*?)</tbody>", html, re.S))


def test_each_book_holds_what_its_page_shows(city):
    desk = city.desk(city.engineer)
    (fault,) = lines(book(desk, "faults_workbook")["故障报告及处置台账"])
    assert shown(desk, "accounts:faults", show="open") + shown(desk, "accounts:faults", show="confirmed") == 1
    assert (fault[1], fault[3], fault[7], fault[10], fault[14]) == (
        *("延安市公安局", "=1+1 光缆中断", "是", "延安电信有限公司", "已维修：接通光缆"),
    )
    assert (fault[18], fault[19]) == ("已恢复", "曾派延安电信，已撤回：派错了，重新派")
    assert not lines(book(desk, "faults_workbook", year="2025").active)

    for asked in ({}, {"show": ENDING}, {"show": "in_force", "q": city.county.name}, {"show": "no such"}):
        sheet = book(desk, "keys_workbook", **asked).active
        assert sheet.title == ("密钥到期清单" if asked.get("show") == ENDING else "密钥清单")
        assert len(lines(sheet)) == shown(desk, "accounts:keys", **asked), asked
    soonest = lines(book(desk, "keys_workbook", show=ENDING).active)[0]
    assert (soonest[8], soonest[9], soonest[10]) == (10, "到期换发：待制发", city.keys[0].serial)

    upkeep = book(desk, "upkeep_workbook")
    assert upkeep.sheetnames == ["数据备份", "续费升级"]
    months = [(row[1], row[2], row[3], row[7]) for row in lines(upkeep["数据备份"]) if row[1] == city.firm.unit.name]
    assert len(months) == 11  # of the year up to November
    assert months[8] == (city.firm.unit.name, "2026年9月", "进行中", 31)
    assert months[7][2:] == ("未备份", 0)
    assert [row[2] for row in lines(upkeep["续费升级"])] == [key.unit.name for key in city.keys]

    (change,) = lines(book(desk, "filings_workbook")["人员变动备案表"])
    assert (change[3:6], change[7:10]) == (["收发员", "接替", "孙早"], ["钱新来", "三项符合", "延发改函〔2026〕12号"])
    assert (change[13][:2], change[16]) == ("周慧", "已备案")
    assert Access.objects.filter(look="exported", person=city.engineer).count() == 9


def test_each_book_has_the_door_of_its_page_and_is_linked_there(city):
    for name, page in BOOKS.items():
        assert DOORS[f"reports:{name}"] == DOORS[page], name
        address = reverse(f"reports:{name}")
        assert address in city.desk(city.engineer).get(reverse(page)).content.decode(), name
        assert city.desk(city.engineer).post(address).status_code == 405, name
    assert city.desk(city.clerk).get(reverse("reports:filings_workbook")).status_code == 404
    vendors_own = city.desk(city.firm.person)
    assert len(lines(book(vendors_own, "upkeep_workbook")["续费升级"])) == 2
    assert vendors_own.get(reverse("reports:keys_workbook")).status_code == 404
    own = lines(book(city.desk(city.county_clerk), "faults_workbook").active)
    assert own == []  # of the county, which reported none
    assert DOORS["reports:presence_workbook"] == {Right.REPORT, Right.OPERATE}
    assert city.desk(city.engineer).get(reverse("reports:presence_workbook")).status_code == 200


def test_every_sheet_is_ready_to_be_printed_and_says_what_it_is(city):
    desk = city.desk(city.engineer)
    for name in BOOKS:
        opened_book = book(desk, name)
        assert opened_book.properties.creator == "电子公文传输系统"
        assert opened_book.properties.title
        for sheet in opened_book:
            setup = sheet.page_setup
            assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
            assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$5", "A6")
            assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
            assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
