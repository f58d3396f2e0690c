"""The workbook of a carrier's month: 月租费扣除单 with its sum and places for signatures, 线路中断月累计 and 中断明细表 (Article 16)."""

from typing import IO, Any

from django.conf import settings
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cms.workdays import local
from reports.linesheets import InterruptionRow, LineSheet, interruptions
from reports.sheetlook import (
    COUNT,
    DURATION,
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

DEDUCTIONS, MONTHS, INTERRUPTIONS = "月租费扣除单", "线路中断月累计", "中断明细表"
YUAN = "0.00"

DEDUCTION_COLUMNS = (
    Column("序号", lambda line, at: at.ordinal, 6, COUNT, align="center"),
    Column("使用单位", lambda line, at: line.unit_name, 30),
    Column("电路编号", lambda line, at: line.circuit, 20),
    Column("当月累计中断", lambda line, at: line.down, 14, DURATION),
    Column("扣除依据", lambda line, at: line.ground, 44),
    Column("扣除月租费（元）", lambda line, at: line.yuan, 17, YUAN),
    Column("备注", lambda line, at: line.remark, 26),
)
MONTH_COLUMNS = (
    Column("序号", lambda tally, at: at.ordinal, 6, COUNT, align="center"),
    Column("使用单位", lambda tally, at: tally.line.unit.name, 30),
    Column("电路编号", lambda tally, at: tally.line.circuit, 20),
    Column("中断次数", lambda tally, at: tally.outages, 10, COUNT),
    Column("累计中断", lambda tally, at: tally.month.down, 12, DURATION, under="当月"),
    Column("限定", lambda tally, at: tally.month.allowed, 10, DURATION, under="当月"),
    Column("未按时恢复", lambda tally, at: tally.breaches, 12, COUNT),
    Column("是否超过限定", lambda tally, at: "是" if tally.is_over else "否", 14, align="center"),
    Column("扣除月租费（元）", lambda tally, at: tally.deducted, 17, YUAN),
    Column("备注", lambda tally, at: "尚未恢复" if tally.is_open else "", 16),
)
INTERRUPTION_COLUMNS = (
    Column("序号", lambda row, at: at.ordinal, 6, COUNT, align="center"),
    Column("使用单位", lambda row, at: row.unit_name, 26),
    Column("电路编号", lambda row, at: row.circuit, 18),
    Column("中断时间", lambda row, at: row.down_at, 21, MOMENT),
    Column("恢复时间", lambda row, at: row.up_at or NONE, 21, MOMENT),
    Column("本次中断", lambda row, at: row.lasted, 12, DURATION),
    Column("其中本月", lambda row, at: row.within, 12, DURATION),
    Column("12小时内恢复", lambda row, at: _in_time(row), 14, align="center"),
    Column("备注", lambda row, at: row.remark, 36),
)
NOTES = (
    "注：1．一条线路一个自然月中断累计超过限定小时数的，扣除当月全部月租费；恰好等于的不扣。跨月的中断在1日零时分开计算。",
    "2．没有恢复的中断算到统计截止时间。依据：第八条第（一）项、第十六条。",
)
SIGNATURES = "制表单位：市网信办  制表人：　　　　　　  负责人：　　　　　　  运营商确认（盖章）：　　　　　　  日期：　　　　　　"


def workbook_of(sheet: LineSheet) -> Workbook:
    """The three sheets of the carrier's month, in memory."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = DEDUCTIONS
    _draw_deductions(first, sheet)
    _draw_months(book.create_sheet(MONTHS), sheet)
    _draw_interruptions(book.create_sheet(INTERRUPTIONS), sheet)
    book.properties.title = f"{sheet.title}（{sheet.month.label}）"
    book.properties.creator = book.properties.lastModifiedBy = settings.WAGTAIL_SITE_NAME
    book.calculation.fullCalcOnLoad = True
    return book


def write_sheet(target: IO[bytes], sheet: LineSheet) -> None:
    """The workbook is in the file."""
    workbook_of(sheet).save(target)


def _draw_deductions(sheet: Worksheet, rows: LineSheet) -> None:
    width = len(DEDUCTION_COLUMNS)
    _draw_top(sheet, DEDUCTION_COLUMNS, rows, rows.title)
    last = draw_rows(sheet, DEDUCTION_COLUMNS, rows.deductions, empty="本月没有应扣除月租费的线路。")
    total = last + 1
    put(sheet.cell(total, 1), "合计", align="center")
    put(sheet.cell(total, 6), Formula(f"=SUM(F{FIRST_ROW}:F{last})"), form=YUAN, align="right")
    sheet.merge_cells(f"A{total}:C{total}")
    frame_row(sheet, total, width)
    for row, note in enumerate(NOTES, total + 1):
        draw_line(sheet, row, width, note)
    bottom = total + len(NOTES) + 1
    draw_line(sheet, bottom, width, SIGNATURES, lines=2)
    set_up_page(sheet, width=width, last=bottom)


def _draw_months(sheet: Worksheet, rows: LineSheet) -> None:
    """Every line that was let in the month, interrupted or not, in the order of the register."""
    width = len(MONTH_COLUMNS)
    _draw_top(sheet, MONTH_COLUMNS, rows, f"{rows.carrier.unit.name}线路中断月累计")
    last = draw_rows(sheet, MONTH_COLUMNS, rows.tallies, empty="本月没有在用的线路。")
    total = last + 1
    put(sheet.cell(total, 1), "合计", align="center")
    for letter, form in (("D", COUNT), ("E", DURATION), ("G", COUNT), ("I", YUAN)):
        put(sheet[f"{letter}{total}"], Formula(f"=SUM({letter}{FIRST_ROW}:{letter}{last})"), form=form, align="right")
    sheet.merge_cells(f"A{total}:C{total}")
    frame_row(sheet, total, width)
    draw_line(sheet, total + 1, width, NOTES[0])
    set_up_page(sheet, width=width, last=total + 1)


def _draw_interruptions(sheet: Worksheet, rows: LineSheet) -> None:
    width = len(INTERRUPTION_COLUMNS)
    _draw_top(sheet, INTERRUPTION_COLUMNS, rows, f"{rows.carrier.unit.name}线路中断明细表")
    last = draw_rows(sheet, INTERRUPTION_COLUMNS, interruptions(rows), empty="本月没有线路中断。")
    set_up_page(sheet, width=width, last=last)


def _draw_top(sheet: Worksheet, columns: Any, rows: LineSheet, title: str) -> None:
    draw_top(
        sheet,
        columns,
        title=title,
        left=f"统计期间：{rows.month.period}",
        right=f"统计截止：{local(rows.as_of):%Y-%m-%d %H:%M}",
        below=f"合同编号：{rows.carrier.contract or '未登记'}；在用线路 {len(rows.tallies)} 条，有中断的 {len(rows.down)} 条。",
    )


def _in_time(row: InterruptionRow) -> str:
    if row.is_too_long:
        return "否"
    return "是" if row.up_at else "未到时限"
