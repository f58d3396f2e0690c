"""The workbook of a month: what each sheet shows is drawn in its own module, rows → xlsx (Article 28).

A working file has formulas. A published month has values alone: what was made known is not reckoned again.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.conf import settings
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.categorysheet import CATEGORIES, draw_categories
from reports.figuresheet import FIGURES, draw_figures
from reports.latesheet import LATE, draw_late
from reports.meanings import meanings_of
from reports.meaningsheet import MEANINGS, draw_meanings
from reports.monthly import MonthReport
from reports.ranking import NO_BULLETINS, ranking_of
from reports.rankingsheet import RANKING, draw_ranking


def workbook_of(report: MonthReport, bulletins: Mapping[int, int] = NO_BULLETINS) -> Workbook:
    """The five sheets of the month, in memory; ``bulletins`` says in how many of the year each unit, by its key, was named."""
    ranking = ranking_of(report, bulletins)
    book = Workbook()
    figures = book.active
    assert isinstance(figures, Worksheet)
    figures.title = FIGURES
    draw_figures(figures, report)
    draw_late(book.create_sheet(LATE), report)
    draw_categories(book.create_sheet(CATEGORIES), report)
    draw_ranking(book.create_sheet(RANKING), report, ranking)
    draw_meanings(book.create_sheet(MEANINGS), report, meanings_of(report, ranking))
    book.properties.title = f"{report.title}（{report.month.label}）"
    book.properties.creator = book.properties.lastModifiedBy = settings.WAGTAIL_SITE_NAME
    book.calculation.fullCalcOnLoad = True
    return book


def write_month(
    target: Path | str | IO[bytes], report: MonthReport, bulletins: Mapping[int, int] = NO_BULLETINS
) -> None:
    """The workbook is in the file, whole; whatever goes wrong, a path keeps what it held before and no half file is left.

    Raises ``OSError`` when the file cannot be written.
    """
    book = workbook_of(report, bulletins)
    if not isinstance(target, (Path, str)):
        book.save(target)
        return
    path = Path(target).resolve()
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{path} is not a file")
    unfinished = path.with_name(f".{uuid4().hex}.unfinished")
    try:
        with unfinished.open("xb") as file:
            book.save(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
