"""整改: what a spot check found that is not in order, asked of the unit until a day, answered by it and closed by who inspects (Articles 6 and 28)."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.overseeing import area_overseen, overseen, overseers
from accounts.roles import Right, may
from accounts.units import Unit
from circulars.reasons import said_in
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell
from reports.deeds import Deed
from reports.speaking import people_speaking, units_spoken_for
from reports.spotchecks.findings import faults_of
from reports.spotchecks.record import SpotFinding, SpotUnit

LONGEST = 500
FURTHEST_DAYS = 366


class RectificationQuerySet(models.QuerySet["Rectification"]):
    def for_person(self, user: Any) -> "RectificationQuerySet":
        """Those of the own units; for who inspects, all of the area."""
        own = models.Q(unit__in=units_spoken_for(user))
        if may(user, Right.INSPECT):
            own |= models.Q(of__draw__check_drawn__area=area_overseen(user, Right.INSPECT))
        return self.filter(own)

    def open(self) -> "RectificationQuerySet":
        return self.exclude(state=Rectification.State.CLOSED)


class Rectification(models.Model):
    """That a unit puts right what a spot check found, and how far it has come."""

    class State(models.TextChoices):
        DEMANDED = "demanded", "待整改"
        ANSWERED = "answered", "已答复，待审核"
        CLOSED = "closed", "已办结"

    # An answer that does not do goes back to the unit.
    MOVES = {State.DEMANDED: {State.ANSWERED}, State.ANSWERED: {State.DEMANDED, State.CLOSED}}

    of = models.OneToOneField(SpotUnit, models.PROTECT, related_name="rectification", verbose_name="被抽查单位")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    due_on = models.DateField("整改期限")
    state = models.CharField("状态", max_length=10, choices=State.choices, db_default=State.DEMANDED)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改"
        default_permissions = ()
        indexes = [models.Index(fields=["due_on"], name="rectification_due", condition=models.Q(state="demanded"))]

    def __str__(self) -> str:
        return f"{self.of.name}的整改通知"

    @property
    def link(self) -> str:
        return reverse("reports:rectification", args=[self.pk])

    def is_late(self, today: date) -> bool:
        """Whether its day has gone by without an answer."""
        return self.state == self.State.DEMANDED and self.due_on < today

    @transaction.atomic
    def answer(self, text: str, *, by: Any, at: datetime) -> None:
        """The unit has said what it did; who asked for it knows. Raises ``PermissionDenied``, ``ValidationError`` without words, ``OutOfOrder``."""
        if self.unit_id not in units_spoken_for(by):
            raise PermissionDenied("整改情况由本单位的收发员或分管领导答复。")
        text = said_in(text, "text", "请写明怎样整改的", longest=LONGEST)
        self._step(self.State.ANSWERED, RectificationStep.Kind.ANSWERED, text, by=by, at=at)
        self._tell(judges_of(self), f"{self.of.name}答复了整改情况，请审核。", by=by, at=at)

    @transaction.atomic
    def send_back(self, text: str, *, due_on: date, by: Any, at: datetime) -> None:
        """The answer does not do; the unit has until the new day. Raises as ``demand`` does, and ``OutOfOrder`` where there is no answer."""
        _refuse_strangers(by, self.of)
        text = said_in(text, "text", "请写明还缺什么", longest=LONGEST)
        _refuse_day(due_on, at)
        self._step(self.State.DEMANDED, RectificationStep.Kind.SENT_BACK, text, due_on=due_on, by=by, at=at)
        said = f"整改答复被退回：{text[:200]}。请在 {due_on:%Y-%m-%d} 以前（含当天）再次答复。"
        self._tell(people_speaking([self.unit_id]), said, by=by, at=at)

    @transaction.atomic
    def close(self, text: str, *, by: Any, at: datetime) -> None:
        """It is put right, and done with; the unit knows. Raises ``PermissionDenied``, ``OutOfOrder`` where there is no answer."""
        _refuse_strangers(by, self.of)
        text = said_in(text, "text", "审核意见", longest=LONGEST, needed=False)
        self._step(self.State.CLOSED, RectificationStep.Kind.CLOSED, text, by=by, at=at)
        self._tell(people_speaking([self.unit_id]), "整改已经审核办结。", by=by, at=at)

    def _step(
        self, to: str, kind: "RectificationStep.Kind", text: str, *, due_on: date | None = None, by: Any, at: datetime
    ) -> None:
        changes = {"due_on": due_on} if due_on else {}
        facts = {"text": text, "due_on": str(due_on) if due_on else None}
        move(self, to, DEEDS[kind], by=by, at=at, unit=self.unit_id, facts=facts, **changes)
        RectificationStep.objects.create(rectification=self, kind=kind, text=text, due_on=due_on, by=by, at=at)

    def _tell(self, people: set[int], text: str, *, by: Any, at: datetime) -> None:
        key = f"rectification:{self.pk}:{self.state}:{at:%Y%m%d%H%M%S}"
        tell(people - {by.pk}, key=key, text=f"{self}：{text}", link=self.link, at=at)


class RectificationStep(models.Model):
    """What was asked, answered, sent back or closed, in whose words; takes INSERT only."""

    class Kind(models.TextChoices):
        DEMANDED = "demanded", "要求整改"
        ANSWERED = "answered", "单位答复"
        SENT_BACK = "sent_back", "退回答复"
        CLOSED = "closed", "审核办结"

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="steps", verbose_name="整改")
    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    text = models.CharField("内容", max_length=LONGEST, blank=True)
    due_on = models.DateField("期限", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "整改经过"
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.rectification} {self.get_kind_display()}"


DEEDS = {
    RectificationStep.Kind.DEMANDED: Deed.RECTIFICATION_DEMANDED,
    RectificationStep.Kind.ANSWERED: Deed.RECTIFICATION_ANSWERED,
    RectificationStep.Kind.SENT_BACK: Deed.RECTIFICATION_SENT_BACK,
    RectificationStep.Kind.CLOSED: Deed.RECTIFICATION_CLOSED,
}


@transaction.atomic
def demand(of: SpotUnit, text: str, *, due_on: date, by: Any, at: datetime) -> Rectification:
    """The unit is asked to put right what was found, until that day (inclusive), and its clerks and leaders know.

    Raises ``PermissionDenied`` without the right to inspect, ``OutOfOrder`` when all is in order there or it was asked already, and
    ``ValidationError`` without words or for a day that is over or too far away.
    """
    _refuse_strangers(by, of)
    of = SpotUnit.objects.select_for_update().get(pk=of.pk)
    if Rectification.objects.filter(of=of).exists():
        raise OutOfOrder(f"已经要求{of.name}整改，没有重复通知。")
    if not faults_of(of, list(SpotFinding.objects.standing().filter(of=of))):
        raise OutOfOrder(f"{of.name}的抽查结果都符合要求，不需要整改。")
    text = said_in(text, "text", "请写明要整改什么", longest=LONGEST)
    _refuse_day(due_on, at)
    made = Rectification.objects.create(of=of, unit_id=of.unit_id, due_on=due_on)
    made.refresh_from_db()
    RectificationStep.objects.create(
        rectification=made, kind=RectificationStep.Kind.DEMANDED, text=text, due_on=due_on, by=by, at=at
    )
    facts = {"of": of.pk, "text": text, "due_on": str(due_on)}
    ledger.enter(
        Deed.RECTIFICATION_DEMANDED, subject=ledger.subject_of(made), by=by, at=at, unit=of.unit_id, facts=facts
    )
    made._tell(
        people_speaking([of.unit_id]), f"{text[:300]}。请在 {due_on:%Y-%m-%d} 以前（含当天）整改并答复。", by=by, at=at
    )
    return made


def _refuse_strangers(by: Any, of: SpotUnit) -> None:
    """Who inspects the area of the check, and does not answer for the unit."""
    if not may_be_judged(of, by):
        secretariat = of.draw.check_drawn.area.secretariat
        raise PermissionDenied(f"整改由{secretariat}要求和审核；本单位的整改不能自己审核。")


def may_be_judged(of: SpotUnit, by: Any) -> bool:
    inspected = overseen(by, Right.INSPECT).covers(of.draw.check_drawn.area_id)
    return inspected and of.unit_id not in units_spoken_for(by)


def judges_of(asked: Rectification) -> set[int]:
    """Who is told what becomes of it: who asked for it or sent an answer back; where none of them may judge it any more, everybody who may."""
    judging = overseers(Right.INSPECT, asked.of.draw.check_drawn.area_id) - people_speaking([asked.unit_id])
    askers = set(asked.steps.filter(due_on__isnull=False).values_list("by", flat=True))
    return askers & judging or judging


def _refuse_day(due_on: date, at: datetime) -> None:
    today = timezone.localdate(at)
    if not 0 <= (due_on - today).days <= FURTHEST_DAYS:
        raise ValidationError({"due_on": "整改期限须是今天或者以后一年以内的日期。"})
