"""回执汇总表: what units answered to one circular, rows → xlsx in the look of every sheet; lists and tables on sheets of their own (regulation art. 24(7))."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from circulars.answers.table import AnswerRow, AnswerTable, one_line
from circulars.demands.fields import FieldKind
from circulars.demands.fixed import ReplyDemand, ReplyField
from circulars.registration import Circular
from cms.workdays import local
from reports.sheetlook import COUNT, MOMENT, NONE, Column, Place, draw_line, draw_rows, draw_top, set_up_page

ALL = "答复汇总"
NUMBER = "General"
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_SHEET_NAME = 31


@dataclass(frozen=True)
class GridRow:
    """One row of a list or table that a unit handed in."""

    unit: str
    cells: Sequence[str]


def answer_book(circular: Circular, demand: ReplyDemand, table: AnswerTable, *, as_of: datetime) -> Workbook:
    """Every unit that was asked in the register's order, with what it answered; numbers are numbers, all else is text."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = ALL
    book.properties.title = f"{circular.number} 回执汇总表"
    book.properties.creator = book.properties.lastModifiedBy = settings.WAGTAIL_SITE_NAME
    below = f"应答复 {len(table.rows)} 家，已答复 {table.answered} 家，未答复 {len(table.missing)} 家。"
    _draw(sheet, _columns(table.fields), table.rows, circular, demand, as_of, below=below)
    taken = {ALL}
    for asked in table.fields:
        if asked.is_grid:
            grid = book.create_sheet(_sheet_name(asked.label, taken))
            rows = [GridRow(_unit(row), cells) for row in table.rows for cells in _cells(row, asked)]
            _draw(grid, _grid_columns(asked), rows, circular, demand, as_of, below=f"明细：{asked.label}")
    return book


def _draw(
    sheet: Worksheet,
    columns: Sequence[Column],
    rows: Sequence[Any],
    circular: Circular,
    demand: ReplyDemand,
    as_of: datetime,
    *,
    below: str,
) -> None:
    day = demand.last_day
    left = f"发文字号：{circular.number}" + (f"　答复期限：{day:%Y-%m-%d}" if day else "")
    right = f"统计截至：{local(as_of):%Y-%m-%d %H:%M}"
    draw_top(sheet, columns, title="回执汇总表", left=left, right=right, below=below)
    last = draw_rows(sheet, columns, rows, empty="没有填报的内容。")
    draw_line(sheet, last + 1, len(columns), f"公文标题：{circular.title}")
    set_up_page(sheet, width=len(columns), last=last + 1)


def _columns(fields: Sequence[ReplyField]) -> list[Column]:
    return [
        Column("序号", lambda row, at: at.ordinal, 6, COUNT, align="center"),
        Column("单位", lambda row, at: _unit(row), 24),
        Column("答复情况", lambda row, at: row.standing.label, 14, align="center"),
        *(_column(asked) for asked in fields),
        Column("上报时间", lambda row, at: row.standing.at or NONE, 21, MOMENT),
    ]


def _column(asked: ReplyField) -> Column:
    def show(row: AnswerRow, at: Place) -> Any:
        value = one_line(asked, row.value(asked))
        return NONE if value == "" else float(value) if isinstance(value, Decimal) else value

    if asked.kind == FieldKind.NUMBER:
        return Column(asked.label, show, 14, NUMBER)
    return Column(asked.label, show, 40 if asked.is_grid else 24)


def _grid_columns(asked: ReplyField) -> list[Column]:
    def cell(place: int) -> Callable[[GridRow, Place], str]:
        return lambda row, at: row.cells[place]

    return [
        Column("序号", lambda row, at: at.ordinal, 6, COUNT, align="center"),
        Column("单位", lambda row, at: row.unit, 24),
        *(Column(heading, cell(place), 18) for place, heading in enumerate(asked.columns)),
    ]


def _cells(row: AnswerRow, asked: ReplyField) -> Any:
    return row.value(asked) or []


def _unit(row: AnswerRow) -> str:
    return row.standing.delivery.unit_name


def _sheet_name(label: str, taken: set[str]) -> str:
    """The label as a sheet may be called, told apart from those before it."""
    name = _NO_SHEET_NAME.sub(" ", label).strip()[: _LONGEST_SHEET_NAME - 3] or "表"
    while name.lower() in {each.lower() for each in taken}:
        name = f"{name[: _LONGEST_SHEET_NAME - 3]} {len(taken)}"
    taken.add(name)
    return name
