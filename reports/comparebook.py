"""The workbook of a comparison: 月度对比表, rows → xlsx (Article 28)."""

from datetime import datetime
from typing import IO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cms.limits import when
from reports.comparing import Comparison, Line
from reports.sheetlook import (
    COUNT,
    PERCENT,
    Column,
    draw_line,
    draw_rows,
    draw_top,
    or_none,
    set_up_page,
    share,
)

TITLE = "月度对比表"
POINTS = "+0.00;-0.00;0.00"
NOTE = "注：各率是按时签收率，按件数计算；升降以百分点计。没有应签收公文的，率和升降记“—”。"


def write_comparison(file: IO[bytes], compared: Comparison, *, whose: str, as_of: datetime) -> None:
    """All units together, then the categories, then the units; values only."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = TITLE
    columns = _columns(compared)
    draw_top(
        sheet,
        columns,
        title=TITLE,
        left=f"统计月份：{compared.now.month.label}",
        right=f"统计截止：{when(as_of)}",
        below=f"统计范围：发文单位为{whose}。{compared.sources}。",
    )
    rows = [] if compared.is_empty else [compared.total, *compared.categories, *compared.units]
    last = draw_rows(sheet, columns, rows, empty="这几个月都没有数据。")
    draw_line(sheet, last + 1, len(columns), NOTE)
    set_up_page(sheet, width=len(columns), last=last + 1)
    book.save(file)


def _columns(compared: Comparison) -> tuple[Column, ...]:
    now, before, year_ago = (known.month.label for known in compared.months)
    return (
        Column("序号", lambda line, at: at.ordinal, 6, COUNT, align="center"),
        Column("单位、类别", lambda line, at: line.label, 26),
        Column("应签收", lambda line, at: _count(line, "now", "required"), 9, COUNT, under=now),
        Column("按时签收", lambda line, at: _count(line, "now", "on_time"), 9, COUNT, under=now),
        Column("逾期签收", lambda line, at: _count(line, "now", "late"), 9, COUNT, under=now),
        Column("未签收", lambda line, at: _count(line, "now", "unsigned"), 9, COUNT, under=now),
        Column("按时签收率", lambda line, at: _rate(line, "now"), 12, PERCENT, under=now),
        Column("应签收", lambda line, at: _count(line, "before", "required"), 9, COUNT, under=before),
        Column("按时签收率", lambda line, at: _rate(line, "before"), 12, PERCENT, under=before),
        Column("升降(百分点)", lambda line, at: or_none(line.since_before), 11, POINTS, under=before),
        Column("应签收", lambda line, at: _count(line, "year_ago", "required"), 9, COUNT, under=year_ago),
        Column("按时签收率", lambda line, at: _rate(line, "year_ago"), 12, PERCENT, under=year_ago),
        Column("升降(百分点)", lambda line, at: or_none(line.since_year_ago), 11, POINTS, under=year_ago),
    )


def _count(line: Line, month: str, what: str) -> object:
    return or_none(getattr(getattr(line, month), what, None))


def _rate(line: Line, month: str) -> object:
    figures = getattr(line, month)
    return share(figures.on_time_rate if figures else None)
