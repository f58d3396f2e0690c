"""登录情况: how each unit looked in, day by day, and who has not been there today (Articles 18 and 28).

Nothing is stored but the look-ins: an old month is reckoned anew from rows that nobody can change, faults and stops that are dated, and the
version of the rule that was in force on each day. It changes only if a fault, a stop or the calendar of that time is put right.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.db.models import Min, QuerySet

from accounts.duty import DayOfDuty, Stretch, login_gaps
from accounts.dutyrelief import faults_between, stops_between
from accounts.lookins import LookIn
from accounts.looks import DayOfLooks, counts_looks, looks_of
from accounts.people import Post
from accounts.roles import Right, roles_with
from accounts.unitchanges import UnitChange
from accounts.units import Category, Unit, UnitQuerySet
from cms.areas import Area
from cms.offices import office_of
from cms.rulebook import RuleSet
from cms.ruleversions import NoRules, RuleVersion
from cms.workdays import ONE_DAY, ONE_MINUTE, ZONE, Office, local
from reports.desks import Desks, changes_of_desks, had_own_desk, served_by_now, with_own_desk


@dataclass(frozen=True)
class Gap:
    """A stretch of the day between two look-ins, or an edge of the day and a look-in, in office minutes."""

    starts_at: datetime
    ends_at: datetime
    minutes: int


@dataclass(frozen=True)
class Day:
    """The look-ins of a unit on one day, in their order, and how they are judged; ``opens`` to ``closes`` is what has passed of it."""

    judged: DayOfDuty | DayOfLooks
    look_ins: tuple[datetime, ...]
    opens: datetime
    closes: datetime
    exempt: tuple[Stretch, ...] = ()

    @property
    def day(self) -> date:
        return self.judged.day

    @property
    def is_owed(self) -> bool:
        """Whether anything was asked of the unit: not on a day off, nor where a fault or a stop took it whole."""
        return bool(self.judged.gaps if isinstance(self.judged, DayOfDuty) else self.judged.sessions)

    @cached_property
    def breaches(self) -> int:
        """Gaps longer than allowed or, where the rule counts looks, looks that are missing."""
        return len(self.judged.breaches) if isinstance(self.judged, DayOfDuty) else self.judged.missing

    @property
    def longest(self) -> int:
        """The longest gap in office minutes; 0 where the rule counts looks."""
        return self.judged.longest if isinstance(self.judged, DayOfDuty) else 0

    @property
    def is_silent(self) -> bool:
        return self.is_owed and not self.look_ins

    @property
    def gaps_too_long(self) -> list[Gap]:
        """The gaps that are longer than allowed, with their ends by the clock."""
        if not isinstance(self.judged, DayOfDuty) or not self.judged.gaps:
            return []
        marks = [self.opens, *(min(max(at, self.opens), self.closes) for at in self.look_ins), self.closes]
        return [
            Gap(before, after, minutes)
            for (before, after), minutes in zip(pairwise(marks), self.judged.gaps, strict=True)
            if minutes > self.judged.allowed
        ]

    @property
    def since_last(self) -> int:
        """Office minutes since the last look-in, of a day that is still on."""
        return self.judged.gaps[-1] if isinstance(self.judged, DayOfDuty) and self.judged.gaps else 0

    @property
    def is_away(self) -> bool:
        """Whether more than allowed have passed since the last look-in."""
        return isinstance(self.judged, DayOfDuty) and self.since_last > self.judged.allowed


@dataclass(frozen=True)
class UnitPresence:
    """One unit over some days; ``since`` is the first day on which somebody received there, None where nobody was named yet."""

    unit: Unit
    since: date | None
    days: tuple[Day, ...]

    @property
    def name(self) -> str:
        return self.unit.short_name

    @property
    def category_label(self) -> str:
        return str(Category(self.unit.category).label)

    @cached_property
    def owed(self) -> int:
        """Days on which something was asked of the unit."""
        return sum(day.is_owed for day in self.days)

    @cached_property
    def kept(self) -> int:
        """Of these the days without a breach."""
        return sum(day.is_owed and not day.breaches for day in self.days)

    @cached_property
    def breaches(self) -> int:
        return sum(day.breaches for day in self.days)

    @cached_property
    def longest(self) -> int:
        return max((day.longest for day in self.days), default=0)

    @cached_property
    def silent(self) -> int:
        """Days on which nobody looked in at all."""
        return sum(day.is_silent for day in self.days)

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.kept, self.owed) if self.owed else None

    @property
    def remark(self) -> str:
        if self.since is None:
            return "没有收发员"
        relieved = sum(bool(day.exempt) for day in self.days)
        return f"免责 {relieved} 天" if relieved else ""


def on_duty() -> UnitQuerySet:
    """Those of them that take part now."""
    return with_own_desk().filter(pk__in=Unit.objects.bodies().filter(connected=True))


def presence(
    first: date, last: date, *, as_of: datetime, area: Area, only: Collection[int] | None = None
) -> list[UnitPresence]:
    """Every unit (``only`` these) with its days from first to last, as far as they have come by ``as_of``; twelve queries.

    A day counts for who ran the desk on it: a unit whose desk another runs now is there with the days before.
    A unit that takes part no more is there up to the last day on which somebody looked in for it, and not after it was dissolved. Raises ``CalendarMissing`` where the
    calendar cannot say which days are worked.
    """
    last = min(last, local(as_of).date())
    begins, ends = datetime.combine(first, time(), ZONE), min(datetime.combine(last + ONE_DAY, time(), ZONE), as_of)
    rules, office = RulesByDay(RuleVersion.objects.filter(area=area).begun(ends)), office_of(area)
    seen = _look_ins(begins, ends, only)
    taking_part = set(on_duty().values_list("pk", flat=True))
    served = set(served_by_now().values_list("pk", flat=True))
    asked_for = had_own_desk().filter(area=area, pk__in=taking_part | served | seen.keys()).in_order()
    units = list(asked_for if only is None else asked_for.filter(pk__in=only))
    keys = [unit.pk for unit in units]
    ended = _last_days([unit.pk for unit in units if not unit.is_active])
    stops, faults = stops_between(area, begins, ends), faults_between(keys, begins, ends)
    since, desks = dict(first_receivers(keys)), Desks(changes_of_desks(keys))
    asked = [day for day in _days(first, last) if office.is_working_day(day) or rules.on(day, office).looks_per_holiday]
    found = []
    for unit in units:
        from_day, exempt, looked = since.get(unit.pk), [*stops, *faults.get(unit.pk, ())], seen.get(unit.pk, {})
        is_there = unit.pk in taking_part or unit.pk in served
        to_day = last if is_there else min(max(looked), ended.get(unit.pk, last))
        own = [day for day in asked if day <= to_day and desks.is_own(unit, day)]
        if not own and desks.changed(unit):
            continue
        days = () if from_day is None else (day for day in own if from_day <= day)
        judged = (judge(day, looked.get(day, []), office, rules.on(day, office), exempt, as_of) for day in days)
        found.append(UnitPresence(unit, from_day, tuple(judged)))
    return found


def _look_ins(begins: datetime, ends: datetime, only: Collection[int] | None) -> dict[int, dict[date, list[datetime]]]:
    """By unit and day the minutes in which anybody looked in, in their order."""
    rows = LookIn.objects.between(begins, ends + ONE_MINUTE).order_by("at").values_list("unit_id", "at")
    return by_day((rows if only is None else rows.filter(unit__in=only)).iterator(5000))


def by_day(rows: Iterable[tuple[int, datetime]]) -> dict[int, dict[date, list[datetime]]]:
    """Of (unit, at) in the order of time, by unit and day the minutes."""
    found: dict[int, dict[date, list[datetime]]] = {}
    for unit, at in rows:
        here = at.astimezone(ZONE)
        marks = found.setdefault(unit, {}).setdefault(here.date(), [])
        if not marks or marks[-1] != here:  # two people in one minute are one look-in
            marks.append(here)
    return found


def judge(
    day: date, look_ins: list[datetime], office: Office, rules: RuleSet, exempt: list[Stretch], as_of: datetime
) -> Day:
    """The day as far as it has come by ``as_of``, but for the stretches that are exempt."""
    opens, closes = office.open_of(day), office.close_of(day)
    gone = tuple(sorted((start, end) for start, end in exempt if start < closes and end > opens))
    until = as_of if as_of < closes else None
    judging = looks_of if counts_looks(rules) else login_gaps
    judged = judging(day, look_ins, office, rules, exempt=gone, until=until)
    return Day(judged, tuple(look_ins), opens, max(opens, min(closes, as_of)), gone)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def first_receivers(units: Collection[int]) -> QuerySet[Any, Any]:
    """Since when each unit has had anybody who receives."""
    posts = Post.objects.filter(unit__in=units, role__in=roles_with(Right.RECEIVE))
    return posts.values_list("unit_id").annotate(first=Min("held_from"))


def _last_days(units: Collection[int]) -> dict[int, date]:
    """The day on which each of these units was dissolved: what its people still sign for after it is no duty of Article 18."""
    kinds = (UnitChange.Kind.DISSOLVED, UnitChange.Kind.MERGED)
    return dict(UnitChange.objects.filter(unit__in=units, kind__in=kinds).values_list("unit_id", "on_day"))


class RulesByDay:
    """The numbers of the rule by day: those in force when the offices open, of these versions of one area, the last to begin first."""

    def __init__(self, versions: Iterable[RuleVersion]) -> None:
        self.versions = list(versions)
        self.known: dict[date, RuleSet] = {}

    def on(self, day: date, office: Office) -> RuleSet:
        if day not in self.known:
            opens = office.open_of(day)
            found = next((version for version in self.versions if version.in_force_from <= opens), None)
            if found is None:
                raise NoRules("本辖区还没有设定这一时间的规则，请秘书科先设定。")
            self.known[day] = found.rule_set
        return self.known[day]
