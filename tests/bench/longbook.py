"""逐件签收清单 of half a year: against the bare writer of the same rows out of one SELECT; and how far memory rises in a fresh process meanwhile."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from openpyxl import Workbook

from circulars.deliveries import Delivery
from cms.areas import Area
from cms.workdays import local
from reports.longsheet import write_long
from reports.months import Month, YearToDate, months_back
from reports.receiptlist import COLUMNS, TITLE, ReceiptList, told_below
from reports.receipts import Issuers
from tests.bench.stopwatch import Figure, race
from tests.databases import ROOT

TURNS, AIM, MEMORY = 3, 1.2, 80  # megabytes
WANTED = 100_000


@dataclass(frozen=True)
class Found:
    figures: list[Figure]
    remarks: list[str]


def measure() -> Found:
    """A span of about a hundred thousand rows, where the table has so many; each way writes a file and reads its rows as it goes."""
    asked = list_asked()
    rows = asked.count()

    def ours(turn: int = 0) -> int:
        return write(asked)

    def bare(turn: int = 0) -> None:
        with tempfile.TemporaryFile() as file:
            book = Workbook(write_only=True)
            sheet = book.create_sheet()
            sheet.append([column.head for column in COLUMNS])
            for ordinal, row in enumerate(_plain(asked), 1):
                sheet.append([ordinal, *row])
            book.save(file)

    risen = _risen()
    written = [ours(), sum(1 for _ in _plain(asked))]
    if written != [rows, rows]:
        raise AssertionError(f"{rows} rows were to be written, not {written}.")
    run = race(TURNS, bare=bare, ours=ours, warm_up=0)
    within = "within" if risen <= MEMORY else "over"
    scene = f"a workbook of {rows:,} rows"
    return Found([run.cpu(scene, aim=AIM)], [f"{scene}: memory rises by {risen:.0f} MB, {within} the aim of {MEMORY}"])


def write(asked: ReceiptList) -> int:
    """The workbook is written to a file that is gone afterwards; returns how many rows it had."""
    with tempfile.TemporaryFile() as file:
        return write_long(
            file,
            COLUMNS,
            asked.rows(),
            title=TITLE,
            counted=f"共 {asked.count()} 件",
            below=told_below(asked),
            as_of=asked.as_of,
        )


def _risen() -> float:
    """By how many megabytes the memory of a process rises that has done nothing else."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.bench.longmemory"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return float(child.stdout)


def list_asked() -> ReceiptList:
    """The year to date that comes nearest from above, or the longest there is."""
    now, area = timezone.now(), Area.objects.home()
    lists = [
        ReceiptList(span=YearToDate(month), issuers=Issuers.GOVERNMENT, area=area, as_of=now)
        for month in reversed(months_back(Month.of(now), local(now).month))
    ]
    return next((each for each in lists if each.count() >= WANTED), lists[-1])


def _plain(asked: ReceiptList) -> Iterator[tuple[Any, ...]]:
    """The same columns as somebody fetches them who judges nothing."""
    rows = Delivery.objects.filter(sent_at__gte=asked.span.starts_at, sent_at__lt=asked.span.ends_at).order_by(
        "sent_at"
    )
    values = rows.values_list(
        *(
            "unit__short_name",
            "unit__category",
            "circular__title",
            "circular__number",
            "circular__issuer_name",
            "urgency",
        ),
        *("sent_at", "due_at", "signed_at", "state", "taken_minutes", "registered_at", "urges", "relief"),
    )
    times = (6, 7, 8, 11)
    for row in values.iterator(chunk_size=2_000):
        line: list[Any] = list(row)
        for place in times:
            if line[place] is not None:
                line[place] = local(line[place]).replace(tzinfo=None)
        yield tuple(line)
