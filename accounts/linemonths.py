"""线路月度统计: what each line's interruptions come to in each month, and whether its rent is deducted (Articles 8(1) and 16).

One question for however many lines and months; the sums are those of ``accounts.lines``. An interruption that lasts counts until the moment
of the question, so a month that is not over may still change, and one that is over changes only by a correction.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby

from accounts.lineoutages import LineOutage
from accounts.lineregister import Line
from accounts.lines import LineMonth, line_months
from cms.areas import Area
from cms.rulebook import RuleSet
from cms.ruleversions import RuleVersion
from cms.workdays import ZONE, local

NOTHING = Decimal(0)


@dataclass(frozen=True)
class LineTally:
    """One line in one month: how long it was down, how often too long, and whether one of its interruptions still lasts."""

    line: Line
    month: LineMonth
    outages: int
    breaches: int
    is_open: bool

    @property
    def is_over(self) -> bool:
        return self.month.is_over

    @property
    def deducted(self) -> Decimal:
        """Yuan: the whole rent of the month, or nothing."""
        return self.line.rent if self.is_over else NOTHING


@dataclass
class _Count:
    outages: int = 0
    breaches: int = 0
    is_open: bool = False


def month_tallies(lines: Iterable[Line], months: Iterable[date], *, as_of: datetime) -> dict[date, list[LineTally]]:
    """For each month, named by its first day, a tally of each line that was let in it, in the order of the lines; three queries.

    A breach of the twelve hours belongs to the month in which they ran out; the hours of a month are those of the rule as it begins.
    """
    lines, firsts = list(lines), sorted(months)
    if not lines or not firsts:
        return {first: [] for first in firsts}
    rules = _rules_of(firsts)
    down: dict[tuple[int, date], timedelta] = {}
    counts: defaultdict[tuple[int, date], _Count] = defaultdict(_Count)
    asked = set(firsts)
    for key, outages in _outages_of(lines, firsts, as_of):
        for month in line_months(outage.until(as_of) for outage in outages):
            down[key, month.first] = month.down
        for outage in outages:
            for first in asked.intersection(_months_of(outage.down_at, outage.up_at or as_of)):
                counts[key, first].outages += 1
                counts[key, first].is_open |= outage.up_at is None
            if outage.is_too_long(as_of):
                counts[key, _first_of(outage.due_at)].breaches += 1
    return {
        first: [
            LineTally(
                line,
                LineMonth(
                    first, down.get((line.pk, first), timedelta()), timedelta(hours=rules[first].line_month_hours)
                ),
                **vars(counts.get((line.pk, first), _Count())),
            )
            for line in lines
            if line.is_in_force_in(first)
        ]
        for first in firsts
    }


def following(first: date) -> date:
    """The first day of the month after."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _outages_of(lines: list[Line], firsts: list[date], as_of: datetime) -> Iterator[tuple[int, list[LineOutage]]]:
    """Line by line the interruptions that share a moment with the months, as they came."""
    rows = LineOutage.objects.touching(midnight(firsts[0]), midnight(following(firsts[-1])))
    rows = rows.filter(line__in=[line.pk for line in lines], down_at__lt=as_of).order_by("line", "down_at")
    for key, outages in groupby(rows, key=lambda outage: outage.line_id):
        yield key, list(outages)


def _rules_of(firsts: list[date]) -> dict[date, RuleSet]:
    """The rule of each month as it begins; before the first version of all, that one."""
    versions = list(RuleVersion.objects.filter(area=Area.objects.home()).order_by("-in_force_from", "-number"))
    found = {}
    for first in firsts:
        held = next((version for version in versions if version.in_force_from <= midnight(first)), versions[-1])
        found[first] = held.rule_set
    return found


def _first_of(at: datetime) -> date:
    return local(at).date().replace(day=1)


def _months_of(down_at: datetime, up_at: datetime) -> Iterator[date]:
    """The first days of the months that an interruption touches; one that ends at a midnight does not touch the month that begins."""
    first, last = _first_of(down_at), _first_of(up_at - timedelta.resolution)
    while first <= last:
        yield first
        first = following(first)
