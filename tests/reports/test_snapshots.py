"""A month that was published stays as it was published; the pages of the day go on (Article 28)."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from circulars.chasing import Urge
from circulars.deliveries import Delivery, Relief
from cms.ledger import Entry
from cms.verifying import faults
from reports.deeds import Deed
from reports.latesheet import LATE
from reports.monthly import month_report, published_report
from reports.months import Month
from reports.receipts import Issuers, month_figures
from reports.snapshots import MonthlySnapshot, NotCountable, SnapshotRow, publish
from reports.workbooks import write_month
from tests.offices import beijing
from tests.reports.november import FIRST_OF_DECEMBER, NOVEMBER

LATER = beijing("2026-12-08 09:00")
PAGE, BOOK, PUBLISH = (reverse(f"reports:{name}") for name in ("month", "month_workbook", "publish_month"))


@pytest.fixture
def secretary(november):
    return november.person("secretary", Role.SECRETARIAT, at=beijing("2026-10-01 09:00"))


def published(records, by, at=FIRST_OF_DECEMBER, **said):
    return publish(NOVEMBER, area=records.area, by=by, at=at, **said)


def excuse(name):
    Delivery.objects.filter(unit_name=name, signed_at=None).update(relief=Relief.FAULT)


def test_what_was_published_is_what_was_counted_then_whatever_happens_later(
    november, secretary, django_assert_num_queries
):
    then = month_figures(NOVEMBER, as_of=FIRST_OF_DECEMBER)
    published(november, secretary)
    excuse("市财政局")
    assert month_figures(NOVEMBER, as_of=LATER) != then
    with django_assert_num_queries(2):
        snapshot = MonthlySnapshot.objects.newest_of(NOVEMBER, Issuers.GOVERNMENT, november.area)
        assert snapshot.figures == then
    assert snapshot.totals.required == 12
    (entry,) = Entry.objects.filter(deed=Deed.MONTH_PUBLISHED)
    assert entry.said == {
        "month": "2026-11",
        "version": 1,
        "issuers": "government",
        "area": november.area.code,
        "units": 3,
        "figures": snapshot.digest,
        "grades": [["优秀", 100], ["良好", 95], ["合格", 90], ["待改进", 0]],
    }


def test_a_month_published_again_is_its_next_version_and_says_why(november, secretary):
    published(november, secretary)
    excuse("市财政局")
    with pytest.raises(ValidationError, match="已经公布"):
        published(november, secretary, at=LATER, reason="  ")
    second = published(november, secretary, at=LATER, reason="市财政局一件经认定免责")
    assert (second.version, second.totals.relief, MonthlySnapshot.objects.count()) == (2, 2, 2)
    assert MonthlySnapshot.objects.newest_of(NOVEMBER, Issuers.GOVERNMENT, november.area) == second


@pytest.mark.parametrize(
    "month, at, said",
    [
        (NOVEMBER, beijing("2026-11-30 23:59:59"), "还没有结束"),
        (Month(2026, 10), FIRST_OF_DECEMBER, "没有发送过公文"),
    ],
)
def test_what_cannot_be_published_says_so_and_nothing_is(november, secretary, month, at, said):
    with pytest.raises(NotCountable, match=said):
        publish(month, area=november.area, by=secretary, at=at)
    assert not MonthlySnapshot.objects.exists()


def test_a_month_that_waits_for_a_calendar_is_not_published(november, secretary):
    november.deliver(november.issue("2026-11-20 09:00"), "QX01", due_at=None, warn_at=None, due_pending=True)
    with pytest.raises(NotCountable, match="先载入日历"):
        published(november, secretary)


def test_a_first_publication_has_no_reason_and_nobody_else_publishes(november, secretary):
    with pytest.raises(ValidationError, match="第一次公布"):
        published(november, secretary, reason="理由")
    with pytest.raises(PermissionDenied):
        published(november, november.clerk)
    assert not MonthlySnapshot.objects.exists()


@pytest.mark.parametrize("rows", [MonthlySnapshot, SnapshotRow])
def test_nobody_changes_or_removes_what_was_published(november, secretary, rows):
    published(november, secretary)
    column = {"digest": "0" * 64} if rows is MonthlySnapshot else {"name": "别的单位"}
    for change in (lambda: rows.objects.update(**column), lambda: rows.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_verify_names_a_month_that_the_ledger_does_not_know_and_rows_that_changed(november, secretary):
    snapshot = published(november, secretary)
    assert not [fault for fault in faults(None, LATER) if "签收情况统计" in fault.where]
    MonthlySnapshot.objects.create(
        area=november.area,
        issuers=Issuers.ALL,
        year=2026,
        month=11,
        version=1,
        as_of=LATER,
        made_by=secretary,
        digest="0",
    )
    unit = november.units["YA-ZF"]
    SnapshotRow.objects.create(
        snapshot=snapshot, ordinal=9, unit=unit, name="市政府", category=unit.category, counts={}
    )
    found = [fault.what for fault in faults(None, LATER) if "签收情况统计" in fault.where]
    assert len([what for what in found if "后来加入" in what]) == 1
    assert (
        len([what for what in found if "被改动过" in what]) == 3
    )  # the row itself, its count in the ledger, the digest of nothing


def test_an_urge_and_a_signature_in_anothers_place_that_came_later_change_the_page_of_the_day_alone(
    november, secretary
):
    published(november, secretary)
    then = published_report(NOVEMBER).late
    unsigned = Delivery.objects.get(unit_name="市财政局", signed_at=None)
    Urge.objects.bulk_create([november.press(unsigned, LATER)])
    Delivery.objects.filter(pk=unsigned.pk).update(
        urges=3, urged_at=LATER, state="signed_for", signed_at=LATER, signed_by=november.clerk, by_proxy=True
    )
    assert published_report(NOVEMBER).late == then
    before, now = (
        next(row for row in late if row.key.delivery == unsigned.pk)
        for late in (then, month_report(NOVEMBER, as_of=LATER).late)
    )
    assert ((before.urges, before.remark), (now.urges, now.remark)) == ((2, ""), (3, "代签"))
    file = BytesIO()
    write_month(file, published_report(NOVEMBER))
    (line,) = [row for row in load_workbook(file)[LATE].values if row[1] == "市财政局" and row[11] == "未签收"]
    assert (line[12], line[18] or "") == (2, "")


def test_the_page_shows_what_was_published_and_on_demand_what_is_so_now(november, secretary, client, time_machine):
    time_machine.move_to("2026-12-01T09:00:00+08:00", tick=False)
    client.force_login(secretary)
    assert "第 1 版" in client.get(f"{PUBLISH}?month=2026-11").content.decode()
    answer = client.post(f"{PUBLISH}?month=2026-11", follow=True).content.decode()
    assert "2026年11月签收情况统计（第1版）已公布" in answer
    excuse("市财政局")
    time_machine.move_to("2026-12-08T09:00:00+08:00", tick=False)
    client.force_login(secretary)
    shown, now = (client.get(PAGE, {"month": "2026-11", **more}).content.decode() for more in ({}, {"as": "now"}))
    assert ("已公布" in shown, "40.00%" in shown) == (True, True)
    assert ("现在的情况" in now, "50.00%" in now) == (True, True)
    refused = client.post(f"{PUBLISH}?month=2026-11", {"reason": ""}).content.decode()
    assert "重新公布请写明理由" in refused
    client.post(f"{PUBLISH}?month=2026-11", {"reason": "经认定免责"})
    assert "第 2 版" in client.get(PAGE, {"month": "2026-11"}).content.decode()


def test_the_published_workbook_holds_values_and_the_working_one_formulas(november, secretary, client, time_machine):
    time_machine.move_to("2026-12-01T09:00:00+08:00", tick=False)
    client.force_login(secretary)
    published(november, secretary)

    def cells(**more):
        book = load_workbook(BytesIO(client.get(BOOK, {"month": "2026-11", **more}).content))
        figures, late = book["签收情况统计表"], book["逾期签收明细表"]
        return [figures[cell].value for cell in ("J7", "Q7", "D9", "J9", "U9")], late["K6"].value, late["Q9"].value

    values, overdue, recipients = cells()
    assert values == [pytest.approx(0.4), 3, 12, pytest.approx(0.75), pytest.approx(0.0)]
    assert not str(overdue).startswith("=")
    assert not str(recipients).startswith("=")
    formulas, *_ = cells(**{"as": "now"})
    assert all(str(cell).startswith("=") for cell in formulas)


@pytest.mark.parametrize("wrong", ["", "2027-01", "十一月"])
def test_a_month_that_is_none_or_has_not_come_is_not_published(november, secretary, client, time_machine, wrong):
    time_machine.move_to("2026-12-01T09:00:00+08:00", tick=False)
    client.force_login(secretary)
    assert client.post(f"{PUBLISH}?month={wrong}").status_code == 302
    assert not MonthlySnapshot.objects.exists()


@pytest.mark.parametrize("role", [Role.CLERK, Role.LEADER, Role.NETWORK_OFFICE, Role.DUTY_OFFICER, Role.AUDIT_ADMIN])
def test_for_anybody_else_there_is_no_such_page(november, client, time_machine, role):
    time_machine.move_to("2026-12-01T09:00:00+08:00", tick=False)
    client.force_login(november.person("other", role, at=beijing("2026-10-01 09:00")))
    assert [answer(f"{PUBLISH}?month=2026-11").status_code for answer in (client.get, client.post)] == [404, 404]
    assert not MonthlySnapshot.objects.exists()
