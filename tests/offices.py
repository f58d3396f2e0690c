"""The office of our small city in 2025 and 2026, without a database: the very rows the installation ships."""

from datetime import datetime
from importlib import import_module

from cms.workdays import ZONE, Office, Season

shipped = import_module("cms.migrations.0002_calendar_2025_2026")

SUMMER, WINTER = (Season(starts, ends, tuple(halves)) for starts, ends, *halves in shipped.HOURS)


def pure_office() -> Office:
    return Office(
        seasons=(SUMMER, WINTER),
        days={day["date"]: day["is_working"] for day in shipped.named_days()},
        years=frozenset(shipped.SOURCES),
    )


OFFICE = pure_office()


def beijing(text: str) -> datetime:
    """The instant that a wall clock here shows, written as "2026-11-18 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)
