"""When the offices of an area are open: hours, statutory holidays, make-up days (Articles 13, 14, 17 and 22).

`Office` is pure arithmetic on working days and office minutes; the three models below keep what it is made
of, and `cms.offices` makes one. A year whose calendar is not loaded is never guessed: asking raises.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from cms.areas import Area

ZONE = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
# Hours that were there before anybody set others.
ALWAYS = date.min


class CalendarMissing(Exception):
    """The calendar of a year is needed and has not been loaded."""

    def __init__(self, year: int) -> None:
        super().__init__(f"{year}年的工作日历还没有载入，请秘书科先载入国务院办公厅的放假通知。")
        self.year = year


class HoursBroken(ValueError):
    """The office hours contradict themselves or leave days of the year without hours."""


def local(at: datetime) -> datetime:
    """The same instant on the wall clock of the rule; a time without a zone is refused."""
    if at.tzinfo is None:
        raise ValueError("时间必须带时区。")
    return at.astimezone(ZONE)


@dataclass(frozen=True)
class Season:
    """The office hours of one part of the year; first and last day are (month, day), both included."""

    starts: tuple[int, int]
    ends: tuple[int, int]
    intervals: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        instants = [instant for interval in self.intervals for instant in interval]
        in_order = all(opens < closes for opens, closes in self.intervals)
        if not instants or not in_order or instants != sorted(instants):
            raise HoursBroken("办公时间须按先后排列，不得重叠，上班早于下班。")

    @property
    def minutes(self) -> int:
        """The office minutes of a working day of this season."""
        return sum(60 * (end.hour - start.hour) + end.minute - start.minute for start, end in self.intervals)

    def covers(self, day: date) -> bool:
        here = (day.month, day.day)
        if self.starts <= self.ends:
            return self.starts <= here <= self.ends
        return here >= self.starts or here <= self.ends


@dataclass(frozen=True)
class Office:
    """The hours and the calendar by which deadlines of an area are counted.

    `days` holds the days the notices name, True when worked; any other day of a loaded year is worked from
    Monday to Friday. `later` are the seasons that take over from a day on, in the order of these days.
    """

    seasons: tuple[Season, ...]
    days: Mapping[date, bool]
    years: frozenset[int]
    later: tuple[tuple[date, tuple[Season, ...]], ...] = ()

    def __post_init__(self) -> None:
        if not all(map(cover_the_year_once, (self.seasons, *(seasons for _, seasons in self.later)))):
            raise HoursBroken("各季办公时间须首尾相接，覆盖全年且不重复。")

    def is_working_day(self, day: date) -> bool:
        if day.year not in self.years:
            raise CalendarMissing(day.year)
        return self.days.get(day, day.weekday() < 5)

    def is_open(self, at: datetime) -> bool:
        """Whether the office works at this instant; at opening it does, at closing it no longer does."""
        at = local(at)
        return any(opens <= at < closes for opens, closes in self._sessions(at.date()))

    def next_working_day(self, day: date | datetime, n: int = 1) -> date:
        """The n-th working day after the calendar date, which itself is not counted."""
        if n < 1:
            raise ValueError("工作日数至少为1。")
        day = local(day).date() if isinstance(day, datetime) else day
        while n:
            day += ONE_DAY
            n -= self.is_working_day(day)
        return day

    def open_of(self, day: date) -> datetime:
        return datetime.combine(day, self.season_of(day).intervals[0][0], ZONE)

    def close_of(self, day: date) -> datetime:
        return datetime.combine(day, self.season_of(day).intervals[-1][1], ZONE)

    def season_of(self, day: date) -> Season:
        """By the hours that held on that day: what took over later leaves it as it was."""
        seasons = next((taken_over for begins, taken_over in reversed(self.later) if begins <= day), self.seasons)
        return next(season for season in seasons if season.covers(day))

    def next_opening(self, at: datetime) -> datetime:
        """The first instant from `at` on when the office is open: `at` itself when it is."""
        return next(self._sessions_from(local(at)))[0]

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """The whole office minutes between two instants; none when the end is not after the start."""
        start, end = local(start), local(end)
        total = timedelta()
        day = start.date()
        while day <= end.date():
            for opens, closes in self._sessions(day):
                total += max(min(closes, end) - max(opens, start), timedelta())
            day += ONE_DAY
        return total // ONE_MINUTE

    def after_minutes(self, start: datetime, minutes: int) -> datetime:
        """The earliest instant by which so many office minutes have passed since the start.

        A day used up exactly ends at its closing, not at the next opening.
        """
        left = minutes * ONE_MINUTE
        opens = closes = local(start)
        sessions = self._sessions_from(opens)
        while left > closes - opens:
            left -= closes - opens
            opens, closes = next(sessions)
        return opens + left

    def before_minutes(self, end: datetime, minutes: int) -> datetime:
        """The latest instant from which so many office minutes are left until the end."""
        left = minutes * ONE_MINUTE
        opens = closes = local(end)
        sessions = self._sessions_back_from(closes)
        while left > closes - opens:
            left -= closes - opens
            opens, closes = next(sessions)
        return closes - left

    def _sessions(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.is_working_day(day):
            for opens, closes in self.season_of(day).intervals:
                yield datetime.combine(day, opens, ZONE), datetime.combine(day, closes, ZONE)

    def _sessions_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = at.date()
        while True:
            for opens, closes in self._sessions(day):
                if at < closes:
                    yield max(opens, at), closes
            day += ONE_DAY

    def _sessions_back_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = at.date()
        while True:
            for opens, closes in reversed(list(self._sessions(day))):
                if opens < at:
                    yield opens, min(closes, at)
            day -= ONE_DAY


def cover_the_year_once(seasons: tuple[Season, ...]) -> bool:
    """Whether each season begins on the day after another ends, 29 February included."""
    in_turn = sorted(seasons, key=lambda season: season.starts)
    if not in_turn or len({season.starts for season in in_turn}) != len(in_turn):
        return False
    for season, following in pairwise([*in_turn, in_turn[0]]):
        after = date(2000, *season.ends) + ONE_DAY
        if (after.month, after.day) != following.starts:
            return False
    return True


class CalendarYear(models.Model):
    """A year whose holidays and make-up days are known, and the notice they come from."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="calendar_years", verbose_name="辖区")
    year = models.PositiveSmallIntegerField("年份")
    source = models.CharField("依据的放假通知", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历年份"
        ordering = ["area", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "year"],
                name="one_calendar_per_area_and_year",
                violation_error_message="该年份的工作日历已经载入。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}年工作日历"


class CalendarDay(models.Model):
    """A day the notice names: a holiday, or a weekend day on which the offices work."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="calendar_days", verbose_name="辖区")
    date = models.DateField("日期")
    is_working = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "放假和调休日"
        ordering = ["area", "date"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "date"],
                name="one_calendar_day_per_area_and_date",
                violation_error_message="该日期已经登记。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"

    @property
    def said(self) -> str:
        """What it is, as the notices say it."""
        return "调休上班" if self.is_working else "放假"


def names_a_day_of_the_year(edge: str) -> Q:
    """The stored (month, day) of this edge exists, 29 February included."""
    month, day = f"{edge}_month", f"{edge}_day"
    return Q(**{f"{day}__gte": 1}) & (
        Q(**{f"{month}__in": [1, 3, 5, 7, 8, 10, 12], f"{day}__lte": 31})
        | Q(**{f"{month}__in": [4, 6, 9, 11], f"{day}__lte": 30})
        | Q(**{month: 2, f"{day}__lte": 29})
    )


class OfficeHours(models.Model):
    """The office hours of a season, which comes again every year and may run over New Year.

    All rows of an area with the same `holds_from` are the hours from that day on, until those of a later day.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="office_hours", verbose_name="辖区")
    holds_from = models.DateField("起用日期", default=ALWAYS)
    starts_month = models.PositiveSmallIntegerField("起始月")
    starts_day = models.PositiveSmallIntegerField("起始日")
    ends_month = models.PositiveSmallIntegerField("截止月")
    ends_day = models.PositiveSmallIntegerField("截止日")
    morning_opens = models.TimeField("上午上班")
    morning_closes = models.TimeField("上午下班")
    afternoon_opens = models.TimeField("下午上班")
    afternoon_closes = models.TimeField("下午下班")

    class Meta:
        verbose_name = verbose_name_plural = "办公时间"
        ordering = ["area", "holds_from", "starts_month", "starts_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "holds_from", "starts_month", "starts_day"],
                name="one_season_per_area_and_first_day",
                violation_error_message="已有从这一天开始的办公时间。",
            ),
            models.CheckConstraint(
                condition=names_a_day_of_the_year("starts") & names_a_day_of_the_year("ends"),
                name="office_hours_run_between_real_days",
                violation_error_message="起止的月、日不是一年中的日期。",
            ),
            models.CheckConstraint(
                condition=Q(morning_opens__lt=F("morning_closes"))
                & Q(morning_closes__lte=F("afternoon_opens"))
                & Q(afternoon_opens__lt=F("afternoon_closes")),
                name="office_hours_are_in_order",
                violation_error_message="上下班时间须依次排列。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_month}月{self.starts_day}日至{self.ends_month}月{self.ends_day}日办公时间"

    def season(self) -> Season:
        return Season(
            starts=(self.starts_month, self.starts_day),
            ends=(self.ends_month, self.ends_day),
            intervals=(
                (self.morning_opens, self.morning_closes),
                (self.afternoon_opens, self.afternoon_closes),
            ),
        )
