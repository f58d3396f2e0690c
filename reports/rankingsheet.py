"""单位排名（月报）: three tables side by side, each printed on pages of its own under its own head (Article 28).

By category, by year, and by circular. Shares, places and words are formulas in a working file and values in a published month.
"""

from collections.abc import Sequence
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cms.workdays import local
from reports.monthly import MonthReport
from reports.months import YearToDate
from reports.monthsheet import SIGNATURES, draw_month_top, rate, settled
from reports.ranking import CircularLine, Ranking, Standing, YearLine
from reports.sheetlook import (
    COUNT,
    FIRST_ROW,
    MOMENT,
    NONE,
    PERCENT,
    Column,
    Formula,
    Place,
    area,
    draw_line,
    draw_rows,
    frame_row,
    or_none,
    put,
    set_up_page,
    share,
)

RANKING = "单位排名（月报）"
POINTS, PLACES = "+0.00;-0.00;0.00", "+0;-0;0"
UNITS_AT, YEAR_AT, CIRCULARS_AT = 1, 14, 32  # A, N and AF: a column is left free between two tables

_PLACE = (
    '=IF(D{0.row}=0,"—",COUNTIFS($C${first}:$C${0.last},C{0.row},$F${first}:$F${0.last},">"&F{0.row})'
    "+COUNTIFS($C${first}:$C${0.last},C{0.row},$F${first}:$F${0.last},F{0.row},$D${first}:$D${0.last},"
    '">"&D{0.row})+1)'
)


def _change(row: int) -> Formula:
    return Formula(f'=IF(OR(F{row}="{NONE}",G{row}="{NONE}"),"{NONE}",(F{row}-G{row})*100)')


def _places_gained(row: int) -> Formula:
    return Formula(f'=IF(OR(A{row}="{NONE}",I{row}="{NONE}"),"{NONE}",I{row}-A{row})')


UNIT_COLUMNS = (
    Column("名次", lambda one, at: Formula(_PLACE.format(at, first=FIRST_ROW)), 7, COUNT, align="center"),
    Column("单位", lambda one, at: one.now.name, 20),
    Column("类别", lambda one, at: one.now.category_label, 32),
    Column("应签收", lambda one, at: one.now.required, 9, COUNT, under="本月"),
    Column("按时签收", lambda one, at: one.now.on_time, 9, COUNT, under="本月"),
    Column("按时签收率", lambda one, at: rate("E{0}", "D", at.row), 12, PERCENT, under="本月"),
    Column("上月按时率", lambda one, at: _rate_before(one), 12, PERCENT, under="与上月比较"),
    Column("较上月(百分点)", lambda one, at: _change(at.row), 12, POINTS, under="与上月比较"),
    Column("上月名次", lambda one, at: or_none(one.before and one.before.rank), 9, COUNT, "与上月比较", "center"),
    Column("名次变化", lambda one, at: _places_gained(at.row), 9, PLACES, "与上月比较", "center"),
    Column("评价", lambda one, at: one.grade, 9, align="center"),
    Column("连续逾期月数", lambda one, at: one.late_months, 10, COUNT, align="center"),
)
CIRCULAR_COLUMNS = (
    Column("序号", lambda line, at: at.ordinal, 6, COUNT, align="center"),
    Column("公文标题", lambda line, at: line.title, 48, under="公文"),
    Column("发文字号", lambda line, at: line.number, 26, under="公文"),
    Column("文种", lambda line, at: line.document_type, 9, under="公文", align="center"),
    Column("紧急程度", lambda line, at: line.urgency, 8, under="公文", align="center"),
    Column("发送时间", lambda line, at: line.sent_at, 22, MOMENT, under="公文"),
    Column("应签收单位数", lambda line, at: line.figures.required, 10, COUNT, under="签收情况"),
    Column("按时", lambda line, at: line.figures.on_time, 8, COUNT, under="签收情况"),
    Column("逾期", lambda line, at: line.figures.late, 8, COUNT, under="签收情况"),
    Column("未签收", lambda line, at: line.figures.unsigned, 9, COUNT, under="签收情况"),
    Column("退回", lambda line, at: line.figures.returned, 8, COUNT, under="签收情况"),
    Column("签收率", lambda line, at: rate("(AM{0}+AN{0})", "AL", at.row), 12, PERCENT, under="签收情况"),
    Column("最后签收单位及时间", lambda line, at: _last_signed(line), 34),
)
UNIT_NOTES = (
    "注：1．名次按类别分别排列：先比按时签收率，相同的再比应签收件数，仍相同的并列；没有应签收公文的不排名。名次变化为正的是上升。",
    "2．连续逾期月数是到本月为止，每月都有逾期签收、逾期退回或者未签收公文的月数，最多往前看12个月。",
)
YEAR_NOTES = (
    "注：1．各月是当月的按时签收率：已公布的月份按当时最新一版，其余按本表统计截止时间；没有应签收公文的记“—”。",
    "2．累计按时率按累计数计算，不是各月比率的平均。被通报次数是本年各期通报点名的次数。",
)
CIRCULAR_NOTES = (
    "注：应签收单位数不含免责和未到期的；签收率是按时、逾期之和占应签收单位数的比例，退回按退回时间计入按时或逾期。",
)


def draw_ranking(sheet: Worksheet, report: MonthReport, ranking: Ranking) -> None:
    """The sheet of the month's ranking."""
    last = _draw_units(sheet, report, ranking)
    beside = [_draw_year(sheet, report, ranking), _draw_circulars(sheet, report, ranking)]
    set_up_page(sheet, width=len(UNIT_COLUMNS), last=last, beside=beside)


def _draw_units(sheet: Worksheet, report: MonthReport, ranking: Ranking) -> int:
    """The first table; its last row."""
    published: dict[str, Any] = {
        "名次": lambda one, at: or_none(one.now.rank),
        "按时签收率": lambda one, at: share(one.now.on_time_rate),
        "较上月(百分点)": lambda one, at: share(one.change),
        "名次变化": lambda one, at: or_none(one.places_gained),
    }
    reckoned = {"评价": lambda one, at: ranking.scale.formula(f"F{at.row}")}
    columns = settled(UNIT_COLUMNS, published if report.published else reckoned)
    draw_month_top(sheet, columns, report, f"{report.area}电子公文签收单位排名（{report.month.label}）", at=UNITS_AT)
    empty = "本月没有发送过公文。"
    last = draw_rows(sheet, columns, ranking.standings, empty=empty, at=UNITS_AT)
    where = f"3．评价：{ranking.scale.said}。本表右边：年度累计（N列起）、公文签收情况（AF列起）。依据：第二十八条。"
    return _foot(sheet, report, last, len(columns), [*UNIT_NOTES, where], at=UNITS_AT)


def _draw_year(sheet: Worksheet, report: MonthReport, ranking: Ranking) -> str:
    """The second table, with its line of all units; where it stands."""
    columns, until = _year_columns(report), YearToDate(report.month).label
    draw_month_top(sheet, columns, report, f"{report.area}电子公文签收情况年度累计（{until}）", at=YEAR_AT)
    last = draw_rows(sheet, columns, ranking.year, empty="本年没有发送过公文。", at=YEAR_AT)
    total = last + 1
    letters = [get_column_letter(number) for number in range(YEAR_AT, YEAR_AT + len(columns))]
    sums = {
        letters[place]: Formula(f"=SUM({letters[place]}{FIRST_ROW}:{letters[place]}{last})") for place in (13, 14, 16)
    }
    for letter, column in zip(letters, columns, strict=True):
        value = column.show(ranking.year_totals, Place(total, last))
        value = value if report.published else sums.get(letter, value)
        put(sheet[f"{letter}{total}"], value, form=column.format, align=column.horizontal)
    frame_row(sheet, total, len(columns), at=YEAR_AT)
    return area(len(columns), _foot(sheet, report, total, len(columns), YEAR_NOTES, at=YEAR_AT), at=YEAR_AT)


def _year_columns(report: MonthReport) -> list[Column]:
    """The unit, the twelve months, of which those to come are empty, and what they come to."""

    def month(number: int) -> Column:
        def show(line: YearLine, at: Place) -> Any:
            if number > report.month.month:
                return ""
            found = line.months.get(number)
            return share(found.on_time_rate if found else None)

        return Column(f"{number}月", show, 10, PERCENT, under="各月按时签收率")

    def together(line: YearLine, at: Place) -> Any:
        return share(line.together.on_time_rate) if report.published else rate("AB{0}", "AA", at.row)

    return [
        Column("单位", lambda line, at: line.name, 20),
        *(month(number) for number in range(1, 13)),
        Column("应签收", lambda line, at: line.together.required, 9, COUNT, under="累计"),
        Column("按时", lambda line, at: line.together.on_time, 9, COUNT, under="累计"),
        Column("按时率", together, 11, PERCENT, under="累计"),
        Column("被通报次数", lambda line, at: line.bulletins, 10, COUNT),
    ]


def _draw_circulars(sheet: Worksheet, report: MonthReport, ranking: Ranking) -> str:
    """The third table; where it stands."""
    signed = {"签收率": lambda line, at: share(line.figures.signed_rate)}
    columns = settled(CIRCULAR_COLUMNS, signed if report.published else {})
    draw_month_top(sheet, columns, report, f"{report.area}电子公文签收情况（{report.month.label}）", at=CIRCULARS_AT)
    last = draw_rows(sheet, columns, ranking.circulars, empty="本月没有发送过公文。", at=CIRCULARS_AT)
    last = _foot(sheet, report, last, len(columns), CIRCULAR_NOTES, at=CIRCULARS_AT)
    return area(len(columns), last, at=CIRCULARS_AT)


def _foot(sheet: Worksheet, report: MonthReport, last: int, width: int, notes: Sequence[str], *, at: int) -> int:
    """Notes and signatures under a table; the row of the signatures."""
    for row, note in enumerate(notes, last + 1):
        draw_line(sheet, row, width, note, at=at)
    bottom = last + len(notes) + 1
    draw_line(sheet, bottom, width, SIGNATURES.format(report.area.secretariat), lines=2, at=at)
    return bottom


def _rate_before(one: Standing) -> object:
    return share(one.before.on_time_rate if one.before else None)


def _last_signed(line: CircularLine) -> str:
    if line.last_signed_at is None:
        return NONE
    return f"{line.last_unit}　{local(line.last_signed_at):%Y-%m-%d %H:%M}"
