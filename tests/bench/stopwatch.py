"""Two ways of doing the same thing, timed in turn; a query counted; a transaction taken apart statement by statement."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True)
class Lap:
    """One turn in milliseconds: what the clock on the wall says and what this process computed."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Figure:
    """One line of the table; ``ratio`` is how many times the effort of the bare way ours is."""

    scene: str
    measure: str
    bare: float
    ours: float
    ratio: float
    aim: float | None = None
    queries: int | None = None


@dataclass(frozen=True)
class Race:
    """The laps of both ways, which ran by turns."""

    bare: list[Lap]
    ours: list[Lap]

    def wall(self, scene: str, *, aim: float | None = None, queries: int | None = None) -> Figure:
        """By the clock on the wall."""
        return compared(
            scene, "wall ms", [lap.wall for lap in self.bare], [lap.wall for lap in self.ours], aim=aim, queries=queries
        )

    def cpu(self, scene: str, *, aim: float | None = None, queries: int | None = None) -> Figure:
        """By what this process computed; a database server computes elsewhere."""
        return compared(
            scene, "CPU ms", [lap.cpu for lap in self.bare], [lap.cpu for lap in self.ours], aim=aim, queries=queries
        )


def race(turns: int, *, bare: Callable[[int], object], ours: Callable[[int], object], warm_up: int = 2) -> Race:
    """Each turn runs both, so that whatever else the machine did fell on both; the first turns do not count."""
    run = Race([], [])
    for turn in range(warm_up + turns):
        laps = timed(bare, turn), timed(ours, turn)
        if turn >= warm_up:
            run.bare.append(laps[0])
            run.ours.append(laps[1])
    return run


def timed(act: Callable[[int], object], turn: int) -> Lap:
    wall, cpu = time.perf_counter(), time.process_time()
    act(turn)
    return Lap((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)


def compared(
    scene: str,
    measure: str,
    bare: list[float],
    ours: list[float],
    *,
    aim: float | None = None,
    queries: int | None = None,
) -> Figure:
    """The medians, and the median of the ratios turn by turn: a slow minute slows both sides of its turns."""
    ratio = median(our / plain for plain, our in zip(bare, ours, strict=True))
    return Figure(scene, measure, median(bare), median(ours), ratio, aim, queries)


def queries(act: Callable[[], object]) -> int:
    """How many statements it takes, those that only mark out transactions left aside."""
    with CaptureQueriesContext(connection) as seen:
        act()
    return sum(not _marks_out(query["sql"]) for query in seen.captured_queries)


def _marks_out(sql: str) -> bool:
    return sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"))


def dearest(spent: dict[str, float], count: int) -> str:
    """The most expensive of them, in a line."""
    by_cost = sorted(spent.items(), key=lambda item: -item[1])
    return ", ".join(f"{what} {ms:.1f}" for what, ms in by_cost[:count])


@contextmanager
def statements() -> Iterator[dict[str, float]]:
    """Milliseconds of every statement run inside, by its verb and table: ``INSERT circulars_delivery``."""
    spent: defaultdict[str, float] = defaultdict(float)

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent[_heading(sql)] += (time.perf_counter() - began) * 1000

    with connection.execute_wrapper(watch):
        yield spent


def _heading(sql: str) -> str:
    """The verb and the first table that the statement names."""
    verb, table = sql.split(None, 1)[0], ""
    for opening in ("INTO ", "UPDATE ", "FROM "):
        if (at := sql.find(opening)) >= 0:
            table = sql[at + len(opening) :].split(None, 1)[0].strip('"')
            break
    return f"{verb} {table}".strip()
