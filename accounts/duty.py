"""在岗: somebody of a unit looks in at least once every two office hours, as plain functions (Article 18).

Our reading of what a look-in is, and who owes one when: docs/decisions/2026-11-22-what-counts-as-a-look-in.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from cms.limits import Due, span, when
from cms.rulebook import YANAN, RuleSet
from cms.workdays import ZONE, Office, local

ARTICLE = "第十八条"

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class DayOfDuty:
    """What the look-ins of a unit left uncovered on one day, in office minutes; a day off has no gaps."""

    day: date
    gaps: tuple[int, ...]
    allowed: int

    @property
    def breaches(self) -> tuple[int, ...]:
        return tuple(gap for gap in self.gaps if gap > self.allowed)

    @property
    def longest(self) -> int:
        return max(self.gaps, default=0)

    @property
    def sentence(self) -> str:
        day = f"{self.day.year}年{self.day.month}月{self.day.day}日"
        if not self.gaps:
            return f"{day}没有登录职责。依据：{ARTICLE}。"
        found = f"有{len(self.breaches)}次间隔超过{span(self.allowed)}" if self.breaches else "符合要求"
        return f"{day}最长间隔{self.longest}个办公分钟，{found}。依据：{ARTICLE}。"


def login_gaps(
    day: date,
    logins: Iterable[datetime],
    office: Office,
    rules: RuleSet = YANAN,
    *,
    exempt: Iterable[Stretch] = (),
    until: datetime | None = None,
) -> DayOfDuty:
    """The gaps from opening over each look-in to closing; lunch and exempt stretches are no part of any gap.

    A look-in before opening or after closing counts as one at that edge. ``until`` ends a day that is not over yet.
    """
    stretches = _on_duty(day, office, exempt, until) if office.is_working_day(day) else []
    if not stretches:
        return DayOfDuty(day, (), rules.login_gap_minutes)
    marks = [0, *sorted(_position(at, stretches) for at in logins), _position(stretches[-1][1], stretches)]
    return DayOfDuty(day, tuple(after - before for before, after in pairwise(marks)), rules.login_gap_minutes)


def login_due(last: datetime, office: Office, rules: RuleSet = YANAN) -> Due:
    """By when somebody must look in again after a look-in, reckoned from its minute as gaps are; what is left of the day may be enough for today."""
    last, allowed = local(last).replace(second=0, microsecond=0), rules.login_gap_minutes
    start = last
    if not office.is_working_day(last.date()) or office.minutes_between(last, office.close_of(last.date())) <= allowed:
        start = office.open_of(office.next_working_day(last))
    at = office.after_minutes(start, allowed)
    return Due(
        at=at,
        rule="login_gap",
        article=ARTICLE,
        window_minutes=allowed,
        sentence=f"工作时间内至少每{span(allowed)}登录一次：最迟{when(at)}须再次登录。依据：{ARTICLE}。",
    )


def _on_duty(day: date, office: Office, exempt: Iterable[Stretch], until: datetime | None) -> list[Stretch]:
    """The office hours of the day without what is exempt and what has not passed yet."""
    hours = [(_at(day, opens), _at(day, closes)) for opens, closes in office.season_of(day).intervals]
    for gone in [*exempt, *([(until, _at(day, time.max))] if until else [])]:
        hours = [left for stretch in hours for left in _without(stretch, gone)]
    return hours


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE)


def _without(stretch: Stretch, gone: Stretch) -> list[Stretch]:
    """What is left of a stretch: all of it, one or two parts, or nothing."""
    (opens, closes), (goes, comes) = stretch, gone
    parts = [(opens, min(closes, goes)), (max(opens, comes), closes)]
    return [stretch] if comes <= opens or goes >= closes else [(a, b) for a, b in parts if a < b]


def _position(at: datetime, stretches: list[Stretch]) -> int:
    """How many whole minutes of duty have passed by then."""
    passed = sum((min(max(at, opens), closes) - opens for opens, closes in stretches), timedelta())
    return passed // timedelta(minutes=1)
