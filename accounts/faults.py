"""Faults of network, seal or kit as a unit reports them to secretariat and network office (Article 13).

``accounts.repairs`` has what a provider does about one; receipts ask only whether a fault was reported in time and how long it lasted.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.dispatch import Signal
from django.urls import reverse

from accounts.concerned import OFFICES, concerned_people, is_concerned, offices_for, offices_people, units_concerning
from accounts.deeds import Deed
from accounts.overseeing import overseen
from accounts.roles import Right, may
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.limits import limit_due, when
from cms.messages import tell
from cms.offices import office_of
from cms.ruleversions import RuleVersion
from cms.unmarked import refuse_marked_fields
from cms.workdays import CalendarMissing

# Sent inside the report and the confirmation, with ``fault``, ``by`` and ``at``: papers and receipts hear of it.
fault_reported = Signal()
fault_confirmed = Signal()


class AlreadyReported(OutOfOrder):
    """The form was sent before; ``fault`` is what it reported."""

    def __init__(self, fault: "Fault") -> None:
        super().__init__("这次故障已经报告，没有重复办理。")
        self.fault = fault


class FaultQuerySet(models.QuerySet["Fault"]):
    def reported_in_time(self) -> "FaultQuerySet":
        """Those that secretariat and network office knew of within the limit of Article 13(1)."""
        return self.filter(Q(report_due_at=None) | Q(reported_at__lte=F("report_due_at")))

    def for_person(self, user: Any) -> "FaultQuerySet":
        """All of them for the network office; those of its area for a secretariat; those of the units that one works for, for everybody."""
        inspected = overseen(user, Right.INSPECT)
        if inspected.every or may(user, Right.OPERATE):
            return self.all()
        return self.filter(inspected.units() | Q(unit__in=units_concerning(user)))

    def open(self) -> "FaultQuerySet":
        """Those of which nobody has said yet when the unit could work again."""
        return self.exclude(state=Fault.State.CONFIRMED)

    def of_units(self, units: Collection[int]) -> "dict[int, Fault]":
        """The first found of each of these units, by the unit's key; one query."""
        found: dict[int, Fault] = {}
        for fault in self.filter(unit__in=units).order_by("detected_at", "pk"):
            found.setdefault(fault.unit_id, fault)
        return found

    def to_assign(self) -> "FaultQuerySet":
        """Those that no provider has in hand."""
        return self.filter(state=Fault.State.OPEN)

    def confirmed(self) -> "FaultQuerySet":
        """Those of which the network office has said from when to when they lasted."""
        return self.filter(state=Fault.State.CONFIRMED)


class Fault(models.Model):
    """That a unit could not work with the system from one moment to another, and when it said so."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        WITH_PROVIDER = "with_provider", "维修中"
        REPAIRED = "repaired", "已修复"
        CONFIRMED = "confirmed", "已恢复"

    # What needs no provider is confirmed at once; what a provider could not mend goes to another, and what failed the test goes back.
    MOVES = {
        State.OPEN: {State.WITH_PROVIDER, State.CONFIRMED},
        State.WITH_PROVIDER: {State.REPAIRED, State.OPEN},
        State.REPAIRED: {State.CONFIRMED, State.WITH_PROVIDER},
    }

    class Kind(models.TextChoices):
        NETWORK = "network", "网络线路"
        SYSTEM = "system", "系统打不开"
        SEAL = "seal", "电子印章密钥"
        COMPUTER = "computer", "计算机"
        PRINTER = "printer", "打印机"
        OTHER = "other", "其他设备"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="faults", verbose_name="单位")
    key = models.UUIDField("表单编号", null=True, unique=True)  # of the form, so that one pressed twice reports once
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    text = models.CharField("情况", max_length=300)
    instead = models.CharField("隐去后的内容", max_length=40, blank=True, db_default="")  # as that of a message
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.OPEN)
    detected_at = models.DateTimeField("发现时间")
    reported_at = models.DateTimeField("报告时间")
    report_due_at = models.DateTimeField(
        "应报告时间", null=True
    )  # unknown while a year's calendar is missing: then not late
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报告人")
    contact_due_at = models.DateTimeField("应联系保障单位时间", null=True)  # unknown as the other
    secretariat_acked_at = models.DateTimeField("秘书科收到时间", null=True)
    secretariat_acked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="秘书科收到人"
    )
    network_office_acked_at = models.DateTimeField("网信办收到时间", null=True)
    network_office_acked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="网信办收到人"
    )
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
                condition=(~Q(state="confirmed") & Q(restored_at=None, confirmed_at=None))
                | Q(state="confirmed", restored_at__isnull=False, confirmed_at__isnull=False)
                & Q(restored_at__gte=F("detected_at"), confirmed_at__gte=F("restored_at")),
                name="fault_confirmed_has_times",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{office}_acked_at": None, f"{office}_acked_by": None})
                    | Q(**{f"{office}_acked_at__isnull": False, f"{office}_acked_by__isnull": False})
                    & Q(**{f"{office}_acked_at__gte": F("reported_at")}),
                    name=f"fault_acked_by_{office}",
                )
                for office in ("secretariat", "network_office")
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "detected_at"], name="fault_unit"),
            models.Index(fields=["detected_at"], name="fault_open", condition=~Q(state="confirmed")),
        ]

    def __str__(self) -> str:
        return f"{self.unit}的{self.get_kind_display()}故障"

    @property
    def is_reported_in_time(self) -> bool:
        return self.report_due_at is None or self.reported_at <= self.report_due_at

    @property
    def shown(self) -> str:
        """What people read of it."""
        return self.instead or self.text

    @property
    def link(self) -> str:
        return reverse("accounts:fault", args=[self.pk])

    @transaction.atomic
    def acknowledge(self, *, by: Any, at: datetime) -> None:
        """Secretariat or network office, whichever the person serves, has seen the report, and the unit knows; said once by each.

        Raises ``PermissionDenied`` for anybody else and ``OutOfOrder`` when it was said already.
        """
        offices = offices_for(by, self.unit)
        if not offices:
            raise PermissionDenied("故障报告由秘书科和市网信办确认收到。")
        fresh = [office for office in offices if self._seen_by(office, by=by, at=at)]
        if not fresh:
            raise OutOfOrder("已经确认收到，没有重复办理。")
        for office in fresh:
            facts = {"office": office}
            ledger.enter(
                Deed.FAULT_ACKNOWLEDGED, subject=ledger.subject_of(self), by=by, at=at, unit=self.unit_id, facts=facts
            )
        tell(
            concerned_people(self.unit_id),
            key=f"fault-seen:{self.pk}:{fresh[0]}",
            text=f"{'秘书科' if 'secretariat' in fresh else '市网信办'}已收到{self}的报告。",
            link=self.link,
            at=at,
        )

    def _seen_by(self, office: str, *, by: Any, at: datetime) -> bool:
        seen = {f"{office}_acked_at": at, f"{office}_acked_by": by}
        if not Fault.objects.filter(pk=self.pk, **dict.fromkeys(seen)).update(**seen):
            return False
        for field, value in seen.items():
            setattr(self, field, value)
        return True

    @transaction.atomic
    def confirm(self, *, restored_at: datetime, by: Any, at: datetime) -> None:
        """The network office says when the unit could work again, and everybody concerned knows.

        Raises ``PermissionDenied`` for anybody else, ``ValidationError`` for a time before the fault or to come, and ``OutOfOrder`` when it
        was said already, while a provider's work is not done or not tested, or to who reported it: nobody relieves his own unit alone.
        """
        if not may(by, Right.OPERATE):
            raise PermissionDenied("故障的恢复由市网信办确认。")
        if self.reported_by_id == by.pk:
            raise OutOfOrder("您自己报告的故障，由市网信办另一位人员确认恢复。")
        if self.state == self.State.WITH_PROVIDER:
            raise OutOfOrder("保障单位正在维修，完成并验收后再确认恢复；不用再修的，请先撤回派单。")
        if self.state == self.State.REPAIRED and self.repairs.filter(state="done").exists():
            raise OutOfOrder("维修结果还没有验收，验收合格后再确认恢复。")
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
        tell(
            concerned_people(self.unit_id) | offices_people(self.unit, "secretariat"),
            key=f"fault-over:{self.pk}",
            text=f"市网信办已确认{self}于{when(restored_at)}恢复。",
            link=self.link,
            at=at,
        )


def report_fault(
    unit: Unit,
    kind: str,
    text: str,
    *,
    about: str = "",
    key: UUID | None = None,
    tells: tuple[str, ...] = tuple(OFFICES),
    detected_at: datetime,
    by: Any,
    at: datetime,
) -> Fault:
    """Secretariat and network office know of the fault, and by when they had to (Article 13(1)).

    ``about`` names the thing that the text speaks of besides the unit's own kit, as that of a message does; ``key`` the form that was sent.
    ``tells`` are the offices that get a message of it, the others have one of the same thing.
    Raises ``PermissionDenied`` for who neither receives, reads, seals nor approves for the unit, ``ValidationError`` for a time in the future
    or without a description or with a mark of secrecy in it, and ``AlreadyReported`` for a form that was sent before.
    """
    if not is_concerned(by, unit.pk):
        raise PermissionDenied(f"您不能代“{unit}”报告故障。")
    text = text.strip()
    if not text:
        raise ValidationError({"text": "请写明故障情况。"})
    refuse_marked_fields(text=text)
    if detected_at > at:
        raise ValidationError({"detected_at": "发现时间不能晚于现在。"})
    fault = Fault(
        unit=unit,
        key=key,
        kind=Fault.Kind(kind),
        text=text[:300],
        detected_at=detected_at,
        reported_at=at,
        report_due_at=due_or_none("fault_report", unit, detected_at),
        contact_due_at=due_or_none("contact", unit, at),
        reported_by=by,
    )
    try:
        with transaction.atomic():
            _enter(fault, about, tells, by=by, at=at)
    except IntegrityError:
        if known := Fault.objects.filter(key=key, unit=unit).first():
            raise AlreadyReported(known) from None
        raise
    return fault


def _enter(fault: Fault, about: str, tells: tuple[str, ...], *, by: Any, at: datetime) -> None:
    """The row, the ledger, both offices and whoever listens."""
    fault.save(force_insert=True)
    facts = {"kind": fault.kind, "detected_at": fault.detected_at, "report_due_at": fault.report_due_at}
    subject = ledger.subject_of(fault)
    ledger.enter(Deed.FAULT_REPORTED, subject=subject, by=by, at=at, unit=fault.unit_id, facts=facts)
    tell(
        offices_people(fault.unit, *tells),
        key=f"fault:{fault.pk}",
        text=f"{fault.unit}报告故障（{fault.get_kind_display()}，{when(fault.detected_at)}发现）：{fault.text}",
        link=fault.link,
        about=about,
        at=at,
    )
    fault_reported.send(Fault, fault=fault, by=by, at=at)


def due_or_none(kind: str, unit: Unit, start: datetime) -> datetime | None:
    """By when a limit of ``cms.limits`` that began for the unit runs out; None while the year's calendar is not loaded, since machinery refuses nothing."""
    rules = RuleVersion.objects.in_force(unit.area, start).rule_set
    try:
        return limit_due(kind, start, office_of(unit.area), rules).at
    except CalendarMissing:
        return None
