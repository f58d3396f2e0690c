"""Rows of an Excel sheet that somebody hands in, each cell with its place, and what becomes of every line before anything is saved.

A sheet is read here and judged by the app whose register it fills: ``read_sheet`` → ``judge`` → a ``Fate`` for each line. ``cms.heldsheets``
keeps the file between the look and the yes, ``cms.sheetsteps`` is the screen.
"""

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from cms.tables import UNSEEN
from cms.zippackage import TooManyParts, opened

# A heading may stand below a title and a remark or two.
HEAD_WITHIN = 10
MOST_ROWS = 5000
LAST_LINE = 1_048_576  # Excel's own; a file that names a later one is no sheet, and reading up to it would take hours
MOST_COLUMNS = 60
MOST_PARTS = 500
UNPACKED = 40 * 1024**2  # bytes
_TOO_LARGE = "文件解开后太大，请只留下要导入的一张表，去掉图片和多余的格式。"
LONGEST_SHOWN = 40
# What the readers of packages, of their parts and of cells raise at a file that is damaged, locked by a password or packed in another way.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, KeyError, ValueError, TypeError, AttributeError, IndexError,
    OverflowError, SyntaxError,
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column that we read: the key we know it by, its heading, other headings it may bear, and what is written in it."""

    key: str
    heading: str
    hint: str = ""
    also: tuple[str, ...] = ()
    is_needed: bool = True


@dataclass(frozen=True)
class CellFault:
    """What is wrong in one cell, or in the line as a whole where no column is named."""

    line: int
    sentence: str
    letter: str = ""
    heading: str = ""

    @property
    def place(self) -> str:
        return f"第 {self.line} 行 {self.letter} 列（{self.heading}）" if self.letter else f"第 {self.line} 行"

    def __str__(self) -> str:
        return f"{self.place}：{self.sentence}"


class SheetRefused(Exception):
    """The file as a whole cannot be read as such a sheet; the sentence says why and what to do."""


@dataclass(frozen=True)
class SheetRow:
    """One line that is not empty, numbered as Excel numbers it, with the text of every column that we know; an absent one reads empty."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")


@dataclass(frozen=True)
class Sheet:
    """What was read: the rows, where each column stands, headings nobody asked for, and cells that hold what no cell here may hold."""

    name: str
    columns: Mapping[str, Column]
    letters: Mapping[str, str]
    rows: tuple[SheetRow, ...]
    unused: tuple[str, ...] = ()
    faults: tuple[CellFault, ...] = ()

    def has(self, key: str) -> bool:
        """Whether the column is there at all: what is not in the sheet is left as it stands."""
        return key in self.letters

    def fault(self, row: SheetRow, key: str, sentence: str) -> CellFault:
        """This sentence about this cell."""
        heading = self.columns[key].heading
        return CellFault(row.line, sentence, self.letters.get(key, ""), heading if key in self.letters else "")

    def faults_of(self, row: SheetRow) -> list[CellFault]:
        """What was wrong with the cells of this line before anybody asked what they mean."""
        return list(self._faults_by_line.get(row.line, ()))

    @cached_property
    def _faults_by_line(self) -> dict[int, list[CellFault]]:
        by_line: dict[int, list[CellFault]] = {}
        for fault in self.faults:
            by_line.setdefault(fault.line, []).append(fault)
        return by_line


class Outcome(StrEnum):
    """What becomes of a line."""

    NEW = "新增"
    CHANGED = "更改"
    SAME = "不变"
    WRONG = "有错误"


@dataclass(frozen=True)
class Fate:
    """What one line would do, said before it is done; a line with faults does nothing."""

    line: int
    about: str
    outcome: Outcome
    changes: tuple[str, ...] = ()
    faults: tuple[CellFault, ...] = ()

    @property
    def is_wrong(self) -> bool:
        return self.outcome == Outcome.WRONG


def fate(
    row: SheetRow, about: str, *, faults: Sequence[CellFault] = (), is_new: bool, changes: Sequence[str] = ()
) -> Fate:
    """The fate of a line that is wrong where it has faults, new where nothing stands yet, and changes something or nothing."""
    about = about[:LONGEST_SHOWN] or "—"
    if faults:
        in_order = sorted(faults, key=lambda fault: (len(fault.letter), fault.letter))
        return Fate(row.line, about, Outcome.WRONG, faults=tuple(in_order))
    if is_new:
        return Fate(row.line, about, Outcome.NEW)
    return Fate(row.line, about, Outcome.CHANGED if changes else Outcome.SAME, changes=tuple(changes))


def tally(fates: Iterable[Fate]) -> dict[Outcome, int]:
    """How many lines have each outcome, all of them named."""
    counted = dict.fromkeys(Outcome, 0)
    for each in fates:
        counted[each.outcome] += 1
    return counted


def read_sheet(content: bytes, columns: Iterable[Column]) -> Sheet:
    """The first sheet of an .xlsx file, its heading found among the first lines.

    Cells hold text as one reads it: 12 for 12.0, 2026-11-27 for a date. A formula, an error and an unseen character are faults of their
    cell. Raises ``SheetRefused`` for what is no such file, too large, without one of the needed columns or without a line.
    """
    columns = tuple(columns)
    _refuse_large(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        lines = sheet.iter_rows(max_col=MOST_COLUMNS)
        first = [next(lines, ()) for _ in range(HEAD_WITHIN)]
        head_line, keys, unused = _head_among(first, columns)
        letters = {key: get_column_letter(place + 1) for place, key in keys.items()}
        read = Sheet(sheet.title, {column.key: column for column in columns}, letters, (), unused)
        rows, faults = _rows_of(read, keys, first[head_line:], lines, head_line + 1)
        book.close()
    except _BROKEN as broken:
        raise SheetRefused(
            "文件打不开，可能已损坏或者加了密码，请用 Excel 或者 WPS 另存为 .xlsx 后再上传。"
        ) from broken
    if not rows:
        raise SheetRefused("表头下面一行也没有。")
    return Sheet(read.name, read.columns, letters, tuple(rows), unused, tuple(faults))


def blank_sheet(columns: Iterable[Column]) -> bytes:
    """An empty sheet to fill in: the headings, and on a second sheet what is written under each."""
    book = Workbook()
    sheet, notes = book.active, book.create_sheet("填写说明")
    assert sheet is not None
    sheet.title = "名册"
    columns = tuple(columns)
    sheet.append([column.heading for column in columns])
    notes.append(["列", "怎样填写"])
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = 18
        notes.append([column.heading, column.hint])
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 18, 80
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _refuse_large(content: bytes) -> None:
    try:
        with opened(io.BytesIO(content), most=MOST_PARTS) as package:
            size = sum(part.file_size for part in package.infolist())
    except TooManyParts as endless:
        raise SheetRefused(_TOO_LARGE) from endless
    except _BROKEN as broken:
        raise SheetRefused("这不是 .xlsx 文件，请用 Excel 或者 WPS 另存为 .xlsx 后再上传。") from broken
    if size > UNPACKED:
        raise SheetRefused(_TOO_LARGE)


def _head_among(
    lines: Sequence[Sequence[Any]], columns: Sequence[Column]
) -> tuple[int, dict[int, str], tuple[str, ...]]:
    """How many lines come up to and with the heading, place → key of the columns in it, and the headings we do not know."""
    known = {heading: column.key for column in columns for heading in (column.heading, column.key, *column.also)}
    heads = [[_heading(cell) for cell in line] for line in lines]
    found = max(range(len(heads)), key=lambda n: len({known[text] for text in heads[n] if text in known}))
    keys = {place: known[text] for place, text in enumerate(heads[found]) if text in known}
    if missing := [column.heading for column in columns if column.is_needed and column.key not in keys.values()]:
        raise SheetRefused(f"表头缺少列：{'、'.join(missing)}。表头应在前 {HEAD_WITHIN} 行里。")
    twice = [column.heading for column in columns if list(keys.values()).count(column.key) > 1]
    if twice:
        raise SheetRefused(f"表头里重复的列：{'、'.join(twice)}。")
    return found + 1, keys, tuple(text[:LONGEST_SHOWN] for text in heads[found] if text and text not in known)


def _rows_of(
    sheet: Sheet, keys: Mapping[int, str], first: Sequence[Sequence[Any]], rest: Iterable[Sequence[Any]], line: int
) -> tuple[list[SheetRow], list[CellFault]]:
    rows: list[SheetRow] = []
    faults: list[CellFault] = []
    for number, cells in enumerate(chain(first, rest), line):
        if number > LAST_LINE:
            raise SheetRefused(f"表里有第 {LAST_LINE} 行以后的行，不是正常的表格，请另建一张表，只粘贴要导入的内容。")
        texts = {key: _text(cells[place]) for place, key in keys.items() if place < len(cells)}
        if not any(texts.values()):
            continue
        if len(rows) == MOST_ROWS:
            raise SheetRefused(f"超过 {MOST_ROWS} 行，请分成几个文件导入。")
        row = SheetRow(number, texts)
        rows.append(row)
        for place, key in keys.items():
            if place < len(cells) and (why := _wrong_with(cells[place], texts[key])):
                faults.append(sheet.fault(row, key, why))
    return rows, faults


def _heading(cell: Any) -> str:
    """A heading without blanks, stars and what is said in brackets after it: ``* 全称（必填）`` is 全称."""
    return "".join(_text(cell).split()).strip("*＊").partition("（")[0].partition("(")[0]


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\xa0", " ").strip()


def _wrong_with(cell: Any, text: str) -> str:
    kind = getattr(cell, "data_type", "")
    if kind == "f":
        return "这是公式，请改成数值或者文字（复制后“选择性粘贴—数值”）。"
    if kind == "e":
        return f"这是错误值 {text}，请改正。"
    if any(unicodedata.category(character) in UNSEEN for character in text):
        return "有换行、控制字符或者方向字符，请删去。"
    return ""
