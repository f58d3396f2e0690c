"""本单位值班: who of a unit answers its telephone on a day, nights and holidays included (Article 18).

A day without an entry is answered for by the clerks. An entry may be changed until its day is over; what stood there before stays in the
ledger.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from accounts.deeds import Deed
from accounts.people import Post, User
from accounts.roles import Right, may
from accounts.roster import RosterRefused
from accounts.units import Unit
from cms import ledger


class UnitDutyDay(models.Model):
    """That one person of a unit answers for it on one day, from midnight to midnight."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    day = models.DateField("日期")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="值班人")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="安排人")
    entered_at = models.DateTimeField("安排时间")

    class Meta:
        verbose_name = verbose_name_plural = "单位值班安排"
        default_permissions = ()
        ordering = ["unit", "day"]
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="unit_duty_one_a_day")]

    def __str__(self) -> str:
        return f"{self.unit} {self.day} {self.person}"


def may_arrange_duty(user: Any, unit: Unit) -> bool:
    """Who leads the unit, and its clerks."""
    return may(user, Right.MANAGE_STAFF, unit.pk) or may(user, Right.RECEIVE, unit.pk)


def people_of(unit: Unit, on: date) -> models.QuerySet[User]:
    """Whom the roster may name: everybody in service at the unit."""
    here = Post.objects.in_force(on).filter(unit=unit).values("person")
    return User.objects.filter(pk__in=here, is_active=True).order_by("name", "pk")


def served_since(unit: Unit) -> date | None:
    """The first day on which anybody served the unit; before it nobody was there to be on duty."""
    first: date | None = Post.objects.filter(unit=unit).aggregate(first=models.Min("held_from"))["first"]
    return first


def on_duty_at(units: Collection[int], day: date) -> dict[int, User]:
    """Who is entered for the day, by unit, as long as they serve there; one question."""
    return {entry.unit_id: entry.person for entry in duty_entries(units, day)}


def duty_entries(units: Collection[int], day: date) -> models.QuerySet[UnitDutyDay]:
    """The entries themselves, with their people."""
    serving = Post.objects.in_force(day).filter(unit=models.OuterRef("unit"), person=models.OuterRef("person"))
    entries = UnitDutyDay.objects.filter(models.Exists(serving), unit__in=units, day=day, person__is_active=True)
    return entries.select_related("person")


@transaction.atomic
def arrange_unit_duty(unit: Unit, changes: Mapping[date, User | None], *, by: Any, at: datetime) -> int:
    """Each of these days has its person, or nobody in particular; returns how many differ from before, with one ledger entry for all.

    Raises ``PermissionDenied`` for who neither leads nor receives there and ``RosterRefused`` for a day that is over or a person of elsewhere.
    """
    if not may_arrange_duty(by, unit):
        raise PermissionDenied(f"“{unit}”的值班由本单位分管领导和收发员安排。")
    today = timezone.localdate(at)
    may_serve = set(people_of(unit, today))
    for day, person in sorted(changes.items()):
        if day < today:
            raise RosterRefused(f"{day:%Y-%m-%d} 已经过去，不能再改。")
        if person is not None and person not in may_serve:
            raise RosterRefused(f"{person}不在本单位任职，不能排在 {day:%Y-%m-%d} 值班。")
    Unit.objects.select_for_update().get(pk=unit.pk)
    before = dict(UnitDutyDay.objects.filter(unit=unit, day__in=changes).values_list("day", "person_id"))
    wanted = {day: person.pk if person else None for day, person in changes.items()}
    differing = sorted(day for day, person in wanted.items() if before.get(day) != person)
    if not differing:
        return 0
    UnitDutyDay.objects.filter(unit=unit, day__in=differing).delete()
    UnitDutyDay.objects.bulk_create(
        [
            UnitDutyDay(unit=unit, day=day, person=person, entered_by=by, entered_at=at)
            for day in differing
            if (person := changes[day])
        ]
    )
    facts = {f"{day}": {"before": before.get(day), "after": wanted[day]} for day in differing}
    subject = ledger.subject_of(unit)
    ledger.enter(Deed.UNIT_DUTY_ARRANGED, subject=subject, by=by, at=at, unit=unit.pk, facts={"days": facts})
    return len(differing)
