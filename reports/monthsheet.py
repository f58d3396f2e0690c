"""What the sheets of a month have in common: their top, their signatures, and values where a working file has formulas (Article 28)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from cms.workdays import local
from reports.monthly import MonthReport
from reports.sheetlook import Column, Formula, draw_top

SIGNATURES = "制表单位：{}  制表人：　　　　　　  审核人：　　　　　　  制表日期：　　　　　　"


def settled(columns: Sequence[Column], values: dict[str, Any]) -> list[Column]:
    """The same columns, of which some show a value instead of their formula."""
    return [replace(column, show=values.get(column.head, column.show)) for column in columns]


def draw_month_top(
    sheet: Worksheet, columns: Sequence[Column], report: MonthReport, title: str, *, at: int = 1
) -> None:
    """Title, period, as-of time, version and scope of the report over the columns."""
    draw_top(
        sheet,
        columns,
        title=title,
        left=f"统计期间：{report.month.period}",
        right=f"统计截止：{local(report.as_of):%Y-%m-%d %H:%M}"
        + (f"　公布第 {report.published.version} 版" if report.published else ""),
        below=f"统计范围：发文单位为{report.issuers.said_in(report.area)}；紧急程度为普通、加急、特急；主送和抄送；电子公文，不含已撤回的。",
        at=at,
    )


def rate(part: str, whole: str, row: int) -> Formula:
    """A share of two columns in the row; a dash where the whole is nought."""
    return Formula(f'=IF({whole}{row}=0,"—",{part.format(row)}/{whole}{row})')
