"""A year as a wall calendar: twelve months of weeks, each day as the offices have it (Article 22)."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cms.workdays import CalendarDay


@dataclass(frozen=True)
class SheetDay:
    """A day on the sheet; ``name`` and ``mark`` (休 or 班) only where a notice names it."""

    date: date
    is_working: bool
    mark: str = ""
    name: str = ""


@dataclass(frozen=True)
class SheetMonth:
    """A month in weeks from Monday to Sunday, with None where another month's day would stand."""

    number: int
    weeks: tuple[tuple[SheetDay | None, ...], ...]

    @property
    def working_days(self) -> int:
        return sum(day is not None and day.is_working for week in self.weeks for day in week)


def sheet(year: int, named: Iterable[CalendarDay]) -> list[SheetMonth]:
    """The twelve months of a year of which these days are named by a notice."""
    by_date = {day.date: day for day in named}
    return [_month(year, month, by_date) for month in range(1, 13)]


def _month(year: int, month: int, named: dict[date, CalendarDay]) -> SheetMonth:
    weeks = Calendar().monthdatescalendar(year, month)
    shown = tuple(tuple(_day(day, named.get(day)) if day.month == month else None for day in week) for week in weeks)
    return SheetMonth(month, shown)


def _day(day: date, named: CalendarDay | None) -> SheetDay:
    if named is None:
        return SheetDay(day, day.weekday() < 5)
    return SheetDay(day, named.is_working, "班" if named.is_working else "休", named.name)
