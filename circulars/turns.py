"""Whose turn it is: one row for every seat at a step of the review, from its opening to its opinion (regulation arts. 20 to 22).

核稿 has one seat, 会签 one for each unit asked, 签发 one for each issuing body. The step is passed when every seat has agreed.
"""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.roles import Right, may, units_where
from accounts.standins import Place, places_taken
from accounts.units import Unit
from circulars.pages import CircularPage
from circulars.versions import Version


class Step(models.TextChoices):
    REVIEW = "review", "核稿"
    COUNTERSIGN = "countersign", "会签"
    APPROVE = "approve", "签发"
    RECHECK = "recheck", "复核"


# The steps that have seats, in their order.
PATH = (Step.REVIEW, Step.COUNTERSIGN, Step.APPROVE)
# Rights by which a seat may be taken.
SEAT_RIGHTS = (Right.REVIEW, Right.COUNTERSIGN, Right.APPROVE, Right.APPROVE_IMPORTANT)


class TurnQuerySet(models.QuerySet["Turn"]):
    def open(self) -> "TurnQuerySet":
        return self.filter(closed_at=None)

    def of_text(self, version: Version) -> "TurnQuerySet":
        """The seats of this version and of the approved one whose slips it mends: to those who decided they are one text."""
        return self.filter(version__in=[version.pk, version.corrects_id])

    def decided(self) -> "TurnQuerySet":
        return self.filter(decision__isnull=False)

    def in_hand(self, user: Any, on: Any = None) -> "TurnQuerySet":
        """The open seats that this person may take: ``refusal`` for many, as one query beside those for the stand-ins."""
        mine = Q(pk__in=[])
        for right in SEAT_RIGHTS:
            if units := units_where(user, right):
                mine |= Q(right=right, unit__in=units)
        turns = self.open().filter(mine).exclude(page__owner_id=user.pk)
        same_text = Q(version=OuterRef("version")) | Q(version=OuterRef("version__corrects"))
        decided = Turn.objects.decided().filter(same_text).exclude(step=OuterRef("step"))
        turns = turns.exclude(Exists(decided.filter(Q(decision__by=user.pk) | Q(decision__in_place_of=user.pk))))
        for place in _places(user, on):
            in_this_place = Q(unit=place.unit, right__in=place.rights)
            turns = turns.exclude(in_this_place & Q(page__owner_id=place.absent))
            spoken = decided.filter(Q(decision__by=place.absent) | Q(decision__in_place_of=place.absent))
            turns = turns.exclude(in_this_place & Exists(spoken))
        return turns


class Turn(models.Model):
    """One seat at one step of one version: which unit is asked, by which right, since when, and until when."""

    page = models.ForeignKey(CircularPage, models.PROTECT, related_name="turns", verbose_name="文稿")
    version = models.ForeignKey(Version, models.PROTECT, related_name="turns", verbose_name="送审稿")
    step = models.CharField("环节", max_length=12, choices=Step.choices)
    lap = models.PositiveSmallIntegerField("次数", default=1)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    right = models.CharField("所需职责", max_length=20)
    opened_at = models.DateTimeField("送来时间")
    warn_at = models.DateTimeField("提醒时间", null=True)
    due_at = models.DateTimeField("办理期限", null=True)
    warned_at = models.DateTimeField("已提醒", null=True)
    escalated_at = models.DateTimeField("已上报", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = "审签席位"
        verbose_name_plural = "审签席位"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "step", "unit"], condition=Q(closed_at=None), name="turn_open_once_per_unit"
            ),
            models.UniqueConstraint(fields=["version", "step", "lap", "unit"], name="turn_once_per_lap"),
        ]
        indexes = [
            models.Index(fields=["unit", "right"], name="turn_open_of_unit", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["due_at"], name="turn_open_due", condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_step_display()}"

    def is_late(self, now: datetime) -> bool:
        """Whether the limit of the step has passed and nobody has spoken."""
        return self.closed_at is None and self.due_at is not None and now > self.due_at

    def refusal(self, user: Any, on: Any = None) -> str:
        """Why this person may not take the seat; empty when they may."""
        name = Step(self.step).label
        if not may(user, Right(self.right), self.unit_id):
            return f"您没有“{self.unit}”的{Right(self.right).label}职责。"
        if self.page.owner_id == user.pk:
            return f"拟稿人不能办理自己文稿的{name}。"
        spoken = {
            person
            for pair in Turn.objects.of_text(self.version)
            .decided()
            .exclude(step=self.step)
            .values_list("decision__by", "decision__in_place_of")
            for person in pair
        }
        if user.pk in spoken:
            return "另一环节由您办理，这一环节须由另一人办理。"
        absent = acting_for(self, user, on)
        if absent is not None and absent == self.page.owner_id:
            return f"您代行的是拟稿人本人的职责，不能办理其文稿的{name}。"
        if absent is not None and absent in spoken:
            return "另一环节由您所代行的人办理，这一环节须由另一人办理。"
        return ""


def passed_steps(version: Version) -> list[Step]:
    """The steps that the text of this version has been through, in their order."""
    taken = set(Turn.objects.of_text(version).decided().values_list("step", flat=True))
    return [step for step in PATH if step in taken]


def acting_for(turn: Turn, user: Any, on: Any = None) -> int | None:
    """In whose place the person would take the seat; None in their own right."""
    for place in _places(user, on):
        if turn.unit_id == place.unit and turn.right in place.rights:
            return place.absent
    return None


def _places(user: Any, on: Any) -> list[Place]:
    if not user.is_authenticated:
        return []
    kept = getattr(user, "_places_taken", None)
    if kept is None:
        kept = user._places_taken = places_taken(user, on or timezone.localdate())
    return kept
