"""办文环节: which of proposal, instruction, work and circulation a unit uses, as dated rows, so that no code says so (regulation art. 24(4), (5)).

A paper keeps the steps that were in force when its handling began. Our reading: a unit with divisions uses all of them until it
says otherwise, and a unit without any closes its papers with one press and lets them go round where it wants to.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from accounts.roles import Right, may
from accounts.units import Unit, UnitQuerySet
from circulars.deeds import Deed
from cms import ledger
from cms.lifecycles import OutOfOrder

MOST_AHEAD = 366  # days


@dataclass(frozen=True)
class Levels:
    """The steps that a unit uses."""

    proposal: bool
    instruction: bool
    work: bool
    circulation: bool = True

    @property
    def closes_at_once(self) -> bool:
        """Whether the unit's clerk closes a paper with one press."""
        return not (self.proposal or self.instruction or self.work)

    def __str__(self) -> str:
        used = (("拟办", self.proposal), ("批示", self.instruction), ("承办", self.work), ("传阅", self.circulation))
        return "、".join([word for word, is_used in used if is_used] + ["办结"])


class HandlingLevels(models.Model):
    """From which day on the unit uses these steps; rows are added and never changed."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    start_on = models.DateField("起用日期")
    proposal = models.BooleanField("拟办")
    instruction = models.BooleanField("批示")
    work = models.BooleanField("承办")
    circulation = models.BooleanField("传阅", db_default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="设定人")
    at = models.DateTimeField("设定时间")

    class Meta:
        verbose_name = "办文环节"
        verbose_name_plural = "办文环节"
        indexes = [models.Index(fields=["unit", "-start_on", "-id"], name="levels_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit} {self.start_on}起：{self.levels}"

    @property
    def levels(self) -> Levels:
        return Levels(self.proposal, self.instruction, self.work, self.circulation)


def divisions_of(unit: Unit) -> UnitQuerySet:
    """The unit's own divisions (科室) that stand."""
    own = Unit.objects.filter(path__startswith=unit.path, depth=unit.depth + 1, is_division=True)
    return own.standing().in_order()


def levels_of(unit: Unit, on: date) -> Levels:
    """The steps that the unit uses on this day."""
    rows = HandlingLevels.objects.filter(unit=unit, start_on__lte=on)
    if row := rows.order_by("-start_on", "-pk").first():
        return row.levels
    has_divisions = divisions_of(unit).exists()
    return Levels(has_divisions, has_divisions, has_divisions)


@transaction.atomic
def set_levels(unit: Unit, levels: Levels, *, start_on: date, by: Any, at: datetime) -> HandlingLevels:
    """From this day on the unit uses these steps; papers whose handling has begun go on as they began.

    Raises ``PermissionDenied`` for who neither handles the unit's papers nor instructs there, ``ValidationError`` for a day gone by or far
    ahead, and ``OutOfOrder`` when nothing would change.
    """
    if not (may(by, Right.HANDLE_INCOMING, unit.pk) or may(by, Right.INSTRUCT, unit.pk)):
        raise PermissionDenied(f"办文环节由“{unit}”的分管领导或者收发员设定。")
    days = (start_on - timezone.localdate(at)).days
    if not 0 <= days <= MOST_AHEAD:
        raise ValidationError({"start_on": "起用日期请填今天或者一年以内的某一天。"})
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if levels_of(unit, start_on) == levels:
        raise OutOfOrder(f"{unit}用的就是这些环节，没有改动。")
    row = HandlingLevels.objects.create(
        unit=unit,
        start_on=start_on,
        proposal=levels.proposal,
        instruction=levels.instruction,
        work=levels.work,
        circulation=levels.circulation,
        by=by,
        at=at,
    )
    facts = {"start_on": str(start_on), "levels": str(levels)}
    ledger.enter(Deed.HANDLING_LEVELS_SET, subject=ledger.subject_of(row), by=by, at=at, unit=unit.pk, facts=facts)
    return row
