"""A month's figures for every unit: against a GROUP BY that counts on time, late and unsigned alone, and against one that counts all fifteen."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from reports.figures import UnitFigures
from reports.months import Month
from reports.receipts import Issuers, month_figures
from reports.snapshots import MonthlySnapshot, publish
from tests.bench.register import Register
from tests.bench.stock import Stock
from tests.bench.stopwatch import Figure, compared, queries, race, timed

TURNS = 15
AIM = 1.5
CLOSED = 50  # milliseconds for a month that is published

BARE = """
SELECT unit_id, count(CASE WHEN signed_at <= due_at THEN 1 END), count(CASE WHEN signed_at > due_at THEN 1 END),
    count(CASE WHEN signed_at IS NULL AND due_at <= %s THEN 1 END)
FROM circulars_delivery WHERE channel = 'electronic' AND sent_at >= %s AND sent_at < %s GROUP BY unit_id
"""


# The same fifteen figures and the name last borne, as somebody writes them down by hand.
ALIKE = """
SELECT unit_id, unit_name, max(sent_at), {} FROM circulars_delivery
WHERE channel = 'electronic' AND recalled_at IS NULL AND sent_at >= %s AND sent_at < %s GROUP BY unit_id, unit_name
"""
_CLOSED = "COALESCE(signed_at, returned_at)"
_CASES = (
    *(f"count(CASE WHEN relief = '' AND {case} THEN 1 END)" for case in (
        f"{_CLOSED} <= due_at", f"{_CLOSED} > due_at", f"{_CLOSED} IS NULL AND due_at <= CURRENT_TIMESTAMP",
        f"(due_at IS NULL OR ({_CLOSED} IS NULL AND due_at > CURRENT_TIMESTAMP))",
        f"urgency <> 'normal' AND ({_CLOSED} IS NOT NULL OR due_at <= CURRENT_TIMESTAMP)",
        f"urgency <> 'normal' AND {_CLOSED} <= due_at",
        "urgency = 'normal' AND taken_minutes IS NOT NULL", "urgency <> 'normal' AND taken_minutes IS NOT NULL",
    )),
    "count(CASE WHEN relief <> '' THEN 1 END)",
    *(f"sum(CASE WHEN relief = '' AND urgency {which} 'normal' THEN taken_minutes END)" for which in ("=", "<>")),
    "count(returned_at)",
    "sum(urges)",
    f"count(CASE WHEN relief = '' AND returned_at IS NULL AND ({_CLOSED} IS NOT NULL OR due_at <= CURRENT_TIMESTAMP) THEN 1 END)",
    "count(CASE WHEN relief = '' AND returned_at IS NULL AND registered_at <= due_at THEN 1 END)",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    figures: list[Figure]
    remarks: list[str]


def measure(stock: Stock, register: Register) -> Found:
    """The last whole month, of which the table holds every delivery."""
    now = timezone.now()
    month = Month.of(now).previous
    assert month is not None
    moments = [connection.ops.adapt_datetimefield_value(at) for at in (now, month.starts_at, month.ends_at)]

    def three(turn: int = 0) -> list[tuple[int, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(BARE, moments)
            return cursor.fetchall()

    def fifteen(turn: int = 0) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(ALIKE.format(", ".join(_CASES)), moments[1:])
            return cursor.fetchall()

    def ours(turn: int = 0) -> dict[int, int]:
        return {one.unit_id: one.on_time for one in month_figures(month, as_of=now)}

    counts = [ours(), {row[0]: row[1] for row in three()}, {row[0]: row[3] for row in fifteen()}]
    if counts != [counts[0]] * 3:
        raise AssertionError("The three ways count differently.")
    rows = f"{sum(counts[0].values()):,} of {stock.deliveries:,}"
    bare, alike = race(TURNS, bare=three, ours=ours), race(TURNS, bare=fifteen, ours=ours)
    area = register.office.area
    snapshot = publish(month, issuers=Issuers.GOVERNMENT, area=area, by=register.secretary, at=now)
    if {one.unit_id: one.on_time for one in snapshot.figures} != counts[0]:
        raise AssertionError("What was published is not what was counted.")

    def closed(turn: int = 0) -> list[UnitFigures]:
        newest = MonthlySnapshot.objects.newest_of(month, Issuers.GOVERNMENT, area)
        assert newest is not None
        return newest.figures

    laps = [timed(closed, turn) for turn in range(TURNS)]
    again = compared(
        "figures of a month that is published",
        "wall ms",
        [float(CLOSED)] * TURNS,
        [lap.wall for lap in laps],
        aim=1,
        queries=queries(closed),
    )
    return Found(
        [
            bare.wall(f"figures of a month, {rows}, to three of them", aim=AIM, queries=queries(ours)),
            alike.wall(f"figures of a month, {rows}, to all fifteen", aim=AIM),
            again,
        ],
        [],
    )
