"""口径说明: the last sheet of a month's workbook, in words (Article 28)."""

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from reports.meanings import Meaning
from reports.monthly import MonthReport
from reports.monthsheet import draw_month_top
from reports.sheetlook import COUNT, Column, draw_rows, set_up_page

MEANINGS = "口径说明"

COLUMNS = (
    Column("序号", lambda one, at: at.ordinal, 6, COUNT, align="center"),
    Column("项目", lambda one, at: one.word, 22),
    Column("口径", lambda one, at: one.said, 110),
    Column("依据", lambda one, at: one.article, 28, align="center"),
)


def draw_meanings(sheet: Worksheet, report: MonthReport, meanings: Sequence[Meaning]) -> None:
    """The sheet that says what the others mean."""
    draw_month_top(sheet, COLUMNS, report, f"{report.area}电子公文签收统计口径说明")
    last = draw_rows(sheet, COLUMNS, meanings, empty="")
    set_up_page(sheet, width=len(COLUMNS), last=last)
