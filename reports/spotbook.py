"""抽查情况表: a check as a sheet, with what anybody needs to draw it again (Articles 6 and 28)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.drawing import lot
from reports.sheetlook import COUNT, MOMENT, NONE, Column, draw_line, draw_rows, draw_top, set_up_page
from reports.spotchecks.lines import SpotLine
from reports.spotchecks.record import SpotCheck, SpotFinding

TITLE = "抽查情况表"
DRAW = "抽取依据"


def _finding(found: SpotFinding | None) -> str:
    if found is None:
        return "未登记"
    said = f"{found.word}（{found.who}，{timezone.localtime(found.found_at):%m-%d %H:%M}）" if found.who else found.word
    return f"{said}：{found.remark}" if found.remark else said


def _rectified(line: SpotLine) -> str:
    asked = line.rectification
    if asked is None:
        return "没有要求整改" if line.faults else NONE
    return f"{asked.get_state_display()}（限 {asked.due_on:%Y-%m-%d}）"


COLUMNS = (
    Column("序号", lambda line, at: at.ordinal, 6, COUNT, align="center"),
    Column("单位", lambda line, at: line.unit.name, 22),
    Column("是否在岗", lambda line, at: line.unit.get_presence_display(), 20, under="系统记录"),
    Column("最近登录", lambda line, at: line.unit.looked_in_at or NONE, 21, MOMENT, under="系统记录"),
    Column("待签收", lambda line, at: line.unit.open_receipts, 9, COUNT, under="系统记录"),
    Column("已超时未签收", lambda line, at: line.unit.overdue_receipts, 9, COUNT, under="系统记录"),
    Column("值班电话", lambda line, at: _finding(line.phone), 28, under="人工查看"),
    Column("值班和自查记录", lambda line, at: _finding(line.diary), 28, under="人工查看"),
    Column("不符合要求的", lambda line, at: "；".join(line.faults) or "无", 34),
    Column("整改", lambda line, at: _rectified(line), 24),
)
LOTS = (
    Column("次序", lambda row, at: at.ordinal, 6, COUNT, align="center"),
    Column("单位代码", lambda row, at: row[0], 24),
    Column("抽取值（SHA-256）", lambda row, at: row[1], 80),
    Column("结果", lambda row, at: row[2], 40),
)


def write_check(file: IO[bytes], check: SpotCheck, lines: Sequence[SpotLine], *, as_of: datetime) -> None:
    """Two sheets: what was found at each unit, and the draw with seed, list and each unit's lot."""
    book, draw = Workbook(), check.draw
    first: Any = book.active
    first.title = TITLE
    wrong = sum(bool(line.faults) for line in lines)
    draw_top(
        first,
        COLUMNS,
        title=TITLE,
        left=f"{check}：{check.purpose}",
        right=f"抽取时间 {timezone.localtime(draw.drawn_at):%Y-%m-%d %H:%M}，截至 {as_of:%Y-%m-%d %H:%M}",
        below=f"范围：{check.population_label}，{len(draw.population)} 家中抽取 {len(lines)} 家；不符合要求的 {wrong} 家。",
    )
    last = draw_rows(first, COLUMNS, lines, empty="没有抽取单位。")
    draw_line(first, last + 1, len(COLUMNS), "依据：第六条、第二十八条。系统记录是抽取那一刻的情况。")
    set_up_page(first, width=len(COLUMNS), last=last + 1)
    _draw_lots(book.create_sheet(DRAW), check, lines)
    book.save(file)


def _draw_lots(sheet: Worksheet, check: SpotCheck, lines: Sequence[SpotLine]) -> None:
    draw, taken = check.draw, {line.unit.code: line.unit.name for line in lines}
    rows = sorted((lot(draw.seed, code), code) for code in draw.population)
    draw_top(
        sheet,
        LOTS,
        title=f"{TITLE}：{DRAW}",
        left=f"种子：{draw.seed}",
        right=f"算法：{draw.algorithm}",
        below=f"范围摘要（SHA-256）：{draw.digest}",
    )
    shown = [(code, number, f"抽中：{taken[code]}" if code in taken else "") for number, code in rows]
    last = draw_rows(sheet, LOTS, shown, empty="没有单位。")
    for row, text in enumerate(HOW, last + 1):
        draw_line(sheet, row, len(LOTS), text)
    set_up_page(sheet, width=len(LOTS), last=last + len(HOW))


HOW = (
    "验证方法：1．对每个单位代码计算“种子:代码”（英文冒号，UTF-8）的 SHA-256，写成 64 位小写十六进制。",
    "2．按这个值从小到大排列，取前若干家，就是抽中的单位及其次序。",
    "3．范围摘要是全部代码按字符顺序每行一个（行末换行）所成文本的 SHA-256。",
)
