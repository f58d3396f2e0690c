"""A sheet of a hundred thousand rows, written as they come: no more than a row is in memory, in the look of every other sheet (Article 28)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import IO, Any

from django.conf import settings
from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from cms.limits import when
from cms.workdays import local
from reports.sheetlook import (
    FRAME,
    HEAD_FILL,
    HEAD_FONT,
    HEAD_ROWS,
    MISTAKEN_FOR_FORMULAS,
    MOMENT,
    NONE,
    TEXT,
    TEXT_FONT,
    TITLE_FONT,
    plain,
    set_up_page,
    style_in,
)

Sheet = Any  # the stubs know little of a sheet that is only written

# What one sheet can hold, its head and title besides.
MOST_ROWS = 1_000_000
TOLD_EVERY = 2_000  # rows

_HEIGHTS = {1: 36.0, 2: 22.0, 3: 22.0, HEAD_ROWS[0]: 22.0, HEAD_ROWS[1]: 40.0}


@dataclass(frozen=True)
class LongColumn:
    """One column of a long sheet: its head, its width, and what its values are: ``TEXT``, a time (``MOMENT``) or a number."""

    head: str
    width: float
    format: str = TEXT
    align: str = ""


def write_long(
    file: IO[bytes],
    columns: Sequence[LongColumn],
    rows: Iterable[Sequence[Any]],
    *,
    title: str,
    counted: str,
    below: str,
    as_of: datetime,
    told: Callable[[int], None] = lambda rows: None,
) -> int:
    """The rows stand in the file in their order, one value a column, None as an empty cell; returns how many.

    ``told`` hears every two thousand rows how many there are by now.
    """
    book = Workbook(write_only=True)
    sheet: Sheet = book.create_sheet(title)
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for row, height in _HEIGHTS.items():
        sheet.row_dimensions[row].height = height
    # What is told of the whole sheet is written before its first row; the last of the rows is only known afterwards.
    set_up_page(sheet, width=len(columns), last=HEAD_ROWS[1])
    _draw_top(sheet, columns, [title, counted, f"截至 {when(as_of)}", below])
    count = _draw_rows(sheet, columns, rows, told)
    sheet.print_area = f"A1:{get_column_letter(len(columns))}{HEAD_ROWS[1] + max(count, 1)}"
    book.properties.title = title
    book.properties.creator = book.properties.lastModifiedBy = settings.WAGTAIL_SITE_NAME
    book.save(file)
    return count


class _Styled(Cell):
    """A cell of a column that is used for every row: its look is looked up once, and its value is of the kind the column says."""

    __slots__ = ("look",)
    look: int

    def settle(self) -> None:
        """The look that was given to the cell is its look from now on."""
        self.look = super().style_id

    @property
    def style_id(self) -> int:
        return self.look

    @property
    def has_style(self) -> bool:
        return True

    def __repr__(self) -> str:  # asked for every row by a writer that expects a bare value
        return self.__class__.__name__

    def holding(self, value: Any, kind: str) -> "_Styled":
        self._value, self.data_type = value, kind
        return self


def _draw_rows(
    sheet: Sheet,
    columns: Sequence[LongColumn],
    rows: Iterable[Sequence[Any]],
    told: Callable[[int], None],
) -> int:
    book, count = sheet.parent, 0
    shown = [_SHOWN.get(column.format, _number) for column in columns]
    cells = [_styled(sheet, style_in(book, c.format, _align(c), is_text=c.format == TEXT)) for c in columns]
    guarded = _styled(sheet, style_in(book, TEXT, "left", is_text=True), quoted=True)
    dash = _styled(sheet, style_in(book, TEXT, "center", is_text=True))
    for count, row in enumerate(rows, 1):
        line = []
        for cell, show, value in zip(cells, shown, row, strict=True):
            held, kind = show(value)
            if kind == "s" and held.startswith(MISTAKEN_FOR_FORMULAS):
                fresh = _styled(sheet, guarded)
                line.append(fresh.holding(held, kind))
            elif held == NONE:
                line.append(dash.holding(held, kind))
            else:
                line.append(cell.holding(held, kind))
        sheet.append(line)
        if not count % TOLD_EVERY:
            told(count)
    return count


@lru_cache(maxsize=20_000)
def _text(value: str | None) -> tuple[str | None, str]:
    return (plain(value) or None, "s") if value else (None, "n")


def _moment(value: datetime | None) -> tuple[Any, str]:
    return (local(value).replace(tzinfo=None), "d") if value else (None, "n")


def _number(value: Any) -> tuple[Any, str]:
    return value, "n"


_SHOWN: dict[str, Callable[[Any], tuple[Any, str]]] = {TEXT: _text, MOMENT: _moment}


def _align(column: LongColumn) -> str:
    return column.align or ("left" if column.format == TEXT else "right")


def _styled(sheet: Sheet, like: "str | _Styled", *, quoted: bool = False) -> _Styled:
    """A cell in the look of this name, or of this other cell."""
    cell = _Styled(sheet, row=1, column=1)
    if isinstance(like, _Styled):
        cell.look = like.look
        return cell
    cell.style = like
    cell.quotePrefix = quoted  # so it stays text when somebody edits the cell
    cell.settle()
    return cell


def _draw_top(sheet: Sheet, columns: Sequence[LongColumn], words: Sequence[str]) -> None:
    """Rows 1 to 5 as on every sheet: title, how many and as of when, what is in it, heads."""
    width, (title, left, right, below) = len(columns), words
    middle, last = width // 2 + 1, get_column_letter(width)
    merged = [
        f"A1:{last}1",
        f"A2:{get_column_letter(middle)}2",
        f"{get_column_letter(middle + 1)}2:{last}2",
        f"A3:{last}3",
    ]
    top, bottom = HEAD_ROWS
    merged += [f"{letter}{top}:{letter}{bottom}" for letter in map(get_column_letter, range(1, width + 1))]
    for place in merged:
        sheet.merged_cells.add(place)
    sheet.append([_head(sheet, title, TITLE_FONT, "center")])
    second: list[Any] = [None] * width
    second[0], second[middle] = _head(sheet, left, TEXT_FONT, "left"), _head(sheet, right, TEXT_FONT, "right")
    sheet.append(second)
    sheet.append([_head(sheet, below, TEXT_FONT, "left")])
    for words_of in (lambda column: column.head, lambda column: None):
        sheet.append([_head(sheet, words_of(column), HEAD_FONT, "center", framed=True) for column in columns])


def _head(sheet: Sheet, text: str | None, font: Font, align: str, *, framed: bool = False) -> Cell:
    cell = WriteOnlyCell(sheet, value=plain(text) if text else None)
    cell.font, cell.alignment = font, Alignment(horizontal=align, vertical="center", wrap_text=True)
    if text:
        cell.data_type = "s"
    if framed:
        cell.border, cell.fill = FRAME, HEAD_FILL
    return cell
