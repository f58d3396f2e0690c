"""逾期签收明细表: one line for every receipt that came late or has not come, and who answers for it (Articles 21, 24 and 28)."""

from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from circulars.liability import Liability
from reports.lateness import Lateness
from reports.monthly import MonthReport
from reports.monthsheet import SIGNATURES, draw_month_top, settled
from reports.presses import Presses
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
    frame_row,
    or_none,
    put,
    set_up_page,
)

LATE = "逾期签收明细表"
AS_OF_CELL = "T2"

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
    Column("最近催签时间", lambda late, at: NONE, 21, MOMENT, under="催签"),
    Column("通知方式", lambda late, at: late.notification_label, 9, under="通知", align="center"),
    Column("通知时间", lambda late, at: or_none(late.notified_at), 21, MOMENT, under="通知"),
    Column("责任认定", lambda late, at: late.liability.label, 11, align="center"),
    Column("签收人", lambda late, at: late.closed_by, 9, align="center"),
    Column("备注", lambda late, at: late.remark, 20),
)

LATE_NOTES = (
    "注：1．逾期退回的，签收时间、签收人两栏填退回时间和退回人；未签收的，逾期时长算到统计截止时间。",
    "2．责任认定依据第二十一条：应当短信或电话通知而未在时限前通知的，责任在发送单位；其余在接收单位；经认定的故障、停机和采纳的说明免责。",
    "3．发送单位在时限前登记号码没有报备或有误、无法通知的，责任在接收单位（第二十四条）。",
)


def draw_late(sheet: Worksheet, report: MonthReport) -> None:
    """The sheet of the month's late receipts."""
    width = len(LATE_COLUMNS)
    draw_month_top(sheet, LATE_COLUMNS, report, f"{report.area}电子公文逾期签收明细表")
    put(sheet[AS_OF_CELL], report.as_of, form=MOMENT)
    sheet.column_dimensions["T"].hidden = True
    presses = Presses(report.late, report.as_of)
    shown: dict[str, Any] = {
        "最近催签时间": lambda late, at: or_none(presses.urged_at(late)),
        "通知方式": lambda late, at: presses.notification_label(late),
    }
    overdue = {"逾期时长": lambda late, at: late.overdue}
    columns = settled(LATE_COLUMNS, shown | overdue if report.published else shown)
    last = draw_rows(sheet, columns, report.late, empty="本月没有逾期签收、逾期退回和未签收的公文。")
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
