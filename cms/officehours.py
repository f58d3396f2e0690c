"""The office hours of an area: the seasons of the whole year, set together or not at all (Article 22).

They hold from the moment they are set. What was sent before keeps its due time.
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
from cms.workdays import ONE_DAY, HoursBroken, Office, OfficeHours, Season


class ChangedMeanwhile(OutOfOrder):
    """Somebody else set other office hours since the person began."""


_LEAP_YEAR = [date(2000, 1, 1) + ONE_DAY * n for n in range(366)]


def said(season: Season) -> str:
    """The season as people write it."""
    halves = "，".join(f"{opens:%H:%M}至{closes:%H:%M}" for opens, closes in season.intervals)
    return f"{_day(season.starts)}至{_day(season.ends)}：{halves}"


def seasons_of(area: Area) -> list[Season]:
    """The seasons as they now stand."""
    return [hours.season() for hours in OfficeHours.objects.filter(area=area)]


def lines_of(area: Area) -> list[str]:
    """The same in words: what a form of them was opened with."""
    return [said(season) for season in seasons_of(area)]


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
    area: Area, seasons: Sequence[Season], *, against: Sequence[str], reason: str, by: Any, at: datetime
) -> None:
    """These seasons, each of a morning and an afternoon, are the office hours of the area, and the ledger says what they were.

    ``against`` is what ``lines_of`` said when the person began. Raises ``HoursBroken`` for seasons that do not cover the year exactly
    once, ``ValidationError`` without a reason, and ``OutOfOrder`` when nothing changes, ``ChangedMeanwhile`` among them.
    """
    Area.objects.select_for_update().get(pk=area.pk)
    if found := coverage_faults(seasons):
        raise HoursBroken("".join(found))
    Office(seasons=tuple(seasons), days={}, years=frozenset())
    if not reason.strip():
        raise ValidationError({"reason": "请写明理由。"})
    in_turn = sorted(seasons, key=lambda season: season.starts)
    before, after = lines_of(area), [said(season) for season in in_turn]
    if before == after:
        raise OutOfOrder("办公时间已经是这样，没有改动。")
    if before != list(against):
        raise ChangedMeanwhile("办公时间刚刚被别人改过，您填写的没有设定。请重新打开，核对后再改。")
    OfficeHours.objects.filter(area=area).delete()
    OfficeHours.objects.bulk_create(_row(area, season) for season in in_turn)
    ledger.enter(
        Deed.OFFICE_HOURS_SET,
        subject=ledger.subject_of(area),
        by=by,
        at=at,
        facts={"before": before, "after": after, "reason": reason.strip()},
    )


def _row(area: Area, season: Season) -> OfficeHours:
    (morning_opens, morning_closes), (afternoon_opens, afternoon_closes) = season.intervals
    return OfficeHours(
        area=area,
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
