"""The workbook of a unit's register: 收文登记簿, entries → xlsx (Article 19; 2012 regulation art. 24)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from circulars.incoming import Incoming
from reports.onesheet import write_sheet
from reports.sheetlook import COUNT, MOMENT, NONE, Column

TITLE = "收文登记簿"


def _timely(entry: Incoming) -> str:
    return NONE if entry.is_timely is None else "按时" if entry.is_timely else "逾期"


def _note(entry: Any) -> str:
    """What the clerk noted, and why it went back; nothing of a paper that is blocked or purged."""
    return NONE if entry.is_shut else "；".join(filter(None, [entry.note, entry.sent_back_why])) or NONE


COLUMNS = (
    Column("收文号", lambda entry, at: entry.number, 16),
    Column("收到时间", lambda entry, at: entry.received_at, 21, MOMENT),
    Column("来文方式", lambda entry, at: entry.get_source_display(), 11, align="center"),
    Column("来文单位", lambda entry, at: entry.sender_name, 22),
    Column("来文字号", lambda entry, at: entry.document_number or NONE, 20),
    Column("标题", lambda entry, at: entry.title, 36),
    Column("紧急程度", lambda entry, at: entry.get_urgency_display(), 10, align="center"),
    Column("份数", lambda entry, at: entry.copies, 7, COUNT),
    Column("页数", lambda entry, at: entry.pages or NONE, 7, COUNT),
    Column("类别", lambda entry, at: entry.get_kind_display(), 8, align="center"),
    Column("初审", lambda entry, at: entry.get_review_display(), 10, align="center"),
    Column("登记时间", lambda entry, at: entry.registered_at, 21, MOMENT, under="登记"),
    Column("及时", lambda entry, at: _timely(entry), 8, under="登记", align="center"),
    Column("登记人", lambda entry, at: entry.registered_by.name, 10, under="登记"),
    Column("办理情况", lambda entry, at: entry.get_state_display(), 10, align="center"),
    Column("备注", lambda entry, at: _note(entry), 20),
)


def write_register(file: IO[bytes], entries: Sequence[Incoming], *, narrowed: str, as_of: datetime) -> None:
    """The entries in the order of their numbers, one row each; every text that was typed stays text."""
    write_sheet(
        file,
        COLUMNS,
        entries,
        title=TITLE,
        counted=f"共 {len(entries)} 件",
        below=f"范围：{narrowed}",
        empty="没有登记的收文。",
        as_of=as_of,
    )
