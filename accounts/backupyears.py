"""A vendor's year of back-ups, month by month, as page and workbook show it (Articles 8(2) and 17)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from accounts.backups import BackupRun, months_missed, months_owed
from accounts.providers import Provider

MISSED, DUE_NOW, TO_COME, NOT_OWED = "未备份", "本月待备份", "未到", "—"


class MonthOf(NamedTuple):
    """One month: the back-up made in it if there is one, the word for how it stands, and by how many days it was late."""

    month: date
    run: BackupRun | None
    word: str
    days_late: int


class YearOf(NamedTuple):
    """One vendor's twelve months, and in how many of them no back-up was made."""

    provider: Provider
    months: list[MonthOf]
    missed: int


def years_of(providers: Iterable[Provider], year: int, now: datetime) -> list[YearOf]:
    """The year of each of these vendors whose contract falls into it, in their order; one query and one for each vendor."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    known = [one for one in providers if one.since <= last and (one.until is None or one.until >= first)]
    runs = {
        (run.provider_id, run.month): run
        for run in BackupRun.objects.standing().filter(provider__in=known, month__gte=first, month__lte=last)
    }
    today = timezone.localdate(now)
    return [
        YearOf(one, _months(one, year, runs, now), len(months_missed(one, first, last, today=today))) for one in known
    ]


def _months(provider: Provider, year: int, runs: dict[tuple[int, date], BackupRun], now: datetime) -> list[MonthOf]:
    this_month = timezone.localdate(now).replace(day=1)
    owed = set(months_owed(provider, date(year, 1, 1), date(year, 12, 31)))
    found = []
    for number in range(1, 13):
        month = date(year, number, 1)
        run = runs.get((provider.pk, month))
        if run is not None:
            word = run.get_state_display()
        elif month not in owed:
            word = NOT_OWED
        else:
            word = MISSED if month < this_month else DUE_NOW if month == this_month else TO_COME
        found.append(MonthOf(month, run, word, run.days_late(now) if run else 0))
    return found
