"""Workbooks of key service: 密钥服务情况表, 收费台账, 扣费清单, rows → xlsx in the look of every sheet (Articles 12, 14 and 17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.deductions import Ground
from accounts.keyservice import Reissue
from cms.workdays import local
from reports.sheetlook import (
    COUNT,
    FIRST_ROW,
    MOMENT,
    NONE,
    Column,
    Formula,
    draw_line,
    draw_rows,
    draw_top,
    frame_row,
    put,
    set_up_page,
)

MONEY, DAY = "#,##0.00", "yyyy-mm-dd"
_SIGNED = "制表单位：市网信办  制表人：　　　　　　  审核人：　　　　　　  制表日期：　　　　　　"
_BOTH = "市网信办（盖章）：　　　　　　　　  保障单位（盖章）：　　　　　　　　  日期：　　　　　　"


def _or_none(value: Any) -> Any:
    return NONE if value is None or value == "" else value


SERVICE_COLUMNS = (
    Column("序号", lambda row, at: at.ordinal, 6, COUNT, align="center"),
    Column("单位", lambda row, at: row.unit, 26),
    Column("类别", lambda row, at: row.category, 32),
    Column("密钥种类", lambda row, at: row.kind, 14),
    Column("保管人", lambda row, at: row.keeper, 10, align="center"),
    Column("介绍信", lambda row, at: row.letter, 22),
    Column("扫描件", lambda row, at: "有" if row.has_scan else "待补", 8, align="center"),
    Column("受理时间", lambda row, at: row.accepted_at, 21, MOMENT, under="时限"),
    Column("应制发时间", lambda row, at: _or_none(row.due_at), 21, MOMENT, under="时限"),
    Column("制发时间", lambda row, at: _or_none(row.issued_at), 21, MOMENT, under="时限"),
    Column("逾期天数", lambda row, at: row.days_late, 9, COUNT, under="时限"),
    Column("启用时间", lambda row, at: _or_none(row.in_force_at), 21, MOMENT),
    Column("现状", lambda row, at: row.state, 12, align="center"),
)

FEE_COLUMNS = (
    Column("序号", lambda entry, at: at.ordinal, 6, COUNT, align="center"),
    Column("缴费日期", lambda entry, at: entry.paid_on, 13, DAY),
    Column("单位", lambda entry, at: entry.renewal.key.unit.name, 26),
    Column("密钥种类", lambda entry, at: entry.renewal.key.get_kind_display(), 14),
    Column("费用来源", lambda entry, at: entry.renewal.get_payer_display(), 10, align="center"),
    Column("办理方式", lambda entry, at: entry.renewal.route, 30),
    Column("金额（元）", lambda entry, at: entry.amount, 13, MONEY),
    Column("凭证号", lambda entry, at: entry.voucher, 20),
    Column("收款单位", lambda entry, at: entry.renewal.round.provider.unit.name, 24),
    Column("登记人", lambda entry, at: entry.entered_by.name, 10, align="center"),
    Column("登记时间", lambda entry, at: entry.entered_at, 21, MOMENT),
    Column("说明", lambda entry, at: f"冲销：{entry.note}" if entry.corrects_id else NONE, 24),
)

DEDUCTION_COLUMNS = (
    Column("序号", lambda line, at: at.ordinal, 6, COUNT, align="center"),
    Column("事由", lambda line, at: line.label, 16),
    Column("事项", lambda line, at: line.what, 40),
    Column("开始时间", lambda line, at: _or_none(line.started_at), 21, MOMENT, under="时限"),
    Column("应办结时间", lambda line, at: _due(line), 21, MOMENT, under="时限"),
    Column("办结时间", lambda line, at: _done(line), 21, MOMENT, under="时限"),
    Column("逾期天数", lambda line, at: line.days or NONE, 10, COUNT, under="时限"),
    Column("依据", lambda line, at: line.article, 12, align="center"),
)


@dataclass(frozen=True)
class DeductionBook:
    """What the sheet of deductions prints: asked just now, or as it was confirmed."""

    vendor: str
    contract: str
    first: date
    last: date
    as_of: datetime
    lines: Sequence[Any]
    number: str = ""
    confirmed_on: date | None = None
    amount: Any = None

    @property
    def title(self) -> str:
        return "电子印章密钥服务扣费确认单" if self.number else "电子印章密钥服务扣费清单"


def key_service_book(year: int, rows: Sequence[Reissue], *, as_of: datetime) -> Workbook:
    """密钥服务情况表: every key made anew for damage in the year."""
    book, sheet = _book("密钥服务情况表", title := "电子印章密钥重新制发情况表")
    _top(sheet, SERVICE_COLUMNS, title, f"统计期间：{year}年", as_of, "统计范围：凭单位介绍信受理的损坏密钥。")
    last = draw_rows(sheet, SERVICE_COLUMNS, rows, empty="本年没有损坏重新制发的密钥。")
    notes = ("注：从材料齐全、受理之日的次日起计算工作日；逾期不足一天的按一天计。依据：第十四条。",)
    return _foot(book, sheet, SERVICE_COLUMNS, last, notes, _SIGNED)


def fee_book(year: int, entries: Sequence[Any], sums: Sequence[dict[str, Any]], *, as_of: datetime) -> Workbook:
    """收费台账: every payment and counter-row of the year's renewals, and the sum of each payer."""
    book, sheet = _book("收费台账", title := "电子印章密钥续费收费台账")
    _top(sheet, FEE_COLUMNS, title, f"年度：{year}年", as_of, "统计范围：本年度各批续费；冲销的以负数列出。")
    last = draw_rows(sheet, FEE_COLUMNS, entries, empty="本年度没有缴费记录。")
    total = last + 1
    put(sheet.cell(total, 1), "合计", align="center")
    put(sheet.cell(total, 7), Formula(f"=SUM(G{FIRST_ROW}:G{last})"), form=MONEY, align="right")
    frame_row(sheet, total, len(FEE_COLUMNS))
    notes = [
        f"{line['label']}：{line['count']} 把，应缴 {line['fee']:.2f} 元，已缴 {line['paid']:.2f} 元，未缴 {line['owed']:.2f} 元。"
        for line in sums
    ]
    return _foot(book, sheet, FEE_COLUMNS, total, [*notes, "依据：第十二条。"], _SIGNED)


def deduction_book(report: DeductionBook) -> Workbook:
    """扣费清单, or the confirmed sheet with number and amount."""
    book, sheet = _book("扣费清单", report.title)
    contract = f"（合同 {report.contract}）" if report.contract else ""
    period = f"期间：{report.first:%Y-%m-%d} 至 {report.last:%Y-%m-%d}"
    _top(sheet, DEDUCTION_COLUMNS, report.title, period, report.as_of, f"保障单位：{report.vendor}{contract}")
    last = draw_rows(sheet, DEDUCTION_COLUMNS, report.lines, empty="本期没有逾期和未备份的记录。")
    notes = ["注：每项列入逾期发生的期间；逾期不足一天的按一天计。依据：第十七条。"]
    if report.number:
        notes.append(f"确认：{report.number}，{report.confirmed_on:%Y-%m-%d}，按合同扣减 {report.amount} 元。")
    return _foot(book, sheet, DEDUCTION_COLUMNS, last, notes, _BOTH)


def _due(line: Any) -> Any:
    return "当月内" if line.ground == Ground.MISSED_BACKUP else line.due_at


def _done(line: Any) -> Any:
    if line.done_at is not None:
        return line.done_at
    return "未备份" if line.ground == Ground.MISSED_BACKUP else "尚未办结"


def _book(name: str, title: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = name
    book.properties.title = title
    book.properties.creator = book.properties.lastModifiedBy = settings.WAGTAIL_SITE_NAME
    book.calculation.fullCalcOnLoad = True
    return book, sheet


def _top(sheet: Worksheet, columns: Sequence[Column], title: str, left: str, as_of: datetime, below: str) -> None:
    right = f"统计截止：{local(as_of):%Y-%m-%d %H:%M}"
    draw_top(sheet, columns, title=title, left=left, right=right, below=below)


def _foot(
    book: Workbook, sheet: Worksheet, columns: Sequence[Column], last: int, notes: Sequence[str], signed: str
) -> Workbook:
    width = len(columns)
    for row, note in enumerate(notes, last + 1):
        draw_line(sheet, row, width, note)
    bottom = last + len(notes) + 1
    draw_line(sheet, bottom, width, signed, lines=2)
    set_up_page(sheet, width=width, last=bottom)
    return book
