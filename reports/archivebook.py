"""The workbook of what a unit has filed: 归档文件目录, rows → xlsx (Article 27; DA/T 22, 5.7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from circulars.archive.holdings import Holding
from reports.onesheet import write_sheet
from reports.sheetlook import COUNT, Column

TITLE = "归档文件目录"
_DAY = "yyyy-mm-dd"

COLUMNS = (
    Column("序号", lambda row, at: at.ordinal, 6, COUNT, align="center"),
    Column("档号", lambda row, at: row.code, 30),
    Column("文号", lambda row, at: row.circular.number, 22),
    Column("责任者", lambda row, at: row.circular.issuer_name, 22),
    Column("题名", lambda row, at: row.circular.title, 40),
    Column("日期", lambda row, at: row.circular.written_date, 13, _DAY),
    Column("保管期限", lambda row, at: row.get_term_display(), 10, align="center"),
    Column("机构（问题）", lambda row, at: row.office, 12, align="center"),
    Column("状态", lambda row, at: row.get_state_display(), 11, align="center"),
)


def write_catalogue(file: IO[bytes], rows: Sequence[Holding], *, narrowed: str, as_of: datetime) -> None:
    """The filed papers in their order on the shelf, one row each."""
    write_sheet(
        file,
        COLUMNS,
        rows,
        title=TITLE,
        counted=f"共 {len(rows)} 件",
        below=f"范围：{narrowed}。",
        empty="没有这样的归档文件。",
        as_of=as_of,
    )
