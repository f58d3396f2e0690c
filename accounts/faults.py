"""Faults of network, seal or kit as a unit reports them to secretariat and network office (Article 13).

What belongs to the repair (the provider, its clock, the acceptance) has its place here later; receipts ask only whether a fault was
reported in time and how long it lasted.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.dispatch import Signal

from accounts.deeds import Deed
from accounts.holders import holders
from accounts.roles import Right, may
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import move
from cms.limits import limit_due, when
from cms.messages import tell
from cms.offices import office_of
from cms.ruleversions import RuleVersion
from cms.workdays import CalendarMissing

# Sent inside the confirmation, with ``fault``, ``by`` and ``at``: receipts hear of it.
fault_confirmed = Signal()


class FaultQuerySet(models.QuerySet["Fault"]):
    def reported_in_time(self) -> "FaultQuerySet":
        """Those that secretariat and network office knew of within the limit of Article 13(1)."""
        return self.filter(Q(report_due_at=None) | Q(reported_at__lte=F("report_due_at")))

    def open(self) -> "FaultQuerySet":
        """Those of which nobody has said yet when the unit could work again."""
        return self.filter(state=Fault.State.OPEN)

    def confirmed(self) -> "FaultQuerySet":
        """Those of which the network office has said from when to when they lasted."""
        return self.filter(state=Fault.State.CONFIRMED)


class Fault(models.Model):
    """That a unit could not work with the system from one moment to another, and when it said so."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        CONFIRMED = "confirmed", "已恢复"

    MOVES = {State.OPEN: {State.CONFIRMED}}

    class Kind(models.TextChoices):
        NETWORK = "network", "网络线路"
        SYSTEM = "system", "系统打不开"
        SEAL = "seal", "电子印章密钥"
        COMPUTER = "computer", "计算机"
        PRINTER = "printer", "打印机"
        OTHER = "other", "其他设备"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="faults", verbose_name="单位")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    text = models.CharField("情况", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    detected_at = models.DateTimeField("发现时间")
    reported_at = models.DateTimeField("报告时间")
    report_due_at = models.DateTimeField(
        "应报告时间", null=True
    )  # unknown while a year's calendar is missing: then not late
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报告人")
    restored_at = models.DateTimeField("恢复时间", null=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="确认人"
    )

    objects = FaultQuerySet.as_manager()

    class Meta:
        verbose_name = "故障"
        verbose_name_plural = "故障"
        constraints = [
            models.CheckConstraint(condition=Q(detected_at__lte=F("reported_at")), name="fault_detected_then_reported"),
            models.CheckConstraint(
                condition=Q(state="open", restored_at=None, confirmed_at=None)
                | Q(state="confirmed", restored_at__gte=F("detected_at"), confirmed_at__gte=F("restored_at")),
                name="fault_confirmed_has_times",
            ),
        ]
        indexes = [models.Index(fields=["unit", "detected_at"], name="fault_unit")]

    def __str__(self) -> str:
        return f"{self.unit}的{self.get_kind_display()}故障"

    @property
    def is_reported_in_time(self) -> bool:
        return self.report_due_at is None or self.reported_at <= self.report_due_at

    @transaction.atomic
    def confirm(self, *, restored_at: datetime, by: Any, at: datetime) -> None:
        """The network office says when the unit could work again; raises ``PermissionDenied`` for anybody else."""
        if not may(by, Right.OPERATE):
            raise PermissionDenied("故障的恢复由市网信办确认。")
        if not self.detected_at <= restored_at <= at:
            raise ValidationError({"restored_at": "恢复时间须在发现故障之后，且不晚于现在。"})
        move(
            self,
            self.State.CONFIRMED,
            Deed.FAULT_CONFIRMED,
            by=by,
            at=at,
            unit=self.unit_id,
            facts={"detected_at": self.detected_at, "restored_at": restored_at},
            restored_at=restored_at,
            confirmed_at=at,
            confirmed_by=by,
        )
        fault_confirmed.send(type(self), fault=self, by=by, at=at)


@transaction.atomic
def report_fault(
    unit: Unit, kind: str, text: str, *, about: str = "", detected_at: datetime, by: Any, at: datetime
) -> Fault:
    """Secretariat and network office know of the fault, and by when they had to (Article 13(1)).

    ``about`` names the thing that the text speaks of besides the unit's own kit, as that of a message does.
    Raises ``PermissionDenied`` for who neither receives, reads, seals nor approves for the unit and ``ValidationError`` for a time in the future or without a
    description.
    """
    if not any(may(by, right, unit.pk) for right in (Right.RECEIVE, Right.READ, Right.SEAL, Right.APPROVE)):
        raise PermissionDenied(f"您不能代“{unit}”报告故障。")
    text = text.strip()
    if not text:
        raise ValidationError({"text": "请写明故障情况。"})
    if detected_at > at:
        raise ValidationError({"detected_at": "发现时间不能晚于现在。"})
    due_at = _report_due(unit, detected_at)
    fault = Fault.objects.create(
        unit=unit,
        kind=Fault.Kind(kind),
        text=text[:300],
        detected_at=detected_at,
        reported_at=at,
        report_due_at=due_at,
        reported_by=by,
    )
    ledger.enter(
        Deed.FAULT_REPORTED,
        subject=ledger.subject_of(fault),
        by=by,
        at=at,
        unit=unit.pk,
        facts={"kind": kind, "detected_at": detected_at, "report_due_at": due_at},
    )
    told = {
        person
        for right in (Right.OPERATE, Right.INSPECT)
        for person in holders(right).values_list("user_id", flat=True)
    }
    tell(
        told,
        key=f"fault:{fault.pk}",
        text=f"{unit}报告故障（{fault.get_kind_display()}，{when(detected_at)}发现）：{text}",
        about=about,
        at=at,
    )
    return fault


def _report_due(unit: Unit, detected_at: datetime) -> datetime | None:
    """By when the report was due; None while the year's calendar is not loaded, since reporting is never refused by machinery."""
    rules = RuleVersion.objects.in_force(unit.area, detected_at).rule_set
    try:
        return limit_due("fault_report", detected_at, office_of(unit.area), rules).at
    except CalendarMissing:
        return None
