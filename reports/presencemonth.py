"""登录情况统计: a month of presence for page and workbook, and the units that are silent today (Articles 18 and 28)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property

from accounts.lookins import LookIn
from cms.areas import Area
from cms.workdays import ONE_DAY, local
from reports.months import Month
from reports.presence import Day, UnitPresence, presence


@dataclass(frozen=True)
class PresenceReport:
    """What page and workbook print of a month; ``counted_from`` is the first day of it whose look-ins are kept whole, None if none is."""

    month: Month
    as_of: datetime
    area: Area
    counted_from: date | None
    units: list[UnitPresence]

    @property
    def title(self) -> str:
        return f"{self.area}电子公文传输系统登录情况统计表"

    @property
    def file_name(self) -> str:
        return f"{self.title}（{self.month.label}）.xlsx"

    @property
    def period(self) -> str:
        """The days that are counted, in words."""
        return self._from(self.counted_from)

    def period_of(self, unit: UnitPresence) -> str:
        """The days that are counted of this unit: none before anybody received there."""
        since = unit.since if unit.since and unit.since <= self.month.last_day else None
        return self._from(max(filter(None, (self.counted_from, since)), default=None))

    def _from(self, first: date | None) -> str:
        if first in (None, self.month.starts_at.date()):
            return self.month.period
        assert first is not None
        last = self.month.last_day
        return f"{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日"

    @property
    def owed(self) -> int:
        return sum(unit.owed for unit in self.units)

    @property
    def kept(self) -> int:
        return sum(unit.kept for unit in self.units)

    @property
    def breaches(self) -> int:
        return sum(unit.breaches for unit in self.units)

    @property
    def silent(self) -> int:
        return sum(unit.silent for unit in self.units)

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.kept, self.owed) if self.owed else None

    @cached_property
    def days_with_breaches(self) -> list[tuple[UnitPresence, Day]]:
        """Every day on which a unit was away for too long, by unit and day."""
        return [(unit, day) for unit in self.units for day in unit.days if day.breaches]


def presence_report(
    month: Month, *, as_of: datetime, area: Area | None = None, only: Collection[int] | None = None
) -> PresenceReport:
    """The month as far as it has come by ``as_of``.

    Our reading: of the day on which the oldest row lies, part was not kept; it is the first that is not counted.
    """
    area = area or Area.objects.home()
    begun = LookIn.objects.begun_at()
    first = month.starts_at.date()
    counted_from = max(first, local(begun).date() + ONE_DAY) if begun else None
    if counted_from is None or counted_from > min(month.last_day, local(as_of).date()):
        return PresenceReport(month, as_of, area, None, [])
    units = presence(counted_from, month.last_day, as_of=as_of, area=area, only=only)
    return PresenceReport(month, as_of, area, counted_from, units)


@dataclass(frozen=True)
class Today:
    """The units at this minute: who has not been there since opening, and who was, but too long ago."""

    is_on: bool  # whether the offices have opened on a day that is worked
    silent: list[UnitPresence]
    away: list[UnitPresence]
    count: int  # of units of which something is asked today


def today(now: datetime, *, area: Area | None = None, only: Collection[int] | None = None) -> Today:
    """Who is to be telephoned now; a look-in before opening counts as one at opening."""
    day = local(now).date()
    units = presence(day, day, as_of=now, area=area or Area.objects.home(), only=only)
    owing = [unit for unit in units if unit.owed]
    silent = [unit for unit in owing if unit.silent]
    away = [unit for unit in owing if not unit.silent and unit.days[0].is_away]
    return Today(bool(owing), silent, sorted(away, key=lambda unit: -unit.days[0].since_last), len(owing))
