"""数据备份: the key vendor backs up every month, within five working days of the start, and says whether it could be restored (Articles 8(2) and 17)."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import keyclocks
from accounts.deeds import Deed
from accounts.holders import holders
from accounts.providers import Provider, Service
from accounts.roles import Right, may, units_where
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.limits import when
from cms.messages import tell

_DIGEST = re.compile(r"[0-9a-f]{64}")


class BackupRunQuerySet(models.QuerySet["BackupRun"]):
    def for_person(self, person: Any) -> "BackupRunQuerySet":
        """All for who manages or confirms keys, one's own for who serves the vendor."""
        if may(person, Right.MANAGE_KEYS) or may(person, Right.CONFIRM_KEY):
            return self.all()
        return self.filter(provider__unit__in=units_where(person, Right.SERVE))

    def standing(self) -> "BackupRunQuerySet":
        """Those that were not declared void."""
        return self.exclude(state=BackupRun.State.VOID)

    def running(self) -> "BackupRunQuerySet":
        return self.filter(state=BackupRun.State.RUNNING)

    def late(self, at: datetime) -> "BackupRunQuerySet":
        """Those that were not finished when they were due, still or at last."""
        return self.standing().alias(until=Coalesce("finished_at", Value(at))).filter(due_at__lt=F("until"))


class BackupRun(models.Model):
    """The back-up of one month by one vendor."""

    class State(models.TextChoices):
        RUNNING = "running", "进行中"
        FINISHED = "finished", "已完成"
        VOID = "void", "已作废"

    MOVES = {State.RUNNING: {State.FINISHED, State.VOID}, State.FINISHED: {State.VOID}}

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="backups", verbose_name="保障单位")
    month = models.DateField("月份")  # its first day
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField("开始时间")
    due_at = models.DateTimeField("应完成时间", null=True)  # unknown while a year's calendar is missing
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填报人")
    filed_at = models.DateTimeField("填报时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    finish_filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="完成填报人"
    )
    finish_filed_at = models.DateTimeField("完成填报时间", null=True)
    checksum = models.CharField("校验值", max_length=64, blank=True)  # SHA-256 or SM3, hexadecimal
    restored_on = models.DateField("恢复测试日期", null=True)
    reason = models.CharField("作废原因", max_length=200, blank=True)

    objects = BackupRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "数据备份"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "month"], condition=~Q(state="void"), name="backup_once_a_month"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("started_at")), name="backup_finished_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | (Q(finished_at__isnull=False) & ~Q(checksum="")),
                name="backup_finished_has_proof",
            ),
            models.CheckConstraint(condition=~Q(state="void") | ~Q(reason=""), name="backup_void_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.month.year}年{self.month.month}月数据备份"

    @property
    def is_filed_afterwards(self) -> bool:
        """Whether its start, or its end after the due time, was put down only afterwards."""
        late = self.finish_filed_at and self.due_at and self.finished_at
        return timezone.localdate(self.filed_at).replace(day=1) > self.month or bool(
            late and self.finished_at <= self.due_at < self.finish_filed_at  # type: ignore[operator]
        )

    def days_late(self, at: datetime) -> int:
        """How many days late it was, or is by now."""
        return keyclocks.days_late(self.due_at, self.finished_at or at)

    def is_late(self, at: datetime) -> bool:
        return self.due_at is not None and (self.finished_at or at) > self.due_at

    @transaction.atomic
    def finish(
        self, *, finished_at: datetime, checksum: str, restored_on: date | None = None, by: Any, at: datetime
    ) -> None:
        """The back-up is complete under this checksum; ``restored_on`` is the day on which it was restored for a test."""
        _refuse_stranger(self.provider, by)
        if not self.started_at <= finished_at <= at:
            raise ValidationError({"finished_at": "完成时间须在开始之后，且不晚于现在。"})
        checksum = checksum.strip().lower()
        if not _DIGEST.fullmatch(checksum):
            raise ValidationError({"checksum": "校验值为 64 位十六进制数（SHA-256 或 SM3）。"})
        if restored_on is not None:
            self._check_test(restored_on, finished_at, at)
        move(
            self,
            BackupRun.State.FINISHED,
            Deed.BACKUP_FINISHED,
            by=by,
            at=at,
            unit=self.provider.unit_id,
            facts={"finished_at": finished_at, "checksum": checksum, "restored_on": _iso(restored_on)},
            finished_at=finished_at,
            checksum=checksum,
            restored_on=restored_on,
            finish_filed_by=by,
            finish_filed_at=at,
        )

    @transaction.atomic
    def restore(self, on: date, *, by: Any, at: datetime) -> None:
        """It was restored for a test on this day; said once, of a back-up that is complete."""
        _refuse_stranger(self.provider, by)
        if self.finished_at is None:
            raise OutOfOrder("备份还没有完成，不能登记恢复测试。")
        self._check_test(on, self.finished_at, at)
        untested = BackupRun.objects.filter(pk=self.pk, state=BackupRun.State.FINISHED, restored_on=None)
        if not untested.update(restored_on=on):
            raise OutOfOrder("这次备份已作废，或者已登记过恢复测试。")
        self.restored_on = on
        ledger.enter(
            Deed.BACKUP_RESTORED,
            subject=ledger.subject_of(self),
            by=by,
            at=at,
            unit=self.provider.unit_id,
            facts={"restored_on": _iso(on)},
        )

    def void(self, reason: str, *, by: Any, at: datetime) -> None:
        """What was filed does not count, with the reason, and the month may be filed anew; the network office alone decides that."""
        if not may(by, Right.MANAGE_KEYS):
            raise PermissionDenied("备份记录由市网信办作废。")
        reason = reason.strip()[:200]
        if not reason:
            raise ValidationError({"reason": "请写明作废的原因。"})
        unit, facts = self.provider.unit_id, {"reason": reason}
        move(self, BackupRun.State.VOID, Deed.BACKUP_VOIDED, by=by, at=at, unit=unit, facts=facts, reason=reason)

    def _check_test(self, on: date, finished_at: datetime, at: datetime) -> None:
        if not timezone.localdate(finished_at) <= on <= timezone.localdate(at):
            raise ValidationError({"restored_on": "恢复测试日期须在备份完成之后，且不晚于今天。"})


@transaction.atomic
def start_backup(provider: Provider, *, started_at: datetime, by: Any, at: datetime) -> BackupRun:
    """The back-up of the month in which it was started is on record, its clock runs and the network office knows.

    A vendor files in the month itself; what is filed afterwards the network office enters. Raises ``ValidationError`` for another time
    and for a month that has its back-up.
    """
    _refuse_stranger(provider, by)
    Provider.objects.select_for_update().get(pk=provider.pk)  # of two who file at once the second sees the first
    if started_at > at:
        raise ValidationError({"started_at": "开始时间不能晚于现在。"})
    day, today = timezone.localdate(started_at), timezone.localdate(at)
    month = day.replace(day=1)
    if provider.service != Service.KEY_VENDOR or not Provider.objects.in_force(day).filter(pk=provider.pk).exists():
        raise ValidationError({"started_at": "这一天不在密钥服务合同期内。"})
    if month < today.replace(day=1) and not may(by, Right.MANAGE_KEYS):
        raise ValidationError({"started_at": "以前月份的备份，请市网信办核实后补登。"})
    if BackupRun.objects.standing().filter(provider=provider, month=month).exists():
        raise ValidationError({"started_at": f"{month:%Y}年{month.month}月的备份已经填报，没有重复登记。"})
    run = BackupRun.objects.create(
        provider=provider,
        month=month,
        started_at=started_at,
        due_at=keyclocks.due(keyclocks.BACKUP, provider.unit.area, started_at),
        filed_by=by,
        filed_at=at,
    )
    facts = {"month": month.isoformat(), "started_at": started_at, "due_at": run.due_at}
    ledger.enter(Deed.BACKUP_STARTED, subject=ledger.subject_of(run), by=by, at=at, unit=provider.unit_id, facts=facts)
    until = f"，须在{when(run.due_at)}前完成" if run.due_at else ""
    office = holders(Right.MANAGE_KEYS).values_list("user_id", flat=True)
    text = f"{provider.unit}已开始{month:%Y}年{month.month}月的数据备份{until}。"
    tell(set(office) - {by.pk}, key=f"backup-started:{run.pk}", text=text, at=at)
    return run


def months_owed(provider: Provider, first: date, last: date) -> list[date]:
    """The first days of the months from ``first`` to ``last`` for which the contract owes a back-up: those that it covers whole.

    Our reading: a month in which the contract began or ended is none of "every month".
    """
    months, month = [], first.replace(day=1)
    while month <= last:
        following = (month + timedelta(days=31)).replace(day=1)
        if provider.since <= month and (provider.until is None or provider.until >= following - timedelta(days=1)):
            months.append(month)
        month = following
    return months


def months_missed(provider: Provider, first: date, last: date, *, today: date) -> list[date]:
    """Those of the months owed that are over and in which no back-up was begun; one query."""
    begun = BackupRun.objects.standing().filter(provider=provider, month__gte=first.replace(day=1), month__lte=last)
    had = set(begun.values_list("month", flat=True))
    this_month = today.replace(day=1)
    return [month for month in months_owed(provider, first, last) if month < this_month and month not in had]


def _refuse_stranger(provider: Provider, by: Any) -> None:
    if not (may(by, Right.SERVE, provider.unit_id) or may(by, Right.MANAGE_KEYS)):
        raise PermissionDenied("备份由承担密钥服务的保障单位或市网信办填报。")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
