"""A month beside the one before and the same of last year: published figures first, then our own records, then what was handed in."""

import re
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from circulars.deliveries import Delivery, Relief
from cms.accesslog import Access, Look
from reports.comparing import compared
from reports.earlier import EarlierFigures, take_in_lines
from reports.months import Month
from reports.monthsknown import Source, totals_of_months
from reports.receipts import Issuers, month_figures
from reports.snapshots import publish
from tests.offices import beijing
from tests.reports.november import FIRST_OF_DECEMBER as NOW
from tests.reports.november import NOVEMBER

COMPARE, BOOK, MONTH = (reverse(f"reports:{name}") for name in ("compare", "compare_workbook", "month"))
A_YEAR_AGO = Month(2025, 11)


@pytest.fixture(autouse=True)
def _morning(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def secretary(november):
    return november.person("secretary", Role.SECRETARIAT, at=beijing("2025-10-01 09:00"))


@pytest.fixture
def desk(secretary, client):
    client.force_login(secretary)
    return client


@pytest.fixture
def handed_in(november, secretary):
    """November of last year as a sheet has it, and October too, of which there are records."""
    november.deliver(november.issue("2026-10-20 09:00"), "QX01", signed="2026-10-20 10:00")
    november.deliver(november.issue("2026-10-20 09:00"), "BM08", signed="2026-10-29 10:00")

    def row(code, month, on_time, late, unsigned):
        return EarlierFigures(
            unit=november.units[code],
            year=month.year,
            month=month.month,
            on_time=on_time,
            late=late,
            unsigned=unsigned,
            source="2025年通报",
        )

    rows = [row("QX01", A_YEAR_AGO, 9, 1, 0), row("BM08", A_YEAR_AGO, 5, 3, 2), row("QX01", Month(2026, 10), 0, 0, 99)]
    return take_in_lines(rows, area=november.area, by=secretary, at=NOW)


def found(records, issuers=Issuers.GOVERNMENT):
    return compared(NOVEMBER, as_of=NOW, issuers=issuers, area=records.area)


def test_three_months_stand_beside_each_other_and_say_where_they_come_from(november, handed_in):
    told = found(november)
    assert [known.source for known in told.months] == [Source.COUNTED, Source.COUNTED, Source.IMPORTED]
    assert told.now.figures == month_figures(NOVEMBER, as_of=NOW, area=november.area)
    total = told.total
    assert (total.now.required, total.before.required, total.year_ago.required) == (12, 2, 20)
    assert (total.since_before, total.since_year_ago) == (Decimal("25.00"), Decimal("5.00"))
    lines = {line.label: line for line in told.units}
    assert list(lines) == ["宝塔区", "市财政局", "市气象局"]
    assert lines["市财政局"].since_year_ago == Decimal("-10.00")
    assert lines["市气象局"].since_before is lines["市气象局"].before is None
    for which in ("now", "before", "year_ago"):
        for lines in (told.categories, told.units):
            known = [getattr(line, which) for line in lines if getattr(line, which)]
            assert sum(one.required for one in known) == getattr(total, which).required
    assert found(november, Issuers.ALL).year_ago.source is Source.NONE


def test_a_published_month_is_compared_as_it_was_published(november, handed_in, secretary):
    publish(NOVEMBER, area=november.area, by=secretary, at=NOW)
    before = found(november)
    Delivery.objects.filter(unit_name="市财政局", signed_at=None).update(relief=Relief.FAULT)
    after = found(november)
    assert (after.now.source, after.now.said) == (Source.PUBLISHED, "公布的第 1 版")
    assert after.total.now == before.total.now
    months = [A_YEAR_AGO, Month(2026, 9), Month(2026, 10), NOVEMBER]
    told = totals_of_months(months, as_of=NOW, issuers=Issuers.GOVERNMENT, area=november.area)
    assert [(source, figures.required) for _, source, figures in told] == [
        (Source.IMPORTED, 20), (Source.NONE, 0), (Source.COUNTED, 2), (Source.PUBLISHED, 12)
    ]  # fmt: skip


def test_the_page_draws_what_it_says_and_the_workbook_holds_the_same(desk, handed_in):
    page = desk.get(COMPARE, {"month": "2026-11"}).content.decode()
    for said in ("2025年11月：据导入数据", "2026年10月：按现有记录统计", "+25.00", "+5.00", "−10.00", "75.00%"):
        assert said in page
    assert page.count("<svg viewBox") == 2
    assert page.count('role="img"') == 2
    assert not re.search(r' style="|<script(?! src="/static/)', page)
    sheet = load_workbook(BytesIO(desk.get(BOOK, {"month": "2026-11"}).content)).active
    assert [sheet.cell(6, column).value for column in (2, 3, 7, 10, 13)] == ["合计", 12, 0.75, 25, 5]
    assert sheet["J6"].number_format == "+0.00;-0.00;0.00"
    assert "据导入数据" in sheet["A3"].value
    assert Access.objects.filter(look=Look.EXPORTED, subject="月度对比表 2026-11").count() == 1
    assert "各类单位按时签收率" in desk.get(MONTH, {"month": "2026-11"}).content.decode()


def test_a_wrong_month_is_told_and_an_empty_one_says_what_to_do(desk):
    for wrong, said in (("2027-01", "还没有到"), ("去年", "看不懂月份"), ("2000-01", "导入往年数据")):
        assert said in desk.get(COMPARE, {"month": wrong}).content.decode()
    assert desk.get(BOOK, {"month": "2000-01"}).status_code == 200


def test_it_asks_the_same_few_questions_however_much_there_is(desk, november, handed_in):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            desk.get(COMPARE, {"month": "2026-11"})
        return len(asked)

    few = questions()
    for sent_at in ("2026-11-19 09:00", "2026-10-20 09:00", "2026-11-21 08:40"):
        another = november.issue(sent_at)
        for to in ("QX01", "BM08", "ZX05"):
            november.deliver(another, to)
    assert questions() == few


@pytest.mark.parametrize("page", [COMPARE, BOOK, reverse("reports:import_earlier")])
def test_only_the_secretariat_gets_in(november, client, page):
    for name, role, unit in (
        ("duty", Role.DUTY_OFFICER, "YA-ZFB"),
        ("clerk", Role.CLERK, "QX01"),
        ("sender", Role.SENDER, "YA-ZFB"),
    ):
        client.force_login(november.person(name, role, at=beijing("2026-11-01 09:00"), unit=unit))
        assert client.get(page).status_code == 404, name
