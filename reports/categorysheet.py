"""各类别小计: one line for every category of units, the city's under them, and a chart of their rates on time (Article 28).

Every number of a working file is reckoned from the lines of 签收情况统计表; only the averages, which no formula knows, are values.
"""

from dataclasses import dataclass, replace
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reports.figures import Figures, by_category
from reports.figuresheet import FIGURES
from reports.monthly import MonthReport
from reports.monthsheet import SIGNATURES, draw_month_top, rate
from reports.ratechart import ROWS, draw_rates
from reports.sheetlook import (
    COUNT,
    FIRST_ROW,
    LINE_HEIGHT,
    PERCENT,
    TENTHS,
    Column,
    Formula,
    Place,
    draw_line,
    draw_rows,
    frame_row,
    or_none,
    put,
    set_up_page,
    share,
)

CATEGORIES = "各类别小计"
# Where a column of this sheet finds its numbers in the sheet of the units.
_THERE = dict(zip("DEFGHILMQR", "DEFGHILMST", strict=True))
# Of which columns of its own row a rate is a share.
_RATES = {"J": ("E{0}", "D"), "K": ("(E{0}+F{0})", "D"), "N": ("M{0}", "L"), "S": ("R{0}", "Q")}

COLUMNS = (
    Column("序号", lambda line, at: at.ordinal, 6, COUNT, align="center"),
    Column("类别", lambda line, at: line.label, 32),
    Column("单位数", lambda line, at: line.units, 8, COUNT),
    Column("应签收", lambda line, at: line.figures.required, 9, COUNT, under="全部公文"),
    Column("按时签收", lambda line, at: line.figures.on_time, 9, COUNT, under="全部公文"),
    Column("逾期签收", lambda line, at: line.figures.late, 9, COUNT, under="全部公文"),
    Column("未签收", lambda line, at: line.figures.unsigned, 9, COUNT, under="全部公文"),
    Column("免责", lambda line, at: line.figures.relief, 8, COUNT, under="全部公文"),
    Column("未到期", lambda line, at: line.figures.not_due, 9, COUNT, under="全部公文"),
    Column("按时签收率", lambda line, at: share(line.figures.on_time_rate), 12, PERCENT, under="全部公文"),
    Column("签收率", lambda line, at: share(line.figures.signed_rate), 11, PERCENT, under="全部公文"),
    Column("应签收", lambda line, at: line.figures.urgent_required, 9, COUNT, under="紧急件"),
    Column("按时", lambda line, at: line.figures.urgent_on_time, 9, COUNT, under="紧急件"),
    Column("按时率", lambda line, at: share(line.figures.urgent_on_time_rate), 11, PERCENT, under="紧急件"),
    Column("普通件平均用时(小时)", lambda line, at: or_none(line.figures.normal_hours), 13, TENTHS),
    Column("紧急件平均用时(分钟)", lambda line, at: or_none(line.figures.urgent_minutes), 13, COUNT),
    Column("应登记", lambda line, at: line.figures.to_register, 9, COUNT, under="收文登记"),
    Column("及时登记", lambda line, at: line.figures.registered, 9, COUNT, under="收文登记"),
    Column("及时登记率", lambda line, at: share(line.figures.registered_rate), 12, PERCENT, under="收文登记"),
)
NOTE = "注：各率按小计数计算，不是各单位比率的平均；本月没有应签收公文的类别列在最后，各率记“—”，不画在图上。依据：第二十八条。"


@dataclass(frozen=True)
class CategoryLine:
    """One category, how many units of it were sent anything, and their figures together."""

    label: str
    units: int
    figures: Figures


def category_lines(report: MonthReport) -> list[CategoryLine]:
    """The categories in the order of the register; those of which nothing was required come last."""
    labels = [one.category_label for one in report.figures]
    found = [
        CategoryLine(label, labels.count(label), figures) for label, figures in by_category(report.figures).items()
    ]
    return sorted(found, key=lambda line: not line.figures.required)


def draw_categories(sheet: Worksheet, report: MonthReport) -> None:
    """The sheet of the month's categories, with its chart."""
    lines, width = category_lines(report), len(COLUMNS)
    draw_month_top(sheet, COLUMNS, report, f"{report.area}电子公文签收情况各类别小计")
    last_unit = FIRST_ROW + max(len(report.figures), 1) - 1
    columns = list(COLUMNS) if report.published else _reckoned(last_unit)
    last = draw_rows(sheet, columns, lines, empty="本月没有发送过公文。")
    total = last + 1
    _draw_totals(sheet, report, total, last)
    draw_line(sheet, total + 1, width, NOTE)
    bottom = total + 2
    if charted := sum(1 for line in lines if line.figures.required):
        title = f"{report.month.label}各类别按时签收率"
        last_charted = FIRST_ROW + charted - 1
        draw_rates(sheet, title, names="B", rates="J", last=last_charted, axis="单位类别", top=bottom, width=width)
        for row in range(bottom, bottom + ROWS + 1):
            sheet.row_dimensions[row].height = LINE_HEIGHT
        bottom += ROWS + 1
    draw_line(sheet, bottom, width, SIGNATURES.format(report.area.secretariat), lines=2)
    set_up_page(sheet, width=width, last=bottom)


def _reckoned(last_unit: int) -> list[Column]:
    """The columns, of which all but the averages are reckoned from the sheet of the units, which ends with that row."""
    named = f"'{FIGURES}'!$C${FIRST_ROW}:$C${last_unit}"

    def sum_of(there: str) -> Any:
        span = f"'{FIGURES}'!${there}${FIRST_ROW}:${there}${last_unit}"
        return lambda line, at: Formula(f"=SUMIFS({span},{named},$B{at.row})")

    def share_of(part: str, whole: str) -> Any:
        return lambda line, at: rate(part, whole, at.row)

    by_letter = {letter: sum_of(there) for letter, there in _THERE.items()}
    by_letter |= {letter: share_of(*parts) for letter, parts in _RATES.items()}
    by_letter["C"] = lambda line, at: Formula(f"=COUNTIF({named},$B{at.row})")
    # Two columns bear the same head, so it is their letters that tell them apart.
    return [
        replace(column, show=by_letter.get(get_column_letter(number), column.show))
        for number, column in enumerate(COLUMNS, 1)
    ]


def _draw_totals(sheet: Worksheet, report: MonthReport, total: int, last: int) -> None:
    """The city's line: sums, and rates from the sums."""
    together = CategoryLine("", len(report.figures), report.totals)
    for number, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(number)
        value = column.show(together, Place(total, last)) if letter not in "AB" else {"A": "合计"}.get(letter)
        if not report.published and letter in {*_THERE, "C"}:
            value = Formula(f"=SUM({letter}{FIRST_ROW}:{letter}{last})")
        elif not report.published and letter in _RATES:
            value = rate(*_RATES[letter], total)
        put(sheet.cell(total, number), value, form=column.format, align=column.horizontal)
    sheet.merge_cells(f"A{total}:B{total}")
    frame_row(sheet, total, len(COLUMNS))
