"""A workbook of one sheet, as every list of the desk is taken along (Article 28)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cms.limits import when
from reports.sheetlook import Column, draw_rows, draw_top, set_up_page


def write_sheet(
    file: IO[bytes],
    columns: Sequence[Column],
    rows: Sequence[Any],
    *,
    title: str,
    counted: str,
    below: str,
    empty: str,
    as_of: datetime,
    tab: str = "",
) -> None:
    """The rows in their order under the title, how many there are and as of when; ``tab`` is the sheet's own name, the title unless it is said."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = tab or title
    draw_top(sheet, columns, title=title, left=counted, right=f"截至 {when(as_of)}", below=below)
    last = draw_rows(sheet, columns, rows, empty=empty)
    set_up_page(sheet, width=len(columns), last=last)
    book.save(file)
