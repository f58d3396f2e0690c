"""用户接入: a unit is connected by an application with its letter and its steps, each with its day and who saw to it (Articles 2 and 7(2)).

Until then it gets paper; from then on it receives by the system. Line, kit, key and people are each entered when they are there, and the
network office connects the unit when all are.
"""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.deeds import Deed
from accounts.holders import people_with
from accounts.roles import Right
from accounts.seals import SealKey
from accounts.unitchanges import LONGEST_GROUND, UnitChange, checked_day, checked_ground, record, refuse_stranger
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell


class StepKind(models.TextChoices):
    """What must be there before a unit can receive by the system, in the usual order."""

    LINE = "line", "线路开通"
    KIT = "kit", "设备到位"
    PEOPLE = "people", "人员备案"
    KEY = "key", "密钥制发"


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def open(self) -> "ConnectionQuerySet":
        return self.filter(state=Connection.State.OPEN)


class Connection(models.Model):
    """That a unit has asked by letter to be connected, and what became of it."""

    class State(models.TextChoices):
        OPEN = "open", "办理中"
        DONE = "done", "已接入"
        WITHDRAWN = "withdrawn", "已撤回"

    MOVES = {State.OPEN: {State.DONE, State.WITHDRAWN}}

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="connections", verbose_name="单位")
    letter = models.CharField("申请函", max_length=LONGEST_GROUND)
    asked_on = models.DateField("来函日期")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.OPEN)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="受理人")
    entered_at = models.DateTimeField("受理时间")
    ended_at = models.DateTimeField("办结时间", null=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接入申请"
        default_permissions = ()
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(state="open"), name="connection_asked_once"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | ~Q(state="open") & Q(ended_at__isnull=False),
                name="connection_ended_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}的接入申请"

    def steps(self) -> list[tuple[StepKind, "ConnectionStep | None"]]:
        """Every step in order, with its row where it is done."""
        done = {step.kind: step for step in self.done.select_related("entered_by")}
        return [(kind, done.get(kind)) for kind in StepKind]

    @transaction.atomic
    def finish_step(self, kind: str, *, on_day: date, note: str = "", by: Any, at: datetime) -> "ConnectionStep":
        """This is there since that day; people and key are looked for. Entered once.

        Raises ``ValidationError`` for what is not there, a day before the letter or to come, and ``OutOfOrder``.
        """
        refuse_stranger(by)
        self._hold()
        if kind not in StepKind.values:
            raise ValidationError({"kind": "请选择办结的事项。"})
        checked_day(on_day, at)
        if on_day < self.asked_on:
            raise ValidationError({"on_day": f"办结日期不能早于来函日期（{self.asked_on:%Y-%m-%d}）。"})
        if missing := _missing(self.unit, kind):
            raise ValidationError({"kind": missing})
        step, made = ConnectionStep.objects.get_or_create(
            connection=self,
            kind=kind,
            defaults={"done_on": on_day, "note": note.strip()[:100], "entered_by": by, "entered_at": at},
        )
        if not made:
            raise OutOfOrder(f"“{StepKind(kind).label}”已经登记办结，没有重复登记。")
        facts = {"step": kind, "on_day": on_day, "note": step.note}
        ledger.enter(
            Deed.CONNECTION_STEP, subject=ledger.subject_of(self), by=by, at=at, unit=self.unit_id, facts=facts
        )
        return step

    @transaction.atomic
    def connect(self, *, by: Any, at: datetime) -> UnitChange:
        """Circulars sent from now on reach the unit by the system; raises ``OutOfOrder`` naming the steps that are not done."""
        refuse_stranger(by)
        self._hold()
        if left := [kind.label for kind, step in self.steps() if step is None]:
            raise OutOfOrder(f"还没有办结：{'、'.join(left)}。")
        if missing := [why for kind in StepKind if (why := _missing(self.unit, kind))]:
            raise OutOfOrder("".join(missing))
        move(self, self.State.DONE, Deed.UNIT_CONNECTED, by=by, at=at, unit=self.unit_id, ended_at=at)
        Unit.objects.filter(pk=self.unit_id).update(connected=True)
        self.unit.connected = True
        today, kind = timezone.localdate(at), UnitChange.Kind.CONNECTED
        change = record(self.unit, kind, on_day=today, ground=self.letter, by=by, at=at, is_entered=True)
        text = f"{self.unit.name}已接入系统。此后发来的公文在系统里签收；此前的仍是纸质件。"
        tell(people_with(Right.READ, self.unit_id), key=f"connected:{self.pk}", text=text, at=at)
        return change

    def withdraw(self, *, by: Any, at: datetime) -> None:
        """The application is dropped; another may follow."""
        refuse_stranger(by)
        move(self, self.State.WITHDRAWN, Deed.CONNECTION_WITHDRAWN, by=by, at=at, unit=self.unit_id, ended_at=at)

    def _hold(self) -> None:
        """Nobody else goes on with it until the transaction ends; raises ``OutOfOrder`` when it is over."""
        held = Connection.objects.select_for_update().get(pk=self.pk)
        self.state = held.state
        if self.state != self.State.OPEN:
            raise OutOfOrder(f"{self}{self.get_state_display()}，不能再办理。")


class ConnectionStep(models.Model):
    """That one thing of an application is there; takes INSERT only."""

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="done", verbose_name="接入申请")
    kind = models.CharField("事项", max_length=12, choices=StepKind.choices)
    done_on = models.DateField("办结日期")
    note = models.CharField("说明", max_length=100, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "接入事项"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["connection", "kind"], name="connection_step_once")]

    def __str__(self) -> str:
        return f"{self.connection} {self.get_kind_display()}"


def ask_connection(unit: Unit, letter: str, *, asked_on: date, by: Any, at: datetime) -> Connection:
    """The unit's letter is taken in; raises ``OutOfOrder`` for a unit that is connected, dissolved or has asked already."""
    refuse_stranger(by)
    letter = checked_ground(letter)
    checked_day(asked_on, at)
    try:
        with transaction.atomic():
            unit = Unit.objects.select_for_update().get(pk=unit.pk)
            if not unit.is_active or not unit.has_seal:
                raise OutOfOrder(f"{unit.name}不能接入：不是在用的使用单位。")
            if unit.connected:
                raise OutOfOrder(f"{unit.name}已经接入。")
            asked = Connection.objects.create(unit=unit, letter=letter, asked_on=asked_on, entered_by=by, entered_at=at)
            facts = {"letter": letter, "asked_on": asked_on}
            ledger.enter(
                Deed.CONNECTION_ASKED, subject=ledger.subject_of(asked), by=by, at=at, unit=unit.pk, facts=facts
            )
    except IntegrityError:
        raise OutOfOrder(f"{unit.name}的接入申请正在办理，没有重复受理。") from None
    return asked


def _missing(unit: Unit, kind: str) -> str:
    """What the registers lack for this step; empty for what they do not know or have."""
    if kind == StepKind.PEOPLE and not people_with(Right.RECEIVE, unit.pk):
        return f"{unit}还没有收发员，请先办理人员备案。"
    made = SealKey.objects.filter(unit=unit, state__in=(SealKey.State.ISSUED, SealKey.State.IN_FORCE))
    if kind == StepKind.KEY and not made.exists():
        return f"{unit}还没有制发密钥，请先在密钥管理里办理。"
    return ""
