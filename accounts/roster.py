"""值班表: who of the secretariat answers for a day, by day, nights and holidays included (Articles 20 and 28).

A day without an entry is answered for by everybody who inspects. An entry may be changed until its day is over; what stood there before stays
in the ledger.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from accounts.deeds import Deed
from accounts.holders import holders_of
from accounts.overseeing import area_overseen, overseers
from accounts.people import User
from accounts.roles import Right, units_where
from cms import ledger
from cms.areas import Area


class RosterRefused(ValueError):
    """The roster cannot be like this; the sentence says what to do."""


class DutyDay(models.Model):
    """That one person answers for the secretariat of an area on one day, from midnight to midnight."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    day = models.DateField("日期")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="值班员")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="安排人")
    entered_at = models.DateTimeField("安排时间")

    class Meta:
        verbose_name = verbose_name_plural = "值班安排"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["area", "day"], name="one_on_duty_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.person}"


def on_duty(day: date, area: int) -> set[int]:
    """Primary keys of the people who answer for this day in the area: the one of its entry, else all who inspect; asked on that day.

    An entry whose person inspects no more, or whose account is closed, counts as none.
    """
    inspecting = overseers(Right.INSPECT, area)
    entered = set(DutyDay.objects.filter(area=area, day=day).values_list("person_id", flat=True))
    return entered & inspecting or inspecting


def colleagues(user: Any) -> models.QuerySet[User]:
    """Whom the person may put on the roster: those who inspect in the units for which they arrange it."""
    people = {person for person, _ in holders_of(Right.INSPECT, units_where(user, Right.ARRANGE_DUTY))}
    return User.objects.filter(pk__in=people).order_by("name", "pk")


@transaction.atomic
def arrange(changes: Mapping[date, User | None], *, by: Any, at: datetime) -> int:
    """Each of these days has its person, or nobody in particular; returns how many differ from before, with one ledger entry for all.

    Raises ``PermissionDenied`` without the right, and ``RosterRefused`` for a day that is over or a person who does not inspect there.
    """
    if not units_where(by, Right.ARRANGE_DUTY):
        raise PermissionDenied("您没有安排值班的职责。")
    area = Area.objects.select_for_update().get(  # a day without an entry has no row that could be held
        pk=area_overseen(by, Right.ARRANGE_DUTY).pk
    )
    today, may_serve = timezone.localdate(at), set(colleagues(by))
    for day, person in sorted(changes.items()):
        if day < today:
            raise RosterRefused(f"{day:%Y-%m-%d} 已经过去，不能再改。")
        if person is not None and person not in may_serve:
            raise RosterRefused(f"{person}不是本单位秘书科人员或值班员，不能排在 {day:%Y-%m-%d} 值班。")
    entered = DutyDay.objects.select_for_update().filter(area=area, day__in=changes).order_by("pk")
    before = dict(entered.values_list("day", "person_id"))
    wanted = {day: person.pk if person else None for day, person in changes.items()}
    differing = sorted(day for day, person in wanted.items() if before.get(day) != person)
    if not differing:
        return 0
    DutyDay.objects.filter(area=area, day__in=[day for day in differing if wanted[day] is None]).delete()
    DutyDay.objects.bulk_create(
        [
            DutyDay(area=area, day=day, person=person, entered_by=by, entered_at=at)
            for day in differing
            if (person := changes[day])
        ],
        update_conflicts=True,
        unique_fields=["area", "day"],
        update_fields=["person", "entered_by", "entered_at"],
    )
    facts = {f"{day}": {"before": before.get(day), "after": wanted[day]} for day in differing}
    ledger.enter(Deed.DUTY_ARRANGED, subject=DutyDay._meta.label_lower, by=by, at=at, facts={"days": facts})
    return len(differing)
