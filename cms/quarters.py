"""A calendar quarter: from its first midnight to that of the next, Beijing time (Article 16)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cms.workdays import ZONE, local

_FORM = re.compile(r"(20[0-9]{2})-Q([1-4])")
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


class NotAQuarter(ValueError):
    """The text names no quarter; the sentence says how one is written."""


@dataclass(frozen=True, order=True)
class Quarter:
    """One of the four quarters of a year; quarters compare by time."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """The quarter written as 2026-Q3; anything else is refused with ``NotAQuarter``."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise NotAQuarter(f"看不懂季度“{text[:20]}”，请写成 2026-Q3 这样的季度。")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, at: datetime) -> "Quarter":
        """The quarter in which the instant falls."""
        day = local(at)
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        following = date(self.year + self.number // 4, 3 * self.number % 12 + 1, 1)
        return following - timedelta(days=1)

    @property
    def starts_at(self) -> datetime:
        return datetime(self.first.year, self.first.month, 1, tzinfo=ZONE)

    @property
    def previous(self) -> "Quarter | None":
        if self.number > 1:
            return Quarter(self.year, self.number - 1)
        return Quarter(self.year - 1, 4) if self.year > _FIRST_YEAR else None

    @property
    def next(self) -> "Quarter | None":
        if self.number < 4:
            return Quarter(self.year, self.number + 1)
        return Quarter(self.year + 1, 1) if self.year < _LAST_YEAR else None

    @property
    def label(self) -> str:
        return f"{self.year}年第{'一二三四'[self.number - 1]}季度"
