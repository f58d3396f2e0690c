"""The office hours of an area: the seasons of the whole year, set together or not at all (Article 22).

They hold from a day on: what the days before it had is left as it was, for whoever counts back, and what was sent keeps its due time.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cms import ledger
from cms.areas import Area
from cms.deeds import Deed
from cms.lifecycles import OutOfOrder
from cms.offices import Hours, hours_of
from cms.workdays import ALWAYS, ONE_DAY, HoursBroken, Office, OfficeHours, Season, local


class ChangedMeanwhile(OutOfOrder):
    """Somebody else set other office hours since the person began."""


_LEAP_YEAR = [date(2000, 1, 1) + ONE_DAY * n for n in range(366)]


def said(season: Season) -> str:
    """The season as people write it."""
    halves = "，".join(f"{opens:%H:%M}至{closes:%H:%M}" for opens, closes in season.intervals)
    return f"{_day(season.starts)}至{_day(season.ends)}：{halves}"


def hours_on(area: Area, day: date) -> list[Season]:
    """The seasons that hold on that day; none where nothing was ever set."""
    known = hours_of(area)
    return list(
        next((one.seasons for one in reversed(known) if one.holds_from <= day), known[0].seasons if known else ())
    )


def standings(area: Area, day: date) -> list[tuple[Hours, str]]:
    """All hours that were ever set, those that begin last on top, each with 将起用, 现行 or 已停用 as of the day."""
    known = hours_of(area)
    begun = [one for one in known if one.holds_from <= day]
    present = begun[-1] if begun else next(iter(known), None)
    return [
        (one, "现行" if one is present else "将起用" if one.holds_from > day else "已停用") for one in reversed(known)
    ]


def lines_of(area: Area) -> list[str]:
    """All hours that were ever set, in words: what a form of them was opened with."""
    return [
        ("" if one.holds_from == ALWAYS else f"{one.holds_from}起 ") + said(season)
        for one in hours_of(area)
        for season in one.seasons
    ]


def coverage_faults(seasons: Iterable[Season]) -> list[str]:
    """A sentence for every stretch of the year that no season covers or more than one does; empty when all is covered once."""
    seasons = list(seasons)
    counted = [(day, sum(season.covers(day) for season in seasons)) for day in _LEAP_YEAR]
    return [
        f"{stretch}没有办公时间，各季须首尾相接。" if times == 0 else f"{stretch}有{times}季重叠，每天只能属于一季。"
        for stretch, times in _stretches(counted)
        if times != 1
    ]


@transaction.atomic
def set_office_hours(
    area: Area,
    seasons: Sequence[Season],
    *,
    against: Sequence[str],
    holds_from: date | None = None,
    reason: str,
    by: Any,
    at: datetime,
) -> date:
    """These seasons, each of a morning and an afternoon, are the office hours of the area from that day on, or from today; returns the day.

    The ledger says what they take over from. What was set for the same day gives way, what was set for a later one still takes over then.
    ``against`` is what ``lines_of`` said when the person began. Raises ``HoursBroken`` for seasons that do not cover the year exactly
    once, ``ValidationError`` without a reason or for a day that is over, and ``OutOfOrder`` when nothing changes, ``ChangedMeanwhile``
    among them.
    """
    Area.objects.select_for_update().get(pk=area.pk)
    if found := coverage_faults(seasons):
        raise HoursBroken("".join(found))
    Office(seasons=tuple(seasons), days={}, years=frozenset())
    if not reason.strip():
        raise ValidationError({"reason": "请写明理由。"})
    today = local(at).date()
    begins = holds_from or today
    if begins < today:
        raise ValidationError({"holds_from": "起用日期不能早于今天；过去的日子按当时的办公时间计算，不再改动。"})
    in_turn = sorted(seasons, key=lambda season: season.starts)
    before, after = [said(season) for season in hours_on(area, begins)], [said(season) for season in in_turn]
    if before == after:
        raise OutOfOrder("那一天的办公时间已经是这样，没有改动。")
    if lines_of(area) != list(against):
        raise ChangedMeanwhile("办公时间刚刚被别人改过，您填写的没有设定。请重新打开，核对后再改。")
    OfficeHours.objects.filter(area=area, holds_from=begins).delete()
    OfficeHours.objects.bulk_create(_row(area, begins, season) for season in in_turn)
    ledger.enter(
        Deed.OFFICE_HOURS_SET,
        subject=ledger.subject_of(area),
        by=by,
        at=at,
        facts={"holds_from": begins, "before": before, "after": after, "reason": reason.strip()},
    )
    return begins


def _row(area: Area, holds_from: date, season: Season) -> OfficeHours:
    (morning_opens, morning_closes), (afternoon_opens, afternoon_closes) = season.intervals
    return OfficeHours(
        area=area,
        holds_from=holds_from,
        starts_month=season.starts[0],
        starts_day=season.starts[1],
        ends_month=season.ends[0],
        ends_day=season.ends[1],
        morning_opens=morning_opens,
        morning_closes=morning_closes,
        afternoon_opens=afternoon_opens,
        afternoon_closes=afternoon_closes,
    )


def _stretches(counted: Iterable[tuple[date, int]]) -> Iterator[tuple[str, int]]:
    """Days in a row that are covered as often as each other."""
    for times, group in groupby(counted, key=lambda one: one[1]):
        days = [day for day, _ in group]
        first, last = (_day((day.month, day.day)) for day in (days[0], days[-1]))
        yield first if first == last else f"{first}至{last}", times


def _day(month_and_day: tuple[int, int]) -> str:
    return f"{month_and_day[0]}月{month_and_day[1]}日"
