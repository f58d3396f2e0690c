"""扣费清单: what a key vendor did late or not at all, each line with its ground; the amount is the contract's (Article 17).

A line belongs to the period in which it became late, so that each is deducted once. What is late is asked of the rows; only a sheet that
the network office has confirmed keeps its lines (``deductionsheets``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.utils import timezone

from accounts.backups import BackupRun, months_missed
from accounts.providers import Provider
from accounts.renewals import Renewal

ARTICLE = "第十七条"


class Ground(models.TextChoices):
    """Why something is deducted."""

    LATE_RENEWAL = "late_renewal", "续费升级逾期"
    LATE_BACKUP = "late_backup", "数据备份逾期"
    MISSED_BACKUP = "missed_backup", "当月未备份"


@dataclass(frozen=True)
class DeductionLine:
    """One thing that was not done in time; without ``done_at`` it was not done when the question was asked."""

    ground: str
    what: str
    started_at: datetime | None
    due_at: datetime
    done_at: datetime | None
    days: int

    @property
    def label(self) -> str:
        return Ground(self.ground).label

    @property
    def article(self) -> str:
        return ARTICLE


Source = Callable[[Provider, date, date, datetime], list[DeductionLine]]


def deduction_lines(provider: Provider, first: date, last: date, *, as_of: datetime) -> list[DeductionLine]:
    """Everything of the provider that became late from the first day to the last, both included, as it stands; one query for each ground."""
    lines = [line for source in SOURCES for line in source(provider, first, last, as_of)]
    return sorted(lines, key=lambda line: (line.due_at, line.ground, line.what))


def late_renewals(provider: Provider, first: date, last: date, as_of: datetime) -> list[DeductionLine]:
    """Renewals in which the vendor had not done its part within five working days of being charged."""
    found = Renewal.objects.late(as_of).filter(round__provider=provider, **_became_late(first, last))
    return [
        DeductionLine(
            Ground.LATE_RENEWAL,
            f"{renewal.key.unit.name}{renewal.key.get_kind_display()}（{renewal.key.keeper}）",
            renewal.started_at,
            renewal.due_at,
            renewal.served_at or renewal.left_at,
            renewal.days_late(as_of),
        )
        for renewal in found.select_related("key__unit", "key__keeper")
        if renewal.due_at is not None
    ]


def late_backups(provider: Provider, first: date, last: date, as_of: datetime) -> list[DeductionLine]:
    """Back-ups that were not finished within five working days of their start."""
    found = BackupRun.objects.late(as_of).filter(provider=provider, **_became_late(first, last))
    return [
        DeductionLine(
            Ground.LATE_BACKUP, _month(run.month), run.started_at, run.due_at, run.finished_at, run.days_late(as_of)
        )
        for run in found
        if run.due_at is not None
    ]


def missed_backups(provider: Provider, first: date, last: date, as_of: datetime) -> list[DeductionLine]:
    """Months that ended in the period without a back-up having been begun."""
    before = (first.replace(day=1) - timedelta(days=1)).replace(day=1)
    missed = months_missed(provider, before, last, today=timezone.localdate(as_of))
    ends = {month: (month + timedelta(days=31)).replace(day=1) for month in missed}
    return [
        DeductionLine(Ground.MISSED_BACKUP, _month(month), None, _midnight(ends[month]), None, 0)
        for month in missed
        if first <= ends[month] - timedelta(days=1) <= last
    ]


# Where the lines of a key vendor come from.
SOURCES: list[Source] = [late_renewals, late_backups, missed_backups]


def _became_late(first: date, last: date) -> dict[str, datetime]:
    return {"due_at__gte": _midnight(first), "due_at__lt": _midnight(last + timedelta(days=1))}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def _month(month: date) -> str:
    return f"{month.year}年{month.month}月数据备份"
