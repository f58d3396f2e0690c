"""The workbook of a month: 签收情况统计表 and 逾期签收明细表, rows → xlsx (Article 28).

A working file: rates, ranks and sums are formulas, reckoned anew when it is opened. What the formulas cannot know, the averages of the
total row, is written as values. A published month has values alone: what was made known is not reckoned again.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from circulars.liability import Liability
from cms.workdays import local
from reports.lateness import Lateness
from reports.monthly import MonthReport
from reports.sheetlook import (
    COUNT,
    DURATION,
    FIRST_ROW,
    MOMENT,
    NONE,
    PERCENT,
    TENTHS,
    Column,
    Formula,
    Place,
    draw_line,
    draw_rows,
    draw_top,
    frame_row,
    or_none,
    put,
    set_up_page,
    share,
)

FIGURES, LATE = "签收情况统计表", "逾期签收明细表"
AS_OF_CELL = "T2"

_RANK = (
    '=IF(D{0.row}=0,"—",COUNTIFS($J${first}:$J${0.last},">"&J{0.row})'
    '+COUNTIFS($J${first}:$J${0.last},J{0.row},$D${first}:$D${0.last},">"&D{0.row})+1)'
)

FIGURE_COLUMNS = (
    Column("序号", lambda unit, at: at.ordinal, 6, COUNT, align="center"),
    Column("单位", lambda unit, at: unit.name, 20),
    Column("类别", lambda unit, at: unit.category_label, 22),
    Column("应签收", lambda unit, at: unit.required, 9, COUNT, under="全部公文"),
    Column("按时签收", lambda unit, at: unit.on_time, 9, COUNT, under="全部公文"),
    Column("逾期签收", lambda unit, at: unit.late, 9, COUNT, under="全部公文"),
    Column("未签收", lambda unit, at: unit.unsigned, 9, COUNT, under="全部公文"),
    Column("免责", lambda unit, at: unit.relief, 7, COUNT, under="全部公文"),
    Column("未到期", lambda unit, at: unit.not_due, 9, COUNT, under="全部公文"),
    Column("按时签收率", lambda unit, at: _rate("E{0}", "D", at.row), 12, PERCENT, under="全部公文"),
    Column("签收率", lambda unit, at: _rate("(E{0}+F{0})", "D", at.row), 11, PERCENT, under="全部公文"),
    Column("应签收", lambda unit, at: unit.urgent_required, 9, COUNT, under="紧急件"),
    Column("按时", lambda unit, at: unit.urgent_on_time, 9, COUNT, under="紧急件"),
    Column("按时率", lambda unit, at: _rate("M{0}", "L", at.row), 11, PERCENT, under="紧急件"),
    Column("普通件平均用时(小时)", lambda unit, at: or_none(unit.normal_hours), 12, TENTHS),
    Column("紧急件平均用时(分钟)", lambda unit, at: or_none(unit.urgent_minutes), 12, COUNT),
    Column("排名", lambda unit, at: Formula(_RANK.format(at, first=FIRST_ROW)), 7, COUNT, align="center"),
    Column("备注", lambda unit, at: unit.remark, 24),
    Column("应登记", lambda unit, at: unit.to_register, 9, COUNT, under="收文登记"),
    Column("及时登记", lambda unit, at: unit.registered, 9, COUNT, under="收文登记"),
    Column("及时登记率", lambda unit, at: _rate("T{0}", "S", at.row), 12, PERCENT, under="收文登记"),
)

# What stands in a published month instead of the formula under the same head.
_PUBLISHED = {
    "按时签收率": lambda unit, at: share(unit.on_time_rate),
    "签收率": lambda unit, at: share(unit.signed_rate),
    "按时率": lambda unit, at: share(unit.urgent_on_time_rate),
    "及时登记率": lambda unit, at: share(unit.registered_rate),
    "排名": lambda unit, at: or_none(unit.rank),
}

LATE_COLUMNS = (
    Column("序号", lambda late, at: at.ordinal, 6, COUNT, align="center"),
    Column("单位", lambda late, at: late.unit_name, 18),
    Column("类别", lambda late, at: late.category_label, 20),
    Column("公文标题", lambda late, at: late.title, 40, under="公文"),
    Column("发文字号", lambda late, at: late.number, 24, under="公文"),
    Column("发文单位", lambda late, at: late.issuer_name, 14, under="公文"),
    Column("紧急程度", lambda late, at: late.urgency_label, 8, under="公文", align="center"),
    Column("发送时间", lambda late, at: late.sent_at, 21, MOMENT, under="时限"),
    Column("应签收时间", lambda late, at: late.due_at, 21, MOMENT, under="时限"),
    Column("签收时间", lambda late, at: late.closed_at, 21, MOMENT, under="时限"),
    Column("逾期时长", lambda late, at: Formula(f'=IF(J{at.row}="",$T$2,J{at.row})-I{at.row}'), 10, DURATION, "时限"),
    Column("状态", lambda late, at: late.lateness.label, 11, align="center"),
    Column("催签次数", lambda late, at: late.urges, 7, COUNT, under="催签"),
    # When a unit was last urged is not kept yet, only how often.
    Column("最近催签时间", lambda late, at: NONE, 14, MOMENT, under="催签"),
    Column("通知方式", lambda late, at: late.notification_label, 9, under="通知", align="center"),
    Column("通知时间", lambda late, at: or_none(late.notified_at), 21, MOMENT, under="通知"),
    Column("责任认定", lambda late, at: late.liability.label, 11, align="center"),
    Column("签收人", lambda late, at: late.closed_by, 9, align="center"),
    Column("备注", lambda late, at: late.remark, 20),
)

NOTES = (
    "注：1．应签收是按时签收、逾期签收、未签收之和，免责和未到期的不计入。没有应签收公文的，各率记“—”，不排名。",
    "2．合计行的各率按合计数计算，不是各单位比率的平均；平均用时按件数加权。排名先比按时签收率，相同的再比应签收件数。",
    "3．普通件用时按办公时间计算，紧急件（加急、特急）用时按自然时间计算，只计已签收的公文。退回的按退回时间判断是否按时。",
    "4．及时登记是在签收时限以前登记的，退回的不计入；只作参考，不影响按时签收率和排名。",
    "5．依据：第二十条、第二十二条、第二十八条。",
)
LATE_NOTES = (
    "注：1．逾期退回的，签收时间、签收人两栏填退回时间和退回人；未签收的，逾期时长算到统计截止时间。",
    "2．责任认定依据第二十一条：应当短信或电话通知而未在时限前通知的，责任在发送单位；其余在接收单位；经认定的故障、停机免责。",
    "3．发送单位在时限前登记号码没有报备或有误、无法通知的，责任在接收单位（第二十四条）。",
)
SIGNATURES = "制表单位：{}  制表人：　　　　　　  审核人：　　　　　　  制表日期：　　　　　　"


def workbook_of(report: MonthReport) -> Workbook:
    """The two sheets of the month, in memory."""
    book = Workbook()
    figures = book.active
    assert isinstance(figures, Worksheet)
    figures.title = FIGURES
    _draw_figures(figures, report)
    _draw_late(book.create_sheet(LATE), report)
    book.properties.title = f"{report.title}（{report.month.label}）"
    book.properties.creator = book.properties.lastModifiedBy = settings.WAGTAIL_SITE_NAME
    book.calculation.fullCalcOnLoad = True
    return book


def write_month(target: Path | str | IO[bytes], report: MonthReport) -> None:
    """The workbook is in the file, whole; whatever goes wrong, a path keeps what it held before and no half file is left.

    Raises ``OSError`` when the file cannot be written.
    """
    book = workbook_of(report)
    if not isinstance(target, (Path, str)):
        book.save(target)
        return
    path = Path(target).resolve()
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{path} is not a file")
    unfinished = path.with_name(f".{uuid4().hex}.unfinished")
    try:
        with unfinished.open("xb") as file:
            book.save(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _draw_figures(sheet: Worksheet, report: MonthReport) -> None:
    width = len(FIGURE_COLUMNS)
    columns = _settled(FIGURE_COLUMNS, _PUBLISHED) if report.published else FIGURE_COLUMNS
    _draw_top(sheet, columns, report, report.title)
    last = draw_rows(sheet, columns, report.figures, empty="本月没有发送过公文。")
    total = last + 1
    _draw_totals(sheet, report, total, last)
    for row, note in enumerate(NOTES, total + 1):
        draw_line(sheet, row, width, note)
    bottom = total + len(NOTES) + 1
    draw_line(sheet, bottom, width, SIGNATURES.format(report.area.secretariat), lines=2)
    set_up_page(sheet, width=width, last=bottom)


def _settled(columns: Sequence[Column], values: dict[str, Any]) -> list[Column]:
    """The same columns, of which some show a value instead of their formula."""
    return [replace(column, show=values.get(column.head, column.show)) for column in columns]


def _draw_totals(sheet: Worksheet, report: MonthReport, total: int, last: int) -> None:
    """Sums, and rates from the sums; the averages are weighted by the number of circulars."""
    together = report.totals
    if report.published:
        columns = _settled(FIGURE_COLUMNS, _PUBLISHED)
        place = Place(total, last)
        sums = {
            letter: column.show(together, place)
            for letter, column in zip(map(get_column_letter, range(1, len(columns) + 1)), columns, strict=True)
            if letter in "DEFGHIJKLMNSTU"
        }
    else:
        sums = {letter: Formula(f"=SUM({letter}{FIRST_ROW}:{letter}{last})") for letter in "DEFGHILMST"} | {
            "J": _rate("E{0}", "D", total),
            "K": _rate("(E{0}+F{0})", "D", total),
            "N": _rate("M{0}", "L", total),
            "U": _rate("T{0}", "S", total),
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


def _draw_late(sheet: Worksheet, report: MonthReport) -> None:
    width = len(LATE_COLUMNS)
    _draw_top(sheet, LATE_COLUMNS, report, f"{report.area}电子公文逾期签收明细表")
    put(sheet[AS_OF_CELL], report.as_of, form=MOMENT)
    sheet.column_dimensions["T"].hidden = True
    columns = _settled(LATE_COLUMNS, {"逾期时长": lambda late, at: late.overdue}) if report.published else LATE_COLUMNS
    last = draw_rows(sheet, columns, report.late, empty="本月没有逾期签收、逾期退回和到期未签收的公文。")
    summary = last + 1
    unsigned, recipient = Lateness.UNSIGNED, Liability.RECIPIENT
    put(sheet.cell(summary, 1), "合计", align="center")
    counted = {
        "L": (unsigned.label, sum(late.lateness == unsigned for late in report.late)),
        "Q": (recipient.label, sum(late.liability == recipient for late in report.late)),
    }
    for letter, (word, number) in counted.items():
        count = number if report.published else Formula(f'=COUNTIF({letter}{FIRST_ROW}:{letter}{last},"{word}")')
        put(sheet[f"{letter}{summary}"], count, form=f'"{word} "0', align="center")
    sheet.merge_cells(f"A{summary}:C{summary}")
    frame_row(sheet, summary, width)
    for row, note in enumerate(LATE_NOTES, summary + 1):
        draw_line(sheet, row, width, note)
    bottom = summary + len(LATE_NOTES) + 1
    draw_line(sheet, bottom, width, SIGNATURES.format(report.area.secretariat), lines=2)
    set_up_page(sheet, width=width, last=bottom)


def _draw_top(sheet: Worksheet, columns: Sequence[Column], report: MonthReport, title: str) -> None:
    draw_top(
        sheet,
        columns,
        title=title,
        left=f"统计期间：{report.month.period}",
        right=f"统计截止：{local(report.as_of):%Y-%m-%d %H:%M}"
        + (f"　公布第 {report.published.version} 版" if report.published else ""),
        below=f"统计范围：发文单位为{report.issuers.said_in(report.area)}；紧急程度为普通、加急、特急；主送和抄送；电子公文，不含已撤回的。",
    )


def _rate(part: str, whole: str, row: int) -> Formula:
    return Formula(f'=IF({whole}{row}=0,"—",{part.format(row)}/{whole}{row})')
