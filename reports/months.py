"""A calendar month as the reports count it: from its first midnight to that of the next, Beijing time (Article 28); and a year up to it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from cms.workdays import ZONE, local

_FORM = re.compile(r"([0-9]{4})-([0-9]{2})")
_FIRST_YEAR, _LAST_YEAR = 2000, 2999


class NotAMonth(ValueError):
    """The text names no month that can be reported on; the sentence says how one is written."""


class Span(Protocol):
    """From an instant to the first that no longer belongs to it."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True, order=True)
class Month:
    """One month; months compare by time."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (_FIRST_YEAR <= self.year <= _LAST_YEAR and 1 <= self.month <= 12):
            raise NotAMonth(f"没有“{self}”这个月份，请写成 2026-11 这样的年月。")

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def parse(cls, text: str) -> "Month":
        """The month written as 2026-11; anything else is refused with ``NotAMonth``."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise NotAMonth(f"看不懂月份“{text[:20]}”，请写成 2026-11 这样的年月。")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, at: datetime) -> "Month":
        """The month in which the instant falls."""
        day = local(at)
        return cls(day.year, day.month)

    @property
    def starts_at(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=ZONE)

    @property
    def ends_at(self) -> datetime:
        """The first instant that no longer belongs to the month."""
        return datetime(self.year + self.month // 12, self.month % 12 + 1, 1, tzinfo=ZONE)

    @property
    def last_day(self) -> date:
        return self.ends_at.date() - timedelta(days=1)

    @property
    def previous(self) -> "Month | None":
        """The month before; none before the first that is counted at all."""
        before = self.starts_at - timedelta(days=1)
        return Month.of(before) if before.year >= _FIRST_YEAR else None

    @property
    def next(self) -> "Month | None":
        return Month.of(self.ends_at) if self.ends_at.year <= _LAST_YEAR else None

    @property
    def label(self) -> str:
        return f"{self.year}年{self.month}月"

    @property
    def period(self) -> str:
        return f"{self.label}1日至{self.month}月{self.last_day.day}日"


@dataclass(frozen=True)
class Months:
    """Several months on end, from the first midnight of one to the end of another."""

    first: Month
    last: Month

    @property
    def starts_at(self) -> datetime:
        return self.first.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.last.ends_at


@dataclass(frozen=True)
class Year:
    """A calendar year, Beijing time."""

    number: int

    @property
    def starts_at(self) -> datetime:
        return datetime(self.number, 1, 1, tzinfo=ZONE)

    @property
    def ends_at(self) -> datetime:
        return datetime(self.number + 1, 1, 1, tzinfo=ZONE)

    @property
    def label(self) -> str:
        return f"{self.number}年"


@dataclass(frozen=True)
class YearToDate:
    """A year from its first midnight to the end of one of its months."""

    until: Month

    @property
    def starts_at(self) -> datetime:
        return Month(self.until.year, 1).starts_at

    @property
    def ends_at(self) -> datetime:
        return self.until.ends_at

    @property
    def label(self) -> str:
        return f"{self.until.year}年1月至{self.until.month}月" if self.until.month > 1 else self.until.label


def month_asked(text: str, *, now: datetime) -> Month:
    """The month written in the text, if it has begun; ``NotAMonth`` says what is wrong with it otherwise."""
    month = Month.parse(text)
    if month.starts_at > now:
        raise NotAMonth(f"{month.label}还没有到，不能统计。")
    return month


def months_back(latest: Month, count: int) -> list[Month]:
    """The latest month and those before it, newest first, as many as asked for."""
    found: list[Month] = []
    month: Month | None = latest
    while month is not None and len(found) < count:
        found.append(month)
        month = month.previous
    return found
