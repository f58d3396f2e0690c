"""登录提示: when a clerk last looked in at this desk, and by when somebody must look in again (Article 18).

What counts: docs/decisions/2026-11-22-what-counts-as-a-look-in.md. Opening a locked desk counts, since it is a sign-in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
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


@dataclass(frozen=True)
class LookIn:
    """The last look-in and the next that is due; ``due_at`` is None while the calendar cannot say, and where looks are counted by session."""

    at: datetime
    due_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Whether the time for the next one has passed."""
        return self.due_at is not None and now > self.due_at


def look_in(session: SessionBase, person: Any, at: datetime) -> None:
    """The person has looked in; the session remembers when, and by when to do so again. Whoever receives for no unit owes none."""
    last = last_look_in(session)
    if last is not None and timedelta(0) <= at - last.at < AT_MOST_EVERY:
        return
    units = units_where(person, Right.RECEIVE)
    if units:
        due_at = _due(Unit.objects.select_related("area").get(pk=min(units)), at)
        session[KEPT] = [at.isoformat(), due_at.isoformat() if due_at else None]


def last_look_in(session: SessionBase) -> LookIn | None:
    kept = session.get(KEPT)
    return LookIn(*(datetime.fromisoformat(moment) if moment else None for moment in kept)) if kept else None  # type: ignore[arg-type]


def _due(unit: Unit, at: datetime) -> datetime | None:
    try:
        rules = RuleVersion.objects.in_force(unit.area, at).rule_set
        return None if counts_looks(rules) else login_due(at, office_of(unit.area), rules).at
    except (CalendarMissing, NoRules):
        return None


@receiver(user_logged_in)
def _signed_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    look_in(request.session, user, timezone.now())
