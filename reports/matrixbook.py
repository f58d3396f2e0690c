"""The workbook of the matrix: one line for each unit, one column for each circular, in words (Articles 20 and 28)."""

from datetime import datetime
from typing import IO

from circulars.receiptmatrix import Matrix
from circulars.registration import Circular
from circulars.templatetags.standing import SHORT
from reports.onesheet import write_sheet
from reports.sheetlook import COUNT, Column

TITLE = "签收矩阵"


def write_matrix(file: IO[bytes], matrix: Matrix, *, asked: str, is_whole: bool, as_of: datetime) -> None:
    """The rows of the page in their order, values only."""
    circulars = f"{len(matrix.circulars)} 件公文"
    write_sheet(
        file,
        _columns(matrix),
        matrix.rows,
        title=TITLE,
        counted=f"{len(matrix.rows)} 家单位，{circulars if is_whole else f'最近的 {circulars}'}，未签收 {matrix.open_count} 件次",
        below=asked,
        empty="没有这样的公文，或者都签收了。",
        as_of=as_of,
    )


def _columns(matrix: Matrix) -> tuple[Column, ...]:
    return (
        Column("序号", lambda row, at: at.ordinal, 6, COUNT, align="center"),
        Column("单位", lambda row, at: row.unit.short_name, 20),
        Column("类别", lambda row, at: row.unit.get_category_display(), 22),
        Column("未签收", lambda row, at: row.open_count, 9, COUNT),
        *(_words_of(circular, place) for place, circular in enumerate(matrix.circulars)),
    )


def _words_of(circular: Circular, place: int) -> Column:
    return Column(circular.number, lambda row, at: SHORT[row.words[place]], 9, align="center")
