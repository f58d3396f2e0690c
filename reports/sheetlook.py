"""One look for every sheet: fonts, borders, two-level heads, printing, and text that stays text (Article 28).

What people typed never becomes a formula, and no character of theirs keeps a workbook from being written or opened.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from circulars.bodytext import clean_line
from cms.workdays import local

HEAD_ROWS = (4, 5)
FIRST_ROW = 6
LINE_HEIGHT = 20.0
NONE = "—"

TEXT, GENERAL, COUNT, TENTHS, PERCENT = "@", "General", "0", "0.0", "0.00%"
MOMENT, MINUTE, DURATION = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd hh:mm", "[h]:mm"

CHINESE = 134  # the character set by which a program without the named font picks one that has the characters
TITLE_FONT = Font(name="方正小标宋简体", charset=CHINESE, sz=20)
HEAD_FONT = Font(name="黑体", charset=CHINESE, sz=12)
TEXT_FONT = Font(name="仿宋", charset=CHINESE, sz=12)
DIGIT_FONT = Font(name="Times New Roman", sz=12)
THIN = Side(style="thin", color="FF000000")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD_FILL = PatternFill("solid", fgColor="FFD9D9D9")

MISTAKEN_FOR_FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_NO_CHARACTERS = {ord("\ufffe"): None, ord("\uffff"): None}


class Formula(str):
    """A formula of ours; every other text is written as text."""

    __slots__ = ()


class Place(NamedTuple):
    """Where a value stands: its row, and the last row of the data."""

    row: int
    last: int

    @property
    def ordinal(self) -> int:
        return self.row - FIRST_ROW + 1


@dataclass(frozen=True)
class Column:
    """One column: its head, perhaps under a common one, and what it shows of a row."""

    head: str
    show: Callable[[Any, Place], Any]
    width: float
    format: str = TEXT
    under: str = ""
    align: str = ""

    @property
    def horizontal(self) -> str:
        return self.align or ("left" if self.format == TEXT else "right")


def put(cell: Cell | MergedCell, value: Any, *, form: str = TEXT, align: str = "left") -> None:
    """The cell holds the value in our look; text stays text, and times stand as the wall clock here shows them."""
    assert isinstance(cell.parent, Worksheet)
    is_formula = isinstance(value, Formula)
    is_text = isinstance(value, str) and not is_formula
    text = plain(value) if is_text else ""
    if text:
        cell.value = text
        cell.data_type = "s"
    elif is_formula:
        cell.value = str(value)
    elif isinstance(value, datetime):
        cell.value = local(value).replace(tzinfo=None)
    elif not is_text:
        cell.value = value
    book = cell.parent.parent
    assert book is not None
    if is_formula and form == TEXT:  # who edits a formula in a cell of text finds it turned into text
        form, is_text = GENERAL, True
    cell.style = style_in(book, form, "center" if value == NONE else align, is_text=is_text)
    if text.startswith(MISTAKEN_FOR_FORMULAS):
        cell.quotePrefix = True  # so it stays text when somebody edits the cell


def plain(text: str) -> str:
    """The text as a cell holds it: one line, and no character that a workbook cannot have."""
    return clean_line(text).translate(_NO_CHARACTERS)


def style_in(book: Workbook, form: str, align: str, *, is_text: bool) -> str:
    """The name of the look of a cell in the book; a name is found much faster than its parts."""
    name = f"{'text' if is_text else 'digits'} {align} {form}"
    if name not in book.named_styles:
        book.add_named_style(
            NamedStyle(
                name,
                font=TEXT_FONT if is_text else DIGIT_FONT,
                border=FRAME,
                alignment=Alignment(
                    horizontal=align, vertical="center", wrap_text=True, indent=1 if is_text and align == "left" else 0
                ),
                number_format=form,
            )
        )
    return name


def share(rate: Fraction | None) -> object:
    """What a cell holds of a rate: a dash where there is none."""
    return NONE if rate is None else float(rate)


def or_none(value: object) -> object:
    """What a cell holds of something that may be missing: a dash where it is."""
    return NONE if value is None else value


def draw_top(
    sheet: Worksheet, columns: Sequence[Column], *, title: str, left: str, right: str, below: str, at: int = 1
) -> None:
    """Rows 1 to 5: title, period and as-of time, filter, and the head in two levels; ``at`` is the number of the first column."""
    end = at + len(columns) - 1
    middle = at + len(columns) // 2
    _merge(sheet, 1, at, 1, end, title, TITLE_FONT, "center")
    _merge(sheet, 2, at, 2, middle, left, TEXT_FONT, "left")
    _merge(sheet, 2, middle + 1, 2, end, right, TEXT_FONT, "right")
    _merge(sheet, 3, at, 3, end, below, TEXT_FONT, "left")
    top, bottom = HEAD_ROWS
    numbered = list(enumerate(columns, at))
    for under, together in groupby(numbered, key=lambda pair: pair[1].under):
        group = list(together)
        if under:
            _merge(sheet, top, group[0][0], top, group[-1][0], under, HEAD_FONT, "center")
        for number, column in group:
            first = bottom if under else top
            _merge(sheet, first, number, bottom, number, column.head, HEAD_FONT, "center")
    for row in HEAD_ROWS:
        for number, _ in numbered:
            sheet.cell(row, number).border = FRAME
            sheet.cell(row, number).fill = HEAD_FILL
    for number, column in numbered:
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    heights = {1: 36.0, 2: LINE_HEIGHT + 2, 3: LINE_HEIGHT + 2, top: LINE_HEIGHT + 2, bottom: 2 * LINE_HEIGHT}
    for row, height in heights.items():
        sheet.row_dimensions[row].height = height


def draw_rows(sheet: Worksheet, columns: Sequence[Column], rows: Sequence[Any], *, empty: str, at: int = 1) -> int:
    """The rows stand from row 6 on; returns the last row, which says ``empty`` when there are none."""
    last = FIRST_ROW + max(len(rows), 1) - 1
    if not rows:
        _merge(sheet, FIRST_ROW, at, FIRST_ROW, at + len(columns) - 1, empty, TEXT_FONT, "center")
        frame_row(sheet, FIRST_ROW, len(columns), at=at)
    for number, item in enumerate(rows, FIRST_ROW):
        lines = 1
        for place, column in enumerate(columns, at):
            value = column.show(item, Place(number, last))
            put(sheet.cell(number, place), value, form=column.format, align=column.horizontal)
            if column.format == TEXT:
                lines = max(lines, _lines(value, column.width))
        _raise_row(sheet, number, lines)
    return last


def frame_row(sheet: Worksheet, row: int, width: int, *, at: int = 1) -> None:
    """Every cell of the row has its thin frame and the row its height."""
    for place in range(at, at + width):
        sheet.cell(row, place).border = FRAME
    _raise_row(sheet, row, 1)


def draw_line(sheet: Worksheet, row: int, width: int, text: str, *, lines: int = 1, at: int = 1) -> None:
    """A line of text across the whole table, below it."""
    _merge(sheet, row, at, row, at + width - 1, text, TEXT_FONT, "left")
    _raise_row(sheet, row, lines)


def area(width: int, last: int, *, at: int = 1) -> str:
    """The cells of a table from its title to its last row."""
    return f"{get_column_letter(at)}1:{get_column_letter(at + width - 1)}{last}"


def set_up_page(sheet: Any, *, width: int, last: int, beside: Sequence[str] = ()) -> None:
    """A4 landscape, one page wide, heads repeated, page numbers at the foot; the heads stay in sight on the screen.

    The areas of tables that stand ``beside`` the first are printed after it, each on pages of its own.
    """
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.print_title_rows = f"1:{HEAD_ROWS[-1]}"
    sheet.print_area = [area(width, last), *beside]
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.orientation = Worksheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins = PageMargins(left=0.6, right=0.6, top=0.75, bottom=0.75, header=0.3, footer=0.4)
    footer = HeaderFooterItem()
    footer.center.text = "第 &P 页 共 &N 页"
    sheet.oddFooter = footer


def _merge(
    sheet: Worksheet, top: int, left: int, bottom: int, right: int, text: str, font: Font, horizontal: str
) -> None:
    if (top, left) != (bottom, right):
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    cell = sheet.cell(top, left)
    cell.value = text
    if not isinstance(text, Formula):
        cell.data_type = "s"  # a head may be what somebody typed
    cell.font = font
    cell.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True)


def _raise_row(sheet: Worksheet, row: int, lines: int) -> None:
    """The row is as high as so many lines need; tables side by side share it."""
    sheet.row_dimensions[row].height = max(_height(lines), sheet.row_dimensions[row].height or 0)


def _height(lines: int) -> float:
    return max(LINE_HEIGHT + 2, 17.0 * lines + 4)


def _lines(value: Any, width: float) -> int:
    """How many lines a text needs in a column so wide; at 12 points a Chinese character takes 2.4 units."""
    if not isinstance(value, str) or isinstance(value, Formula):
        return 1
    units = sum(2.4 if east_asian_width(char) in "WFA" else 1.2 for char in value)
    return max(1, -int(-units // (width - 2)))
