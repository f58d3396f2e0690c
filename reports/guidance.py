"""指导检查: who of the office went to which unit, what was seen there and what was agreed (Article 6); takes INSERT only."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.overseeing import area_overseen
from accounts.roles import Right, may, units_where
from accounts.units import Unit
from circulars.reasons import said_in
from cms import ledger
from cms.messages import tell
from reports.deeds import Deed
from reports.speaking import people_speaking

LONGEST_PERSONS, LONGEST = 100, 500


class GuidanceVisitQuerySet(models.QuerySet["GuidanceVisit"]):
    def for_person(self, user: Any) -> "GuidanceVisitQuerySet":
        """All of the area for who inspects; for a leader those to the units that they lead."""
        own = models.Q(unit__in=units_where(user, Right.MANAGE_STAFF))
        if may(user, Right.INSPECT):
            own |= models.Q(unit__area=area_overseen(user, Right.INSPECT))
        return self.filter(own)


class GuidanceVisit(models.Model):
    """One visit as it was written down; what was wrong in it is said by another one."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    visited_on = models.DateField("日期")
    persons = models.CharField("参加人员", max_length=LONGEST_PERSONS)
    seen = models.CharField("查看情况", max_length=LONGEST)
    agreed = models.CharField("商定事项", max_length=LONGEST, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")
    key = models.UUIDField("提交号", unique=True)

    objects = GuidanceVisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "指导检查"
        default_permissions = ()
        indexes = [models.Index(fields=["-visited_on", "-id"], name="guidance_newest")]

    def __str__(self) -> str:
        return f"{self.unit.short_name} {self.visited_on:%Y-%m-%d} 指导检查"


@dataclass(frozen=True)
class Visit:
    """What is written down of a visit."""

    unit: Unit
    visited_on: date
    persons: str
    seen: str
    agreed: str = ""


@transaction.atomic
def log_visit(visit: Visit, *, key: UUID, by: Any, at: datetime) -> GuidanceVisit:
    """The visit is on record, and the unit's clerks and leaders know what was agreed. The same ``key`` again is the same visit.

    Raises ``PermissionDenied`` without the right to inspect, and ``ValidationError`` for a unit of another area, a day to come, or missing words.
    """
    if not may(by, Right.INSPECT):
        raise PermissionDenied(f"指导检查由{visit.unit.area.secretariat}登记。")
    if visit.unit.area_id != area_overseen(by, Right.INSPECT).pk:
        raise ValidationError({"unit": "请选择本辖区的单位。"})
    if visit.visited_on > timezone.localdate(at):
        raise ValidationError({"visited_on": "日期不能晚于今天。"})
    words = {
        "persons": said_in(visit.persons, "persons", "请写明参加人员", longest=LONGEST_PERSONS),
        "seen": said_in(visit.seen, "seen", "请写明看了什么", longest=LONGEST),
        "agreed": said_in(visit.agreed, "agreed", "商定事项", longest=LONGEST, needed=False),
    }
    facts = {"unit": visit.unit, "visited_on": visit.visited_on, **words, "entered_by": by, "entered_at": at}
    made, is_new = GuidanceVisit.objects.get_or_create(key=key, defaults=facts)
    if is_new:
        ledger.enter(
            Deed.GUIDANCE_LOGGED,
            subject=ledger.subject_of(made),
            by=by,
            at=at,
            unit=visit.unit.pk,
            facts=facts_of(made),
        )
        text = f"秘书科 {visit.visited_on:%Y-%m-%d} 到本单位指导检查。商定：{words['agreed'] or '无'}"
        tell(
            people_speaking([visit.unit.pk]) - {by.pk},
            key=f"guidance:{made.pk}",
            text=text,
            link=reverse("reports:guidance"),
            at=at,
        )
    return made


def facts_of(visit: GuidanceVisit) -> dict[str, Any]:
    """What the ledger says of a visit."""
    words = {"persons": visit.persons, "seen": visit.seen, "agreed": visit.agreed}
    return {"visited_on": str(visit.visited_on), **words}
