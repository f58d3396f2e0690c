"""The body of a circular: plain paragraphs whose level is told by their mark, and tables (GB/T 9704-2012, 7.3.3).

A drafter types or pastes text. 一、 opens a first level, （一） a second, 1. a third, （1） a fourth; neighbouring lines with tabs (as
pasted from a spreadsheet or a WPS table) or between vertical bars are a table. Nothing else has a form, so the text itself is the record.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice

# What fits a paper: characters of one text, columns and cells of its tables. More is a workbook, and belongs in an attachment.
LONGEST = 300_000
MOST_COLUMNS = 63
MOST_CELLS = 20_000
# No letter carries more signs than these; a heap of them is no writing, and takes the square of its height to put in order.
_MOST_SIGNS = 30

_NUMERALS = "一二三四五六七八九十百零〇"
_LEVELS = (
    re.compile(rf"^[{_NUMERALS}]+、"),
    re.compile(rf"^（[{_NUMERALS}]+）"),
    re.compile(r"^\d+[.．](?!\d)"),
    re.compile(r"^（\d+）"),
)
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Spaces of other widths than the two that Chinese text knows: no-break, en, em, thin and their kin.
_OTHER_SPACES = dict.fromkeys(
    "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " "
)
# Where Word keeps the bullets of its symbol fonts. The rest of the private area may hold a rare character of a name and stays.
_SYMBOL = re.compile("[\uf000-\uf0ff]+[ \t]*")
# A heading stands alone or runs on into its paragraph after its first full stop.
_RUN_IN = re.compile(r"^(?P<head>[^。]{1,40}。)(?P<rest>.+)$")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; level 1 to 4 for a numbered one, 0 for plain text. ``head`` is the part set as a heading."""

    level: int
    head: str
    text: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class Row:
    """One row as it is set: its cells, and how many columns are left empty behind them."""

    cells: tuple[str, ...]
    left: int


@dataclass(frozen=True)
class Table:
    """Rows of cells as they were typed, the first row being the head."""

    rows: tuple[tuple[str, ...], ...]
    kind: str = "table"

    @cached_property
    def width(self) -> int:
        """The number of columns, that of the longest row."""
        return max(map(len, self.rows))

    @property
    def head_row(self) -> Row:
        return self._row(self.rows[0])

    @property
    def body_rows(self) -> Iterator[Row]:
        return map(self._row, self.rows[1:])

    def _row(self, cells: tuple[str, ...]) -> Row:
        return Row(cells, self.width - len(cells))


def clean(text: str) -> str:
    """The text as it is kept: line ends as \\n, plain or full-width spaces only, nothing that nobody sees, no blank lines at the edges."""
    text = _LINE_END.sub("\n", text)
    seen = _SYMBOL.sub("", _with_few_signs("".join(_OTHER_SPACES.get(c, c) for c in text if _is_seen(c))))
    return "\n".join(line.rstrip() for line in unicodedata.normalize("NFC", seen).split("\n")).strip("\n")


def _is_seen(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


def _with_few_signs(text: str) -> str:
    """The text with no more signs heaped on a letter than writing knows."""
    if not any(map(unicodedata.combining, text)):
        return text
    runs = groupby(text, lambda character: unicodedata.combining(character) > 0)
    return "".join(c for is_heap, run in runs for c in (islice(run, _MOST_SIGNS) if is_heap else run))


def too_much(text: str) -> str:
    """Why the text is more than a paper holds, as a sentence; nothing when it is not."""
    if len(text) > LONGEST:
        return f"文字超过 {LONGEST // 10_000} 万字，请分成几份，或作为附件上传。"
    cells = 0
    for line in text.split("\n"):
        columns = len(cells_of(line))
        cells += columns
        if columns > MOST_COLUMNS:
            return f"表格超过 {MOST_COLUMNS} 列，请减少列数，或把表格作为附件上传。"
        if cells > MOST_CELLS:
            return f"表格超过 {MOST_CELLS // 10_000} 万格，请把表格作为附件上传。"
    return ""


def clean_line(text: str) -> str:
    """One line as it is kept: no control or direction marks, no line breaks, blanks at the edges gone."""
    return clean(text).replace("\n", " ").replace("\t", " ").strip()


def without_brackets(text: str) -> str:
    """The line without the one pair of brackets around all of it: 附注 is set in brackets, typed or not."""
    if len(text) < 2 or text[0] not in "（(" or text[-1] not in "）)":
        return text
    depth = 0
    for place, character in enumerate(text, 1):
        depth += (character in "（(") - (character in "）)")
        if not depth and place < len(text):
            return text
    return text if depth else text[1:-1].strip()


def blocks(text: str) -> list[Paragraph | Table]:
    """The paragraphs and tables of a body, in order."""
    found: list[Paragraph | Table] = []
    rows: list[list[str]] = []
    for line in [*clean(text).split("\n"), ""]:
        cells = cells_of(line)
        if cells:
            rows.append(cells)
            continue
        if rows:
            found.append(Table(tuple(map(tuple, rows))))
            rows = []
        if line.strip():
            found.append(_paragraph(line.strip().lstrip("\u3000")))
    return found


def cells_of(line: str) -> list[str]:
    """The cells of a line that is a row of a table, typed between bars or pasted with tabs; none for any other line."""
    stripped = line.strip()
    if stripped.startswith("|") and stripped.endswith("|") and len(stripped) > 2:
        return [cell.strip() for cell in stripped[1:-1].split("|")]
    if "\t" in line.strip("\t "):
        return [cell.strip() for cell in line.split("\t")]
    return []


def _paragraph(line: str) -> Paragraph:
    level = next((number for number, mark in enumerate(_LEVELS, 1) if mark.match(line)), 0)
    if not level or level > 2:
        return Paragraph(level, "", line)
    if run_in := _RUN_IN.match(line):
        return Paragraph(level, run_in["head"], run_in["rest"])
    return Paragraph(level, line, "") if len(line) <= 60 else Paragraph(level, "", line)
