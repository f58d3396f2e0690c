"""登录记录: who looked in for which unit when, and by when somebody must look in again (Article 18).

What counts: docs/decisions/2026-11-22-what-counts-as-a-look-in.md. Opening a locked desk counts, since it is a sign-in. The rows say who
was there; the session remembers what the head of the page says of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import models, transaction
from django.utils import timezone

from accounts.duty import login_due
from accounts.looks import counts_looks
from accounts.roles import Right, units_where
from accounts.units import Unit
from cms.offices import office_of
from cms.ruleversions import NoRules, RuleVersion
from cms.workdays import CalendarMissing

KEPT = "look_in"
AT_MOST_EVERY = timedelta(minutes=1)


# Three years, as long as the access log; the table itself refuses to lose a row of the last half year.
KEPT_FOR = timedelta(days=3 * 365)


class LookInQuerySet(models.QuerySet["LookIn"]):
    def between(self, starts_at: datetime, ends_at: datetime) -> "LookInQuerySet":
        """Those from one moment on, before another."""
        return self.filter(at__gte=starts_at, at__lt=ends_at)

    def begun_at(self) -> datetime | None:
        """The oldest that is kept; None where nobody has looked in yet."""
        return self.aggregate(first=models.Min("at"))["first"]


class LookIn(models.Model):
    """That a person was there for a unit in one minute; takes INSERT only, and DELETE once it is old."""

    at = models.DateTimeField("时间")  # the minute, without its seconds: gaps are counted in whole minutes
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="人员")

    objects = LookInQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登录记录"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["at", "unit", "person"], name="look_in_once_a_minute")]

    def __str__(self) -> str:
        return f"{self.unit} {self.person} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class LastLookIn:
    """The last look-in and the next that is due; ``due_at`` is None while the calendar cannot say, and where looks are counted by session."""

    at: datetime
    due_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Whether the time for the next one has passed."""
        return self.due_at is not None and now > self.due_at


def look_in(session: SessionBase, person: Any, at: datetime) -> None:
    """The person has looked in for every unit for which they receive; the session remembers when, and by when to do so again.

    Whoever receives for no unit owes none.
    """
    last = last_look_in(session)
    if last is not None and timedelta(0) <= at - last.at < AT_MOST_EVERY:
        return
    units = units_where(person, Right.RECEIVE)
    if units:
        _write_down(units, person, at)
        due_at = _due(Unit.objects.select_related("area").get(pk=min(units)), at)
        session[KEPT] = [at.isoformat(), due_at.isoformat() if due_at else None]


def sweep_look_ins(at: datetime) -> None:
    """What is older than its term is gone."""
    LookIn.objects.filter(at__lt=at - KEPT_FOR).delete()


def _write_down(units: Collection[int], person: Any, at: datetime) -> None:
    """One row for each unit; from two browsers of one person in the same minute one."""
    minute = at.replace(second=0, microsecond=0)
    with transaction.atomic():
        LookIn.objects.bulk_create(
            [LookIn(at=minute, unit_id=unit, person_id=person.pk) for unit in sorted(units)], ignore_conflicts=True
        )


def last_look_in(session: SessionBase) -> LastLookIn | None:
    kept = session.get(KEPT)
    return LastLookIn(*(datetime.fromisoformat(moment) if moment else None for moment in kept)) if kept else None  # type: ignore[arg-type]


def _due(unit: Unit, at: datetime) -> datetime | None:
    try:
        rules = RuleVersion.objects.in_force(unit.area, at).rule_set
        return None if counts_looks(rules) else login_due(at, office_of(unit.area), rules).at
    except (CalendarMissing, NoRules):
        return None


def look_in_at_sign_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    look_in(request.session, user, timezone.now())
