"""单位变动: what was done to a unit, from which day, on which ground and by whom; one row for each change, for good (Articles 2, 7, 12 and 15)."""

import unicodedata
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone

from accounts.deeds import Deed
from accounts.roles import Right, may
from accounts.units import Unit
from cms import ledger
from cms.tables import UNSEEN

LONGEST_GROUND = 100


class UnitChange(models.Model):
    """One change of one unit; takes INSERT only."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", "更名"
        MERGED = "merged", "合并"
        DISSOLVED = "dissolved", "撤销"
        CLOSED = "closed", "注销"
        MOVED = "moved", "调整隶属"
        SERVED = "served", "调整代管"
        PAYER = "payer", "调整费用承担"
        CONNECTED = "connected", "接入"
        OPENED = "opened", "设立科室"
        ENTERED = "entered", "列入名册"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="changes", verbose_name="单位")
    kind = models.CharField("事项", max_length=12, choices=Kind.choices)
    on_day = models.DateField("生效日期")
    ground = models.CharField("依据", max_length=LONGEST_GROUND)
    was = models.CharField("原为", max_length=160, blank=True)
    became = models.CharField("改为", max_length=160, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办理人"
    )
    made_at = models.DateTimeField("办理时间")

    class Meta:
        verbose_name = verbose_name_plural = "单位变动"
        default_permissions = ()
        ordering = ["-made_at", "-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(ground__gt=""), name="unit_change_has_ground")]

    def __str__(self) -> str:
        return f"{self.unit}{self.get_kind_display()}"


_DEEDS = {
    UnitChange.Kind.RENAMED: Deed.UNIT_RENAMED,
    UnitChange.Kind.MERGED: Deed.UNIT_MERGED,
    UnitChange.Kind.DISSOLVED: Deed.UNIT_DISSOLVED,
    UnitChange.Kind.CLOSED: Deed.UNIT_CLOSED,
    UnitChange.Kind.MOVED: Deed.UNIT_MOVED,
    UnitChange.Kind.SERVED: Deed.UNIT_SERVED,
    UnitChange.Kind.PAYER: Deed.UNIT_PAYER,
    UnitChange.Kind.CONNECTED: Deed.UNIT_CONNECTED,
    UnitChange.Kind.OPENED: Deed.DIVISION_OPENED,
    UnitChange.Kind.ENTERED: Deed.UNIT_ENTERED,
}


def record(
    unit: Unit,
    kind: UnitChange.Kind,
    *,
    on_day: date,
    ground: str,
    was: str = "",
    became: str = "",
    by: Any,
    at: datetime,
    is_entered: bool = False,
) -> UnitChange:
    """The change is on record, and in the ledger unless ``move`` has entered it there already (``is_entered``)."""
    change = UnitChange.objects.create(
        unit=unit, kind=kind, on_day=on_day, ground=ground, was=was, became=became, made_by=by, made_at=at
    )
    if not is_entered:
        facts = {"on_day": on_day, "ground": ground, "was": was, "became": became}
        ledger.enter(_DEEDS[kind], subject=ledger.subject_of(unit), by=by, at=at, unit=unit.pk, facts=facts)
    return change


def refuse_stranger(by: Any, unit: Unit | None = None) -> None:
    """Raises ``PermissionDenied`` for who is not of the network office; a division's body looks after it as well."""
    if may(by, Right.MANAGE_UNITS):
        return
    if unit is not None and unit.is_division and may(by, Right.MANAGE_STAFF, unit.get_parent().pk):
        return
    raise PermissionDenied("单位的更名、合并、撤销和接入由市网信办办理。")


def checked_ground(ground: str) -> str:
    """The paper on which a change rests, in one line; raises ``ValidationError`` without one."""
    return checked_text(ground, "ground", "依据（文号或者单位来函）", LONGEST_GROUND)


def checked_text(text: str, field: str, label: str, most: int) -> str:
    """The text without blanks around it; raises ``ValidationError`` on ``field`` for an empty or long one or with unseen characters."""
    text = text.strip()
    if not text:
        raise ValidationError({field: f"请填写{label}。"})
    if len(text) > most:
        raise ValidationError({field: f"{label}不能超过 {most} 个字。"})
    if has_unseen(text):
        raise ValidationError({field: f"{label}里有换行或者看不见的字符，请删去。"})
    return text


def has_unseen(text: str) -> bool:
    """Whether a character is in it that nobody sees."""
    return any(unicodedata.category(character) in UNSEEN for character in text)


def checked_day(day: date, at: datetime) -> date:
    """The day from which a change counts; raises ``ValidationError`` for one still to come: it is entered when it has come."""
    if day > timezone.localdate(at):
        raise ValidationError({"on_day": "生效日期还没有到，请到那一天再办理。"})
    return day
