"""归档提醒: archivists are told in spring what of last year is not filed, and leaders when the last month begins (Article 27; archive order no. 8)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Count

from accounts.holders import holders_in, holders_of
from accounts.roles import Right, Role
from circulars.archive.holdings import Holding
from cms.messages import Message, tell
from cms.workdays import local

HOUR = 9  # local time; nobody files before the offices open
EARLY_MONTHS = 2


def sweep_filing(at: datetime) -> None:
    """Of each deadline that has come near, whoever must file knows once, and in its last month whoever leads; twice tells nobody anew.

    Where nobody files, whoever leads knows from the beginning.
    """
    now = local(at)
    if now.hour < HOUR:
        return
    today = now.date()
    for deadline in _deadlines(today):
        first, last = reminders_of(deadline)
        if first <= today <= deadline:
            _remind(deadline, at, is_last=False)
        if last <= today:
            _remind(deadline, at, is_last=True)


def reminders_of(deadline: date) -> tuple[date, date]:
    """The day from which archivists are reminded, and the one from which leaders are told: 1 April and 1 June for 30 June."""
    month = deadline.month - EARLY_MONTHS
    return date(deadline.year, month, 1), deadline.replace(day=1)


def _deadlines(today: date) -> list[date]:
    """Every day up to which something is still to be filed, that is this year's or past."""
    days = Holding.objects.to_file().filter(file_by__lte=date(today.year, 12, 31)).order_by().values_list("file_by")
    return sorted({day for (day,) in days.distinct()})


def _remind(deadline: date, at: datetime, *, is_last: bool) -> None:
    """Every unit that has something to file has been told; what a killed run left out, the next makes up for."""
    key = f"filing:{deadline}:{'last' if is_last else 'first'}"
    told = Message.objects.filter(key__startswith=f"{key}:").values_list("key", flat=True).distinct()
    units = [int(said.rpartition(":")[2]) for said in told]
    waiting = Holding.objects.to_file().filter(file_by=deadline).exclude(unit__in=units).order_by()
    counts = dict(waiting.values_list("unit").annotate(Count("pk")))
    people = holders_of(Right.KEEP_ARCHIVE, counts)
    unkept = counts.keys() - {unit for _, unit in people}
    leaders = holders_in(Role.LEADER, counts if is_last else unkept)
    for unit in sorted(counts):
        mine = {person for person, where in people if where == unit}
        higher = {person for person, where in leaders if where == unit} - mine
        with transaction.atomic():
            _tell(mine, higher, counts[unit], deadline, f"{key}:{unit}", at)


def _tell(mine: set[int], higher: set[int], count: int, deadline: date, key: str, at: datetime) -> None:
    until = f"{deadline:%Y年%-m月%-d日}"
    text = f"本单位还有 {count} 件公文没有归档，请在{until}前归档。"
    tell(mine, key=key, text=text, link="/archive/", about="", at=at)
    whose = "请督促档案员" if mine else "请报备一名档案员"
    press = f"本单位还有 {count} 件公文没有归档，期限{until}，{whose}。"
    tell(higher, key=key, text=press, about="", at=at)
