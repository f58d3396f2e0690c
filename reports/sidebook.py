"""The workbook of one side of the figures: 签收情况分类统计表, rows → xlsx (Article 28)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cms.areas import Area
from cms.limits import when
from reports.breakdowns import Line, Side
from reports.receipts import Issuers
from reports.sheetlook import (
    COUNT,
    PERCENT,
    TENTHS,
    Column,
    draw_line,
    draw_rows,
    draw_top,
    or_none,
    set_up_page,
    share,
)

TITLE = "签收情况分类统计表"
NOTE = "注：各率按本行件数计算；免责和未到期的不计入应签收。及时登记是在签收时限以前登记的，退回的不计入。"


def write_side(
    file: IO[bytes], side: Side, lines: Sequence[Line], *, span: str, issuers: Issuers, area: Area, as_of: datetime
) -> None:
    """The lines in their order, one row each, values only."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = TITLE
    columns = _columns(side)
    draw_top(
        sheet,
        columns,
        title=TITLE,
        left=f"统计期间：{span}　{side.label}",
        right=f"统计截止：{when(as_of)}",
        below=f"统计范围：发文单位为{issuers.said_in(area)}；主送和抄送；电子公文，不含已撤回的。",
    )
    last = draw_rows(sheet, columns, lines, empty="这段时间没有发送过公文。")
    draw_line(sheet, last + 1, len(columns), NOTE)
    set_up_page(sheet, width=len(columns), last=last + 1)
    book.save(file)


def _columns(side: Side) -> tuple[Column, ...]:
    return (
        Column("序号", lambda line, at: at.ordinal, 6, COUNT, align="center"),
        Column(side.head, lambda line, at: line.label, 34),
        Column("应签收", lambda line, at: line.figures.required, 9, COUNT),
        Column("按时签收", lambda line, at: line.figures.on_time, 9, COUNT),
        Column("逾期签收", lambda line, at: line.figures.late, 9, COUNT),
        Column("未签收", lambda line, at: line.figures.unsigned, 9, COUNT),
        Column("免责", lambda line, at: line.figures.relief, 8, COUNT),
        Column("未到期", lambda line, at: line.figures.not_due, 9, COUNT),
        Column("退回", lambda line, at: line.figures.returned, 8, COUNT),
        Column("催签次数", lambda line, at: line.figures.urges, 9, COUNT),
        Column("按时签收率", lambda line, at: share(line.figures.on_time_rate), 12, PERCENT),
        Column("签收率", lambda line, at: share(line.figures.signed_rate), 11, PERCENT),
        Column("及时登记率", lambda line, at: share(line.figures.registered_rate), 12, PERCENT),
        Column("普通件平均小时", lambda line, at: or_none(line.figures.normal_hours), 12, TENTHS),
        Column("紧急件平均分钟", lambda line, at: or_none(line.figures.urgent_minutes), 12, COUNT),
    )
