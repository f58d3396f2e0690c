"""The workbook of a month's presence: 登录情况统计表 and 登录间隔超时明细表, rows → xlsx (Articles 18 and 28)."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cms.workdays import local
from reports.monthsheet import SIGNATURES
from reports.presence import Day, UnitPresence
from reports.presencemonth import PresenceReport
from reports.sheetlook import (
    COUNT,
    FIRST_ROW,
    NONE,
    PERCENT,
    Column,
    Formula,
    draw_line,
    draw_rows,
    draw_top,
    frame_row,
    put,
    set_up_page,
)

FIGURES, DETAILS = "登录情况统计表", "登录间隔超时明细表"
DAY = "yyyy-mm-dd"


@dataclass(frozen=True)
class Breach:
    """One line of the details: a gap that was too long, or a day on which looks are missing."""

    name: str
    category_label: str
    day: date
    starts: str
    ends: str
    minutes: int | None
    look_ins: int
    remark: str


FIGURE_COLUMNS = (
    Column("序号", lambda unit, at: at.ordinal, 6, COUNT, align="center"),
    Column("单位", lambda unit, at: unit.name, 22),
    Column("类别", lambda unit, at: unit.category_label, 32),
    Column("应登录", lambda unit, at: unit.owed, 10, COUNT, under="工作日（天）"),
    Column("符合要求", lambda unit, at: unit.kept, 11, COUNT, under="工作日（天）"),
    Column("全天未登录", lambda unit, at: unit.silent, 11, COUNT, under="工作日（天）"),
    Column("符合率", lambda unit, at: _rate(at.row), 11, PERCENT, under="工作日（天）"),
    Column("超时次数", lambda unit, at: unit.breaches, 10, COUNT, under="登录间隔"),
    Column("最长间隔(办公分钟)", lambda unit, at: unit.longest if unit.owed else NONE, 13, COUNT, under="登录间隔"),
    Column("备注", lambda unit, at: unit.remark, 20),
)
DETAIL_COLUMNS = (
    Column("序号", lambda breach, at: at.ordinal, 6, COUNT, align="center"),
    Column("单位", lambda breach, at: breach.name, 22),
    Column("类别", lambda breach, at: breach.category_label, 32),
    Column("日期", lambda breach, at: breach.day, 14, DAY),
    Column("从", lambda breach, at: breach.starts, 9, align="center", under="间隔"),
    Column("到", lambda breach, at: breach.ends, 9, align="center", under="间隔"),
    Column("办公分钟", lambda breach, at: NONE if breach.minutes is None else breach.minutes, 11, COUNT, "间隔"),
    Column("当日登录次数", lambda breach, at: breach.look_ins, 12, COUNT),
    Column("备注", lambda breach, at: breach.remark, 22),
)
NOTES = (
    "注：1．收发员登录、打开待签收列表为一次登录；页面自动刷新不算。间隔只计办公时间，午休不计；上班到第一次、最后一次到下班也算间隔。",
    "2．平台停用、按时报告的网络、系统、计算机等故障期间免责，从间隔中扣除。代管单位由代管它的单位登录，不单列。",
    "3．依据：第十八条、第二十八条。",
)


def presence_workbook(report: PresenceReport) -> Workbook:
    """The two sheets of the month, in memory."""
    book = Workbook()
    figures = book.active
    assert isinstance(figures, Worksheet)
    figures.title = FIGURES
    _draw_figures(figures, report)
    _draw_details(book.create_sheet(DETAILS), report)
    book.properties.title = f"{report.title}（{report.month.label}）"
    book.properties.creator = book.properties.lastModifiedBy = settings.WAGTAIL_SITE_NAME
    book.calculation.fullCalcOnLoad = True
    return book


def _draw_figures(sheet: Worksheet, report: PresenceReport) -> None:
    _draw_top(sheet, FIGURE_COLUMNS, report, report.title)
    last = draw_rows(sheet, FIGURE_COLUMNS, report.units, empty="本月没有可以统计的登录记录。")
    total = last + 1
    sums = {place: Formula(f"=SUM({letter}{FIRST_ROW}:{letter}{last})") for place, letter in _SUMMED.items()}
    values = {1: "合计", **sums, 7: _rate(total), 9: Formula(f"=MAX(I{FIRST_ROW}:I{last})")}
    for place, column in enumerate(FIGURE_COLUMNS, 1):
        put(sheet.cell(total, place), values.get(place), form=column.format, align=column.horizontal)
    sheet.merge_cells(f"A{total}:C{total}")
    frame_row(sheet, total, len(FIGURE_COLUMNS))
    _draw_foot(sheet, report, total, len(FIGURE_COLUMNS))


_SUMMED = {4: "D", 5: "E", 6: "F", 8: "H"}


def _draw_details(sheet: Worksheet, report: PresenceReport) -> None:
    _draw_top(sheet, DETAIL_COLUMNS, report, f"{report.area}电子公文传输系统登录间隔超时明细表")
    breaches = [breach for unit, day in report.days_with_breaches for breach in _breaches(unit, day)]
    last = draw_rows(sheet, DETAIL_COLUMNS, breaches, empty="本月没有超时的登录间隔。")
    _draw_foot(sheet, report, last, len(DETAIL_COLUMNS))


def _breaches(unit: UnitPresence, day: Day) -> list[Breach]:
    whose, count = (unit.name, unit.category_label, day.day), len(day.look_ins)
    if gaps := day.gaps_too_long:
        remark = "全天未登录" if day.is_silent else ""
        return [
            Breach(*whose, f"{local(gap.starts_at):%H:%M}", f"{local(gap.ends_at):%H:%M}", gap.minutes, count, remark)
            for gap in gaps
        ]
    return [Breach(*whose, NONE, NONE, None, count, f"少查看 {day.breaches} 次")]


def _draw_top(sheet: Worksheet, columns: tuple[Column, ...], report: PresenceReport, title: str) -> None:
    draw_top(
        sheet,
        columns,
        title=title,
        left=f"统计期间：{report.period}",
        right=f"统计截止：{local(report.as_of):%Y-%m-%d %H:%M}",
        below="统计范围：已接入并自行收发的使用单位；工作日，含调休上班日。",
    )


def _draw_foot(sheet: Worksheet, report: PresenceReport, last: int, width: int) -> None:
    for row, note in enumerate(NOTES, last + 1):
        draw_line(sheet, row, width, note, lines=2 if row < last + len(NOTES) else 1)
    bottom = last + len(NOTES) + 1
    draw_line(sheet, bottom, width, SIGNATURES.format(report.area.secretariat), lines=2)
    set_up_page(sheet, width=width, last=bottom)


def _rate(row: int) -> Formula:
    return Formula(f'=IF(D{row}=0,"{NONE}",E{row}/D{row})')
