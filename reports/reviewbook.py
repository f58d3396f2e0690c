"""人员操作记录 and 职责查阅表 as sheets (Articles 18, 23 and 28)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from openpyxl import Workbook

from accounts.people import User
from reports.heldthen import UnitThen
from reports.listbook import MOST
from reports.onesheet import write_sheet
from reports.persontrail import Line, Span
from reports.sheetlook import COUNT, MOMENT, NONE, Column, draw_rows, draw_top, set_up_page

TRAIL, HELD = "人员操作记录", "职责查阅表"

_DAY = "yyyy-mm-dd"
_ORDINAL = Column("序号", lambda row, at: at.ordinal, 6, COUNT, align="center")
LOOKS = (
    _ORDINAL,
    Column("时间", lambda line, at: line.at, 21, MOMENT),
    Column("动作", lambda line, at: line.what, 14),
    Column("对象", lambda line, at: line.about or NONE, 70),
    Column("来源地址", lambda line, at: line.address or NONE, 22),
)
DEEDS = (*LOOKS[:4], Column("单位", lambda line, at: line.unit or NONE, 20), LOOKS[4])
ROLES = (
    _ORDINAL,
    Column("姓名", lambda held, at: held.name, 12),
    Column("用户名", lambda held, at: held.username, 20),
    Column("职责", lambda held, at: held.role, 14),
    Column("从", lambda held, at: held.held_from, 13, _DAY, under="任职期间"),
    Column("到", lambda held, at: held.held_to or NONE, 13, _DAY, under="任职期间"),
    Column("来源", lambda held, at: held.how, 26),
    Column("权限", lambda held, at: "；".join(held.rights) or NONE, 60),
)


def write_trail(
    file: IO[bytes],
    person: User,
    span: Span,
    seen: Sequence[Line],
    done: Sequence[Line],
    *,
    scope: str,
    as_of: datetime,
) -> None:
    """What the person saw and did, a sheet each; ``scope`` says what is left out of it."""
    book = Workbook()
    sheets: tuple[Any, Any] = (book.active, book.create_sheet("做了什么"))
    sheets[0].title = "看了什么"
    for sheet, columns, lines in zip(sheets, (LOOKS, DEEDS), (seen, done), strict=True):
        shown = lines[:MOST]
        more = "，还有更多没有列出" if len(lines) > MOST else ""
        draw_top(
            sheet,
            columns,
            title=f"{person}（{person.username}）{sheet.title}",
            left=f"{span.label}，共 {len(shown)} 条{more}",
            right=f"截至 {as_of:%Y-%m-%d %H:%M}",
            below=f"{scope}不列公文内容；查阅人无权知道的公文不列标题和文号。",
        )
        last = draw_rows(sheet, columns, shown, empty="这段时间没有记录。")
        set_up_page(sheet, width=len(columns), last=last)
    book.save(file)


def write_held(file: IO[bytes], then: UnitThen, *, as_of: datetime) -> None:
    """Who held which roles at the unit on that day."""
    served = f"，由{then.server.short_name}代管" if then.server else ""
    write_sheet(
        file,
        ROLES,
        then.held,
        title=f"{then.unit.short_name}{HELD}",
        counted=f"{then.day:%Y-%m-%d}，{len(then.held)} 人次",
        below=f"单位当日{then.state_label}{served}。权限按现行职责权限表。",
        empty="这一天没有人在这个单位任职。",
        as_of=as_of,
        tab=HELD,
    )
