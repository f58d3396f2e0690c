"""任职条件申报: that who leads or receives for a unit meets the three conditions, said by the unit, and said again in its turn (Article 25).

A declaration is entered once and stays. What has run out is listed and reminded of; it takes no right away, for no paper may lie because a
form was late. Nobody declares for themselves (docs/decisions/2026-11-27-changes-of-staff-are-filed.md).
"""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.deeds import Deed
from accounts.people import Post
from accounts.roles import Role
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.ruleversions import RuleVersion

# The posts of which Articles 23 to 25 speak.
STAFF = (Role.LEADER, Role.CLERK)
# Days before the end at which the unit is reminded, each once; from the first on a declaration may be renewed.
REMINDERS = (30, 7, 1)


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def in_force(self, on: date) -> "DeclarationQuerySet":
        return self.filter(valid_until__gte=on)

    def newest(self) -> "DeclarationQuerySet":
        """Those that no later one of the same person for the same unit has followed."""
        later = Declaration.objects.filter(
            person=models.OuterRef("person"), unit=models.OuterRef("unit"), pk__gt=models.OuterRef("pk")
        )
        return self.exclude(models.Exists(later))

    def of_staff(self, on: date) -> "DeclarationQuerySet":
        """Those of people who hold such a post of that unit on this day."""
        held = Post.objects.in_force(on).filter(
            person=models.OuterRef("person"), unit=models.OuterRef("unit"), role__in=STAFF
        )
        return self.filter(models.Exists(held), person__is_active=True)


class Declaration(models.Model):
    """That one person meets the conditions for one unit, who said so and until which day (inclusive) it holds; takes INSERT only."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="declarations", verbose_name="人员"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    no_violation = models.BooleanField("无违法违纪记录")
    competent = models.BooleanField("能够胜任本职工作")
    on_staff = models.BooleanField("本单位在编在岗")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申报人")
    declared_at = models.DateTimeField("申报时间")
    valid_until = models.DateField("有效期至")

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职条件申报"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(no_violation=True, competent=True, on_staff=True), name="declaration_of_all_three"
            ),
            models.CheckConstraint(condition=~Q(declared_by=F("person")), name="declaration_by_another"),
        ]
        indexes = [
            models.Index(fields=["person", "unit", "valid_until"], name="declaration_person"),
            models.Index(fields=["valid_until"], name="declaration_end"),
        ]

    def __str__(self) -> str:
        return f"{self.person}的任职条件申报"

    def days_left(self, on: date) -> int:
        return (self.valid_until - on).days


class DeclarationRefused(OutOfOrder):
    """The conditions cannot be declared like this; the sentence says why."""


@transaction.atomic
def declare(
    person: Any, unit: Unit, *, no_violation: bool, competent: bool, on_staff: bool, by: Any, at: datetime
) -> Declaration:
    """The unit has said that its leader or clerk meets all three conditions; it holds for the months of the rule in force from this day.

    Raises ``PermissionDenied`` for who may not file changes of this person, ``DeclarationRefused`` when a condition is not met, for who
    holds no such post and as long as the last declaration needs no renewal.
    """
    from accounts.staffing import may_file

    if not may_file(by, unit, about={person.pk}):
        raise PermissionDenied(f"您不能为{person}申报任职条件：由本单位负责人申报，本人不能为自己申报。")
    today = timezone.localdate(at)
    if not Post.objects.in_force(today).filter(person=person, unit=unit, role__in=STAFF).exists():
        raise DeclarationRefused(f"{person}现在不是“{unit}”的分管领导或收发员，不需要申报。")
    if not (no_violation and competent and on_staff):
        raise DeclarationRefused("三项条件须全部符合才能申报；有一项不符合的，请报备离任。")
    Unit.objects.select_for_update().get(pk=unit.pk)
    last = Declaration.objects.filter(person=person, unit=unit).order_by("-pk").first()
    if last is not None and last.days_left(today) > REMINDERS[0]:
        raise DeclarationRefused(
            f"{person}的申报有效至 {last.valid_until:%Y-%m-%d}，到期前 {REMINDERS[0]} 天内再续报。"
        )
    return enter_declaration(person, unit, by=by, at=at)


def enter_declaration(person: Any, unit: Unit, *, by: Any, at: datetime) -> Declaration:
    """All three conditions are declared as of ``at``; call it inside the act that has checked who says so.

    Our reading: the rule sets no term, so the conditions are looked at again after some months, a number of the rule set.
    """
    months = RuleVersion.objects.in_force(unit.area, at).rule_set.declaration_months
    declaration = Declaration.objects.create(
        person=person,
        unit=unit,
        no_violation=True,
        competent=True,
        on_staff=True,
        declared_by=by,
        declared_at=at,
        valid_until=months_later(timezone.localdate(at), months),
    )
    ledger.enter(
        Deed.DECLARED,
        subject=ledger.subject_of(declaration),
        by=by,
        at=at,
        unit=unit.pk,
        facts={"person": person.pk, "valid_until": f"{declaration.valid_until}"},
    )
    return declaration


def declared(units: Collection[int], on: date) -> dict[tuple[int, int], date]:
    """(person, unit) → the last day of the declaration that holds on this day; one question for all of the units."""
    found = Declaration.objects.in_force(on).filter(unit__in=units).order_by("valid_until")
    return {(person, unit): until for person, unit, until in found.values_list("person_id", "unit_id", "valid_until")}


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
