"""What a unit does with a paper it has registered: proposal, instruction, work, result (Article 19; regulation art. 24(4)).

The unit alone sees these rows. Proposals and instructions are kept for good: a leader who thinks better of it adds another one.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.holders import people_with
from accounts.roles import Right, may
from accounts.units import Unit
from circulars.handling.levels import Levels
from circulars.incoming import Incoming

LONGEST = 500  # characters of an opinion, a reason or a result


class Handling(models.Model):
    """How far the handling of one paper has come, and by which steps it goes."""

    class State(models.TextChoices):
        TO_INSTRUCT = "to_instruct", "待批示"
        TO_ASSIGN = "to_assign", "待分办"
        IN_WORK = "in_work", "承办中"
        TO_CLOSE = "to_close", "待办结"
        FINISHED = "finished", "已办结"

    # A leader may name other divisions while they work, or none yet. What is finished is finished.
    MOVES = {
        State.TO_INSTRUCT: {State.TO_ASSIGN, State.IN_WORK, State.TO_CLOSE},
        State.TO_ASSIGN: {State.IN_WORK},
        State.IN_WORK: {State.TO_ASSIGN, State.FINISHED},
        State.TO_CLOSE: {State.FINISHED},
    }

    incoming = models.OneToOneField(
        Incoming, models.PROTECT, primary_key=True, related_name="handling", verbose_name="收文"
    )
    state = models.CharField("环节", max_length=12, choices=State.choices)
    uses_proposal = models.BooleanField("用拟办")
    uses_instruction = models.BooleanField("用批示")
    uses_work = models.BooleanField("用承办")
    uses_circulation = models.BooleanField("用传阅", db_default=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="开始人")
    opened_at = models.DateTimeField("开始时间")
    result = models.CharField("办理结果", max_length=LONGEST, blank=True, db_default="")
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办结人"
    )
    finished_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = "收文办理"
        verbose_name_plural = "收文办理"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="finished", finished_by__isnull=False, finished_at__isnull=False)
                | (~Q(state="finished") & Q(finished_by=None, finished_at=None)),
                name="handling_finished_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.incoming}的办理"

    @property
    def levels(self) -> Levels:
        return Levels(self.uses_proposal, self.uses_instruction, self.uses_work, self.uses_circulation)


class Opinion(models.Model):
    """What somebody proposed or a leader instructed, in their words; of several instructions the last one holds."""

    class Kind(models.TextChoices):
        PROPOSAL = "proposal", "拟办"
        INSTRUCTION = "instruction", "批示"

    handling = models.ForeignKey(Handling, models.PROTECT, related_name="opinions", verbose_name="收文办理")
    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    text = models.CharField("意见", max_length=LONGEST, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="人员")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "办理意见"
        verbose_name_plural = "办理意见"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.by}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open(self) -> "AssignmentQuerySet":
        return self.filter(state=Assignment.State.OPEN)

    def of_hand(self, user: Any, working: Any) -> "AssignmentQuerySet":
        """What is this person's by name, or the matter of anybody at the places (``working``) for which the person does work."""
        return self.filter(Q(person=user.pk) | Q(person=None), unit__in=working)

    def seen(self) -> "AssignmentQuerySet":
        """Those that let their people see the paper: what they work on or have worked on, not what went to others."""
        return self.filter(state__in=(Assignment.State.OPEN, Assignment.State.DONE))


class Assignment(models.Model):
    """That a division, or one person of it, works on a paper, leading (主办) or assisting (协办), by when, and what came of it."""

    class Part(models.TextChoices):
        LEAD = "lead", "主办"
        ASSIST = "assist", "协办"

    class State(models.TextChoices):
        PROPOSED = "proposed", "拟派"
        OPEN = "open", "在办"
        DONE = "done", "已办"
        PASSED_ON = "passed_on", "已转办"
        REPLACED = "replaced", "已改派"

    # What was proposed stays on record as proposed: what the leader orders of it is given anew.
    MOVES = {
        State.OPEN: {State.DONE, State.PASSED_ON, State.REPLACED},
    }

    handling = models.ForeignKey(Handling, models.PROTECT, related_name="assignments", verbose_name="收文办理")
    part = models.CharField("主协办", max_length=8, choices=Part.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="承办科室")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="承办人"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="交办人")
    given_at = models.DateTimeField("交办时间")
    due_at = models.DateTimeField("办理期限", null=True)
    warn_at = models.DateTimeField("将超期起", null=True)
    warned_at = models.DateTimeField("提醒时间", null=True)
    late_told_at = models.DateTimeField("超期告知时间", null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办毕人"
    )
    ended_at = models.DateTimeField("办毕时间", null=True)
    note = models.CharField("协办意见或转办理由", max_length=LONGEST, blank=True, db_default="")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "承办"
        verbose_name_plural = "承办"
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["handling"], condition=Q(part="lead", state="open"), name="one_lead_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["handling", "unit"], condition=Q(part="assist", state="open"), name="assists_once"
            ),
        ]
        indexes = [
            models.Index(fields=["warn_at"], name="assignment_open", condition=Q(state="open")),
            models.Index(fields=["unit", "state"], name="assignment_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.whose}"

    @property
    def whose(self) -> str:
        """The division, and its person where one is named."""
        return f"{self.unit}{self.person}" if self.person else str(self.unit)

    @property
    def hands(self) -> set[int]:
        """Primary keys of the people who may do it now."""
        able = people_with(Right.DO_WORK, self.unit_id)
        return able & {self.person_id} if self.person_id else able

    def is_for(self, user: Any) -> bool:
        return may(user, Right.DO_WORK, self.unit_id) and self.person_id in (None, user.pk)

    def is_late(self, now: datetime) -> bool:
        """Whether it is open, or was done, after its limit."""
        return self.due_at is not None and (self.ended_at or now) > self.due_at

    def is_soon(self, now: datetime) -> bool:
        return self.warn_at is not None and self.warn_at <= now and not self.is_late(now)
