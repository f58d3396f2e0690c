"""问责案件: the judgement of a delay as it was frozen, and each step after it; steps take INSERT only, but for words about a purged paper (Article 28)."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.overseeing import overseen
from accounts.roles import Right, units_of, units_where
from accounts.units import Unit
from circulars.deliveries import Delivery
from circulars.secrecycases import shut_circulars

LONGEST = 1000


class DelayCaseQuerySet(models.QuerySet["DelayCase"]):
    def for_person(self, user: Any) -> "DelayCaseQuerySet":
        """All of the area for the secretariat; for a leader those of the units that they lead. Of a paper that a secrecy case has shut, none."""
        own = Q(unit__in=units_where(user, Right.MANAGE_STAFF))
        if reported := overseen(user, Right.REPORT):
            own |= reported.of("delivery__rules__area")
        return self.filter(own).exclude(delivery__circular__in=shut_circulars())

    def unsettled(self) -> "DelayCaseQuerySet":
        return self.filter(state__in=[DelayCase.State.OPEN, DelayCase.State.STATED, DelayCase.State.APPEALED])


class DelayCase(models.Model):
    """That one unit is asked about one delay, by which facts, and how far that has come."""

    class State(models.TextChoices):
        OPEN = "open", "待单位陈述"
        STATED = "stated", "待决定"
        DECIDED = "decided", "已决定"
        APPEALED = "appealed", "申诉待复核"
        SETTLED = "settled", "已复核"

    # Who does not state anything in its time is decided on all the same. A decision against which nobody appeals stands; so does the second.
    MOVES = {
        State.OPEN: {State.STATED, State.DECIDED},
        State.STATED: {State.DECIDED},
        State.DECIDED: {State.APPEALED},
        State.APPEALED: {State.SETTLED},
    }

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="+", verbose_name="收文")
    round = models.PositiveSmallIntegerField("轮次")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    facts = models.JSONField("责任认定的事实")
    digest = models.CharField("事实摘要", max_length=64)
    state_until = models.DateField("陈述期限")
    appeal_until = models.DateTimeField(
        "申诉期限", null=True
    )  # none before the decision, nor while the calendar cannot say
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="立案人")
    opened_at = models.DateTimeField("立案时间")
    state = models.CharField("状态", max_length=10, choices=State.choices, db_default=State.OPEN)

    objects = DelayCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问责案件"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["delivery", "round"], name="delay_case_once")]
        indexes = [models.Index(fields=["unit", "-opened_at"], name="delay_case_unit")]

    def __str__(self) -> str:
        return f"问责 {self.pk} 号"

    @property
    def link(self) -> str:
        return reverse("reports:delay_case", args=[self.pk])

    def may_be_judged_by(self, user: Any) -> bool:
        """Whether the person is of the secretariat whose area's rule the paper went by, and not of the unit that is asked."""
        own = units_of(user)
        is_reported = overseen(user, Right.REPORT).covers(self.delivery.rules.area_id)
        return is_reported and self.unit_id not in own and self.unit.served_by_id not in own

    def may_be_decided(self, today: date) -> bool:
        """Whether the unit has said something, or its time to do so is over."""
        return self.state == self.State.STATED or (self.state == self.State.OPEN and self.state_until < today)

    def may_be_appealed(self, at: datetime) -> bool:
        return self.state == self.State.DECIDED and (self.appeal_until is None or at <= self.appeal_until)


class Outcome(models.TextChoices):
    """What was decided. The measures themselves are taken by who may take them."""

    NONE = "none", "不予问责"
    REMINDED = "reminded", "提醒谈话"
    CRITICISED = "criticised", "通报批评"
    REFERRED = "referred", "移送有权机关追责"


class AppealOutcome(models.TextChoices):
    UPHELD = "upheld", "维持原决定"
    CHANGED = "changed", "变更原决定"
    REVOKED = "revoked", "撤销原决定"


class CaseStep(models.Model):
    """Who did or said what in a case, once of each kind."""

    class Kind(models.TextChoices):
        OPENED = "opened", "立案"
        STATED = "stated", "单位陈述"
        DECIDED = "decided", "决定"
        APPEALED = "appealed", "申诉"
        SETTLED = "settled", "申诉复核"

    case = models.ForeignKey(DelayCase, models.PROTECT, related_name="steps", verbose_name="问责案件")
    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    outcome = models.CharField("结果", max_length=12, choices=[*Outcome.choices, *AppealOutcome.choices], blank=True)
    text = models.CharField("内容", max_length=LONGEST, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "问责经过"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "kind"], name="case_step_once")]

    def __str__(self) -> str:
        return f"{self.case}：{self.get_kind_display()}"
