"""A workbook of one sheet, or of a few alike, as every list of the desk is taken along (Article 28)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cms.limits import when
from reports.sheetlook import Column, draw_line, draw_rows, draw_top, set_up_page


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
    notes: Sequence[str] = (),
) -> None:
    """The rows in their order under the title, how many there are and as of when; ``tab`` is the sheet's own name, the title unless it is said."""
    book = empty_book(title)
    sheet = book.create_sheet(tab or title)
    fill_sheet(sheet, columns, rows, title=title, counted=counted, below=below, empty=empty, as_of=as_of, notes=notes)
    book.save(file)


def empty_book(title: str) -> Workbook:
    """A workbook without a sheet, which says what it is and what made it."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    book.properties.title = title
    book.properties.creator = book.properties.lastModifiedBy = settings.WAGTAIL_SITE_NAME
    return book


def fill_sheet(
    sheet: Worksheet,
    columns: Sequence[Column],
    rows: Sequence[Any],
    *,
    title: str,
    counted: str,
    below: str,
    empty: str,
    as_of: datetime,
    notes: Sequence[str] = (),
) -> None:
    """The sheet has the rows in their order, and the notes under them."""
    width = len(columns)
    draw_top(sheet, columns, title=title, left=counted, right=f"截至 {when(as_of)}", below=below)
    last = draw_rows(sheet, columns, rows, empty=empty)
    for row, note in enumerate(notes, last + 1):
        draw_line(sheet, row, width, note)
    set_up_page(sheet, width=width, last=last + len(notes))
