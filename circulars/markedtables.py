"""The rows of a table in a marked copy, as a table: typed between bars or pasted with tabs, each row is a line of the text (Article 19)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from circulars.bodytext import cells_of
from circulars.comparison import Change, Line, Run, text_of

_BAR = re.compile(r"[|\t]")

Cell = tuple[Run, ...]


@dataclass(frozen=True)
class MarkedRow:
    """One row; ``change`` is that of the row as such, and SAME when only words in it differ."""

    change: Change
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class MarkedTable:
    """Neighbouring rows of a marked copy."""

    rows: tuple[MarkedRow, ...]


def laid_out(lines: Iterable[Line]) -> list[Line | MarkedTable]:
    """The lines in order, rows that follow each other taken together as a table."""
    found: list[Line | MarkedTable] = []
    rows: list[MarkedRow] = []
    for line in lines:
        if row := _row(line):
            rows.append(row)
            continue
        if rows:
            found.append(MarkedTable(tuple(rows)))
            rows = []
        found.append(line)
    if rows:
        found.append(MarkedTable(tuple(rows)))
    return found


def _row(line: Line) -> MarkedRow | None:
    """The line as a row, if it is one on both sides with as many cells; else it stays the line that it is."""
    sides = [side for side in (Change.DELETED, Change.INSERTED) if line.change in (Change.SAME, side)]
    widths = {len(cells_of(text_of([line], side))) for side in sides}
    if len(widths) != 1 or widths == {0}:
        return None
    cells = tuple(_cells(line.runs))
    return MarkedRow(line.change, cells) if {len(cells)} == widths else None


def _cells(runs: Sequence[Run]) -> Iterator[Cell]:
    """The runs parted at the bars; a bar that was put in or struck out with its neighbours parts nothing that can be read."""
    cell: list[Run] = []
    parted: list[Cell] = []
    for run in runs:
        first, *rest = _BAR.split(run.text)
        cell += [Run(run.change, first)] if first else []
        for text in rest:
            parted.append(tuple(cell))
            cell = [Run(run.change, text)] if text else []
    parted.append(tuple(cell))
    outer = [bool("".join(run.text for run in each).strip()) for each in (parted[0], parted[-1])]
    is_barred = len(parted) > 2 and not any(outer)
    yield from parted[1:-1] if is_barred else parted
