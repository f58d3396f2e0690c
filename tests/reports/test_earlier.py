"""Figures of earlier years come in by a sheet, whole or not at all, and stay as they were handed in."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from openpyxl import Workbook

from accounts.roles import Role
from accounts.units import Unit
from cms.areas import Area
from cms.ledger import Entry
from cms.verifying import faults
from reports.deeds import Deed
from reports.earlier import EarlierFigures, EarlierImport
from reports.months import Month
from tests.offices import beijing
from tests.reports.november import FIRST_OF_DECEMBER as NOW

IMPORT = reverse("reports:import_earlier")
HEAD = ["单位代码", "年", "月", "应签收", "按时签收", "逾期签收", "未签收", "来源"]
GOOD = [["QX01", 2025, 11, 10, 9, 1, 0, "2025年通报"], ["BM08", 2025, 11, 10, 5, 3, 2, "2025年通报"]]
TOKEN = re.compile(r'name="token" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _morning(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def desk(records, client):
    client.force_login(records.person("secretary", Role.SECRETARIAT, at=beijing("2026-10-01 09:00")))
    return client


def handed_in(desk, *rows):
    book, written = Workbook(), io.BytesIO()
    for row in (HEAD, *rows):
        book.active.append(row)
    book.save(written)
    return desk.post(IMPORT, {"file": SimpleUploadedFile("往年.xlsx", written.getvalue())}).content.decode()


def confirmed(desk, shown):
    return desk.post(IMPORT, {"token": TOKEN.search(shown)[1]}, follow=True).content.decode()


def in_force(records):
    return {row.unit.code: row.counts for row in EarlierFigures.objects.in_force(records.area, [Month(2025, 11)])}


def test_a_sheet_is_looked_at_then_taken_in_whole_and_a_later_one_stands_before_it(desk, records):
    shown = handed_in(desk, *GOOD)
    assert not EarlierImport.objects.exists()
    assert "新增 2 行" in confirmed(desk, shown)
    assert in_force(records) == {"QX01": (9, 1, 0), "BM08": (5, 3, 2)}
    (entry,) = Entry.objects.filter(deed=Deed.EARLIER_TAKEN)
    batch = EarlierImport.objects.get()
    assert entry.said == {"area": records.area.code, "lines": 2, "figures": batch.digest}
    assert (batch.made_by.username, batch.rows.first().source) == ("secretary", "2025年通报")
    again = handed_in(desk, GOOD[0], ["BM08", 2025, 11, 10, 6, 2, 2, "更正的通报"])
    assert "按时 5、逾期 3、未签收 2（2025年通报） → 按时 6、逾期 2、未签收 2（更正的通报）" in again
    assert "更改 1 行，不变 1 行" in confirmed(desk, again)
    assert in_force(records)["BM08"] == (6, 2, 2)
    assert EarlierFigures.objects.count() == 3  # nothing was changed
    assert not TOKEN.search(handed_in(desk, GOOD[0]))  # nothing new: nothing to say yes to
    assert "没有导入" in desk.post(IMPORT, {"token": TOKEN.search(shown)[1]}, follow=True).content.decode()
    assert EarlierImport.objects.count() == 2


WRONG = [
    (["QX99", 2025, 11, 1, 1, 0, 0, "报"], "名册里没有本级单位"),
    (["QX01", 2026, 12, 1, 1, 0, 0, "报"], "还没有结束"),
    (["QX01", 2025, 13, 1, 1, 0, 0, "报"], "没有这个月份"),
    (["QX01", "二〇二五", 1, 1, 1, 0, 0, "报"], "没有这个月份"),
    (["QX01", 2025, 10, 3, 1, 1, 0, "报"], "应签收 3，与按时、逾期、未签收之和 2 不符"),
    (["QX01", 2025, 10, -1, -1, 0, 0, "报"], "整数"),
    (["QX01", 2025, 10, 1.5, 1.5, 0, 0, "报"], "整数"),
    (["QX01", 2025, 10, "²", "²", 0, 0, "报"], "整数"),
    (["QX01", 2025, 10, 10**8, 10**8, 0, 0, "报"], "整数"),
    (["QX01", 2025, 10, 1, 1, 0, 0, ""], "来源"),
    (["QX01", 2025, 10, 1, 1, 0, 0, "长" * 101], "不能超过 100"),
    (["QX01", 2025, 11, 9, 9, 0, 0, "报"], "与第 2 行是同一单位同一月份"),
    (["QX01", 2025, 10, "=1+0", 1, 0, 0, "报"], "公式"),
]


def test_every_bad_line_is_named_and_then_nothing_of_the_sheet_comes_in(desk, records):
    shown = handed_in(desk, *GOOD, *(row for row, _ in WRONG))
    assert not TOKEN.search(shown)
    for line, (_, said) in enumerate(WRONG, 4):
        assert re.search(rf"第 {line} 行[^第]*(第 2 行)?[^第]*{said}", shown) or said in shown, (line, said)
        assert f"第 {line} 行" in shown
    assert not EarlierImport.objects.exists()


def test_units_of_another_area_and_divisions_are_not_taken(desk, records):
    county = Area.objects.create(code="baota", name="宝塔区")
    Unit.objects.filter(code="BM08").update(area=county)
    assert "名册里没有本级单位“BM08”" in handed_in(desk, *GOOD)
    Unit.objects.filter(code="BM08").update(area=records.area)
    Unit.objects.filter(code="QX01").update(is_division=True)
    assert "名册里没有本级单位“QX01”" in handed_in(desk, *GOOD)


def test_what_was_handed_in_stays_and_the_look_says_what_was_changed(desk, records):
    def said():
        return [str(fault) for fault in faults(None, NOW) if "往年数据" in fault.where]

    confirmed(desk, handed_in(desk, *GOOD))
    assert not said()
    for act in (
        lambda: EarlierImport.objects.update(digest=""),
        lambda: EarlierImport.objects.all().delete(),
        lambda: EarlierFigures.objects.update(on_time=0),
        lambda: EarlierFigures.objects.all().delete(),
    ):
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            act()
    batch = EarlierImport.objects.get()
    EarlierFigures.objects.create(
        batch=batch, unit=records.units["ZX05"], year=2025, month=11, on_time=9, late=0, unsigned=0, source="报"
    )
    assert len(said()) == 2
