"""A month's figures for every unit, against the bare GROUP BY that only counts how many were on time, late and unsigned."""

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from reports.months import Month
from reports.receipts import month_figures
from tests.bench.stock import Stock
from tests.bench.stopwatch import Figure, queries, race

TURNS = 15
AIM = 1.5

BARE = """
SELECT unit_id, count(CASE WHEN signed_at <= due_at THEN 1 END), count(CASE WHEN signed_at > due_at THEN 1 END),
    count(CASE WHEN signed_at IS NULL AND due_at <= %s THEN 1 END)
FROM circulars_delivery WHERE channel = 'electronic' AND sent_at >= %s AND sent_at < %s GROUP BY unit_id
"""


@dataclass(frozen=True)
class Found:
    figures: list[Figure]
    remarks: list[str]


def measure(stock: Stock) -> Found:
    """The last whole month, of which the table holds every delivery."""
    now = timezone.now()
    month = Month.of(now).previous
    assert month is not None
    moments = [connection.ops.adapt_datetimefield_value(at) for at in (now, month.starts_at, month.ends_at)]

    def bare(turn: int = 0) -> list[tuple[int, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(BARE, moments)
            return cursor.fetchall()

    def ours(turn: int = 0) -> dict[int, int]:
        return {one.unit_id: one.on_time for one in month_figures(month, as_of=now)}

    if ours() != {unit: on_time for unit, on_time, *_ in bare()}:
        raise AssertionError("The two ways count differently.")
    counted = sum(on_time for _, on_time, *_ in bare())
    scene = f"figures of a month, {counted:,} of {stock.deliveries:,}"
    run = race(TURNS, bare=bare, ours=ours)
    return Found([run.wall(scene, aim=AIM, queries=queries(ours))], [])
