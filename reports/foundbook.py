"""The workbook of what a search found: 检索结果, rows → xlsx (Articles 5 and 20)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from circulars.registration import Circular
from reports.onesheet import write_sheet
from reports.sheetlook import COUNT, MOMENT, NONE, Column

TITLE = "公文检索结果"
_DAY = "yyyy-mm-dd"

COLUMNS = (
    Column("序号", lambda found, at: at.ordinal, 6, COUNT, align="center"),
    Column("发文字号", lambda found, at: found.number, 24),
    Column("标题", lambda found, at: found.title, 56),
    Column("文种", lambda found, at: found.get_document_type_display(), 10, align="center"),
    Column("发文单位", lambda found, at: found.issuer_name, 18),
    Column("紧急程度", lambda found, at: found.get_urgency_display(), 9, align="center"),
    Column("成文日期", lambda found, at: found.written_date, 13, _DAY),
    Column("发送时间", lambda found, at: found.sent_at or NONE, 21, MOMENT),
    Column("状态", lambda found, at: found.get_state_display(), 10, align="center"),
)


def write_found(file: IO[bytes], circulars: Sequence[Circular], *, said: str, is_whole: bool, as_of: datetime) -> None:
    """The circulars in their order, one row each; ``is_whole`` is false where there were more of them."""
    some, more = f"共 {len(circulars)} 件", f"最近的 {len(circulars)} 件，还有更多没有列出"
    write_sheet(
        file,
        COLUMNS,
        circulars,
        title=TITLE,
        counted=some if is_whole else more,
        below=f"检索：{said}",
        empty="没有找到。",
        as_of=as_of,
    )
