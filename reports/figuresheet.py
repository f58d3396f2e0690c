"""签收情况统计表: one line for every unit, and the city's line under them (Articles 20, 22 and 28).

Rates, ranks and sums are formulas, reckoned anew when the file is opened. What the formulas cannot know, the averages of the total row, is
written as values. A published month has values alone.
"""

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reports.monthly import MonthReport
from reports.monthsheet import SIGNATURES, draw_month_top, rate, settled
from reports.sheetlook import (
    COUNT,
    FIRST_ROW,
    NONE,
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

FIGURES = "签收情况统计表"

_RANK = (
    '=IF(D{0.row}=0,"—",COUNTIFS($J${first}:$J${0.last},">"&J{0.row})'
    '+COUNTIFS($J${first}:$J${0.last},J{0.row},$D${first}:$D${0.last},">"&D{0.row})+1)'
)

FIGURE_COLUMNS = (
    Column("序号", lambda unit, at: at.ordinal, 5, COUNT, align="center"),
    Column("单位", lambda unit, at: unit.name, 18),
    Column("类别", lambda unit, at: unit.category_label, 32),
    Column("应签收", lambda unit, at: unit.required, 7.5, COUNT, under="全部公文"),
    Column("按时签收", lambda unit, at: unit.on_time, 7.5, COUNT, under="全部公文"),
    Column("逾期签收", lambda unit, at: unit.late, 7.5, COUNT, under="全部公文"),
    Column("未签收", lambda unit, at: unit.unsigned, 7.5, COUNT, under="全部公文"),
    Column("免责", lambda unit, at: unit.relief, 6.5, COUNT, under="全部公文"),
    Column("未到期", lambda unit, at: unit.not_due, 7.5, COUNT, under="全部公文"),
    Column("按时签收率", lambda unit, at: rate("E{0}", "D", at.row), 10, PERCENT, under="全部公文"),
    Column("签收率", lambda unit, at: rate("(E{0}+F{0})", "D", at.row), 10, PERCENT, under="全部公文"),
    Column("应签收", lambda unit, at: unit.urgent_required, 7.5, COUNT, under="紧急件"),
    Column("按时", lambda unit, at: unit.urgent_on_time, 7.5, COUNT, under="紧急件"),
    Column("按时率", lambda unit, at: rate("M{0}", "L", at.row), 10, PERCENT, under="紧急件"),
    Column("普通件平均用时(小时)", lambda unit, at: or_none(unit.normal_hours), 11, TENTHS),
    Column("紧急件平均用时(分钟)", lambda unit, at: or_none(unit.urgent_minutes), 11, COUNT),
    Column("排名", lambda unit, at: Formula(_RANK.format(at, first=FIRST_ROW)), 7, COUNT, align="center"),
    Column("备注", lambda unit, at: unit.remark, 18),
    Column("应登记", lambda unit, at: unit.to_register, 7.5, COUNT, under="收文登记"),
    Column("及时登记", lambda unit, at: unit.registered, 7.5, COUNT, under="收文登记"),
    Column("及时登记率", lambda unit, at: rate("T{0}", "S", at.row), 10, PERCENT, under="收文登记"),
)

# What stands in a published month instead of the formula under the same head.
_PUBLISHED = {
    "按时签收率": lambda unit, at: share(unit.on_time_rate),
    "签收率": lambda unit, at: share(unit.signed_rate),
    "按时率": lambda unit, at: share(unit.urgent_on_time_rate),
    "及时登记率": lambda unit, at: share(unit.registered_rate),
    "排名": lambda unit, at: or_none(unit.rank),
}

NOTES = (
    "注：1．应签收是按时签收、逾期签收、未签收之和，免责和未到期的不计入。没有应签收公文的，各率记“—”，不排名。",
    "2．合计行的各率按合计数计算，不是各单位比率的平均；平均用时按件数加权。排名先比按时签收率，相同的再比应签收件数。",
    "3．普通件用时按办公时间计算，紧急件（加急、特急）用时按自然时间计算，只计已签收的公文。退回的按退回时间判断是否按时。",
    "4．及时登记是在签收时限以前登记的，退回的不计入；只作参考，不影响按时签收率和排名。",
    "5．依据：第二十条、第二十二条、第二十八条。",
)


def draw_figures(sheet: Worksheet, report: MonthReport) -> None:
    """The sheet of the month's figures."""
    width = len(FIGURE_COLUMNS)
    columns = settled(FIGURE_COLUMNS, _PUBLISHED) if report.published else FIGURE_COLUMNS
    draw_month_top(sheet, columns, report, report.title)
    last = draw_rows(sheet, columns, report.figures, empty="本月没有发送过公文。")
    total = last + 1
    _draw_totals(sheet, report, total, last)
    for row, note in enumerate(NOTES, total + 1):
        draw_line(sheet, row, width, note)
    bottom = total + len(NOTES) + 1
    draw_line(sheet, bottom, width, SIGNATURES.format(report.area.secretariat), lines=2)
    set_up_page(sheet, width=width, last=bottom)


def _draw_totals(sheet: Worksheet, report: MonthReport, total: int, last: int) -> None:
    """Sums, and rates from the sums; the averages are weighted by the number of circulars."""
    together = report.totals
    if report.published:
        columns = settled(FIGURE_COLUMNS, _PUBLISHED)
        place = Place(total, last)
        sums = {
            letter: column.show(together, place)
            for letter, column in zip(map(get_column_letter, range(1, len(columns) + 1)), columns, strict=True)
            if letter in "DEFGHIJKLMNSTU"
        }
    else:
        sums = {letter: Formula(f"=SUM({letter}{FIRST_ROW}:{letter}{last})") for letter in "DEFGHILMST"} | {
            "J": rate("E{0}", "D", total),
            "K": rate("(E{0}+F{0})", "D", total),
            "N": rate("M{0}", "L", total),
            "U": rate("T{0}", "S", total),
        }
    values = {
        "A": "合计",
        **sums,
        "O": or_none(together.normal_hours),
        "P": or_none(together.urgent_minutes),
        "Q": NONE,
    }
    for number, column in enumerate(FIGURE_COLUMNS, 1):
        letter = get_column_letter(number)
        put(sheet.cell(total, number), values.get(letter), form=column.format, align=column.horizontal)
    sheet.merge_cells(f"A{total}:C{total}")
    frame_row(sheet, total, len(FIGURE_COLUMNS))
