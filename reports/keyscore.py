"""保障单位考核，密钥服务: how each key vendor renewed and backed up in a month, and what was deducted for it (Articles 7(4), 8(2) and 17).

A renewal belongs to the month in which the vendor was charged with it, a back-up to its own month, a deduction to that in which it was confirmed.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import CharField, DateTimeField, DecimalField, F, Value

from accounts.backups import BackupRun, months_owed
from accounts.deductionsheets import DeductionSheet
from accounts.keyclocks import days_late
from accounts.providers import Provider, Service
from accounts.renewals import Renewal
from reports.months import Month

SHEET, RENEWAL, BACKUP = "sheet", "renewal", "backup"


@dataclass(frozen=True)
class Work:
    """A renewal or a back-up as it stood at the time of the report; ``left_at`` is when it was dropped."""

    days_late: int
    done_at: datetime | None
    left_at: datetime | None

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


@dataclass(frozen=True)
class KeyScore:
    """One vendor's month; every renewal is in time, late, running or dropped before it was due."""

    provider: Provider
    month: Month
    as_of: datetime
    renewals: tuple[Work, ...]
    backup: Work | None
    numbers: tuple[str, ...]  # of the sheets that were confirmed in the month and stand
    deducted: Decimal  # yuan, by those sheets

    @property
    def late(self) -> int:
        return sum(each.is_late for each in self.renewals)

    @property
    def in_time(self) -> int:
        return sum(not each.is_late and each.done_at is not None for each in self.renewals)

    @property
    def dropped(self) -> int:
        return sum(not each.is_late and each.done_at is None and each.left_at is not None for each in self.renewals)

    @property
    def running(self) -> int:
        return len(self.renewals) - self.late - self.in_time - self.dropped

    @property
    def rate(self) -> float | None:
        """What part of the renewals that ended or should have was in time; None where none was."""
        ended = self.in_time + self.late
        return self.in_time / ended if ended else None

    @property
    def backup_said(self) -> str:
        """What became of the back-up of the month."""
        if self.backup is None:
            if not self._is_owed:
                return "不要求"
            return "未备份" if self._is_missed else "还没有开始"
        if self.backup.is_late:
            return f"逾期 {self.backup.days_late} 天"
        return "按时完成" if self.backup.done_at else "进行中"

    @property
    def is_late(self) -> bool:
        return self.late > 0 or self._is_missed or (self.backup is not None and self.backup.is_late)

    @property
    def _is_owed(self) -> bool:
        return bool(months_owed(self.provider, self.month.starts_at.date(), self.month.last_day))

    @property
    def _is_missed(self) -> bool:
        return self._is_owed and self.backup is None and self.month.ends_at <= self.as_of


def key_scores(month: Month, providers: list[Provider], *, as_of: datetime) -> list[KeyScore]:
    """The key vendors among the providers, in their order; one query."""
    vendors = [each for each in providers if each.service == Service.KEY_VENDOR]
    found: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
    for what, vendor, *rest in _rows(month, vendors):
        found.setdefault((what, vendor), []).append(tuple(rest))
    scores = []
    for vendor in vendors:
        sheets = found.get((SHEET, vendor.pk), [])
        backups = [_work(row, as_of) for row in found.get((BACKUP, vendor.pk), [])]
        scores.append(
            KeyScore(
                vendor,
                month,
                as_of,
                tuple(_work(row, as_of) for row in found.get((RENEWAL, vendor.pk), [])),
                backups[0] if backups else None,
                tuple(sorted(number for *_, number, _ in sheets)),
                sum((amount for *_, amount in sheets), Decimal(0)),
            )
        )
    return scores


def _work(row: tuple[Any, ...], as_of: datetime) -> Work:
    due_at, done_at, left_at, *_ = row
    return Work(days_late(due_at, done_at or left_at or as_of), done_at, left_at)


def _rows(month: Month, vendors: list[Provider]) -> Any:
    """What it is, whose, when it was due, done and dropped; of a sheet its number and amount."""
    first, last = month.starts_at.date(), month.last_day
    sheets = DeductionSheet.objects.standing().filter(
        provider__in=vendors, confirmed_on__gte=first, confirmed_on__lte=last
    )
    charged = Renewal.objects.filter(
        round__provider__in=vendors, started_at__gte=month.starts_at, started_at__lt=month.ends_at
    )
    runs = BackupRun.objects.standing().filter(provider__in=vendors, month=first)
    never, nothing = Value(None, DateTimeField()), Value(Decimal(0), DecimalField())
    unnumbered = Value("", CharField())
    return sheets.values_list(Value(SHEET), F("provider_id"), never, never, never, F("number"), F("amount")).union(
        charged.values_list(
            Value(RENEWAL), F("round__provider_id"), F("due_at"), F("served_at"), F("left_at"), unnumbered, nothing
        ),
        runs.values_list(Value(BACKUP), F("provider_id"), F("due_at"), F("finished_at"), never, unnumbered, nothing),
        all=True,
    )
