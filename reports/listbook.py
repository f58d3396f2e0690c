"""Any list of the desk as a workbook: the rows of the page, all of them, in its order (Articles 19, 20 and 28)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.roles import Right
from circulars.registration import Circular
from reports.onesheet import write_sheet
from reports.sheetlook import COUNT, MOMENT, NONE, Column

MOST = 2000  # lines of one workbook; whoever needs more narrows the list


Rows = Sequence[Any] | QuerySet[Any, Any]


@dataclass(frozen=True)
class ListBook:
    """One list: what it is called, who has it, what stands in it at this moment, and what a line says."""

    title: str
    rights: frozenset[Right]
    rows: Callable[[HttpRequest, datetime], Rows]
    columns: tuple[Column, ...]


ORDINAL = Column("序号", lambda row, at: at.ordinal, 6, COUNT, align="center")


def paper(of: Callable[[Any], Circular], *, sender: bool = True) -> tuple[Column, ...]:
    """Title, number and urgency of the circular that a row is about, and who sent it."""
    columns = (
        Column("标题", lambda row, at: of(row).title, 44),
        Column("文号", lambda row, at: of(row).number, 24),
        Column("缓急", lambda row, at: of(row).get_urgency_display(), 8, align="center"),
    )
    return (*columns, Column("发文单位", lambda row, at: of(row).issuer_name, 20)) if sender else columns


def moment(head: str, of: Callable[[Any], datetime | None]) -> Column:
    """A column of times; where there is none it says so."""
    return Column(head, lambda row, at: of(row) or NONE, 21, MOMENT)


def write_list(file: IO[bytes], book: ListBook, rows: Sequence[Any], *, is_whole: bool, as_of: datetime) -> None:
    """The rows in their order, one each; ``is_whole`` is false where there were more of them."""
    some, more = f"共 {len(rows)} 条", f"前 {len(rows)} 条，还有更多没有列出"
    write_sheet(
        file,
        book.columns,
        rows,
        title=book.title,
        counted=some if is_whole else more,
        below="本单位内部使用，不对外提供。",
        empty="现在没有。",
        as_of=as_of,
    )
