"""The ladder of reminders (催办): when whom is reminded of a circular that is not signed for, as plain functions (Articles 20 and 22).

Nothing of it is stored but what was done. A due time that is settled later, or a new round with its own clock, therefore moves every rung.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models

from circulars.deadlines import Urgency, counts_working_days
from cms.rulebook import YANAN, RuleSet
from cms.workdays import ONE_DAY, ZONE, CalendarMissing, Office, local

# From this reminder after the due time on, the duty officer of the secretariat is told as well.
DUTY_OFFICER_FROM = 2
# Our reading: who did not stir for a day and a night is not stirred by the fiftieth message. From then on an urgent circular is called to
# mind once a day, days off included (docs/decisions/2026-11-27-the-ladder-of-reminders.md).
PRESSED_FOR = timedelta(days=1)


class Kind(models.TextChoices):
    """What made somebody or something remind a unit."""

    MANUAL = "manual", "人工催签"
    DUE_DAY = "due_day", "截止日提醒"
    BEFORE_CLOSE = "before_close", "截止前提醒"
    HALF_WAY = "half_way", "到期前提醒"
    DUE = "due", "到期催办"
    LATE = "late", "超时催办"


class Level(models.TextChoices):
    """How far up a reminder goes; whoever stands below is told as well."""

    CLERK = "clerk", "收发员"
    LEADER = "leader", "分管领导"
    DUTY_OFFICER = "duty_officer", "秘书科值班员"


@dataclass(frozen=True)
class Rung:
    """One reminder: what kind, for which moment it was due, and how far up it goes."""

    kind: Kind
    at: datetime
    level: Level


def rungs_due(
    urgency: str, sent_at: datetime, due_at: datetime, office: Office, rules: RuleSet = YANAN, *, now: datetime
) -> list[Rung]:
    """The reminders that must have been given by now.

    Before the due time that is the latest one, afterwards the report at the due time and the latest repetition: what an outage swallowed
    is made up for once. Where working days count, nothing falls due on a day off or on one that no calendar knows.
    """
    sent_at, due_at, now = local(sent_at), local(due_at), local(now)
    by_days = counts_working_days(urgency, rules)
    if by_days and not _is_worked(now.date(), office):
        return []
    if now <= due_at:
        ahead = _ahead_by_days(due_at, office, rules) if by_days else _ahead_urgent(urgency, sent_at, due_at, rules)
        passed = [rung for rung in ahead if sent_at < rung.at < due_at and rung.at <= now]
        return [max(passed, key=lambda rung: rung.at)] if passed else []
    late = _late_by_days(due_at, now, office, rules) if by_days else _late_urgent(urgency, sent_at, due_at, now, rules)
    return [Rung(Kind.DUE, due_at, Level.LEADER), *([late] if late else [])]


def _ahead_by_days(due_at: datetime, office: Office, rules: RuleSet) -> Iterator[Rung]:
    """In the morning of the due day, and so many office minutes before the due time."""
    yield Rung(Kind.DUE_DAY, _clock(due_at.date(), rules.remind_due_hour), Level.CLERK)
    if rules.remind_before_close_minutes:
        yield Rung(Kind.BEFORE_CLOSE, office.before_minutes(due_at, rules.remind_before_close_minutes), Level.CLERK)


def _ahead_urgent(urgency: str, sent_at: datetime, due_at: datetime, rules: RuleSet) -> Iterator[Rung]:
    """Sent in office hours when a part of the window is gone, off duty after so many minutes; by the wall clock."""
    if _went_out_off_duty(urgency, sent_at, due_at, rules):
        at = sent_at + timedelta(minutes=rules.remind_off_duty_minutes)
    else:
        at = sent_at + (due_at - sent_at) * rules.remind_urgent_percent / 100
    yield Rung(Kind.HALF_WAY, at, Level.CLERK)


def _late_by_days(due_at: datetime, now: datetime, office: Office, rules: RuleSet) -> Rung | None:
    """The latest morning of a working day after the due day."""
    day = now.date()
    if _clock(day, rules.remind_late_hour) > now:
        day -= ONE_DAY
    worked: list[date] = []
    while day > due_at.date() and len(worked) < DUTY_OFFICER_FROM:
        if _is_worked(day, office):
            worked.append(day)
        day -= ONE_DAY
    return _late(_clock(worked[0], rules.remind_late_hour), len(worked)) if worked else None


def _late_urgent(urgency: str, sent_at: datetime, due_at: datetime, now: datetime, rules: RuleSet) -> Rung | None:
    """The latest of the repetitions that follow the due time at even distances, by night and on holidays too; later one a day."""
    morning = _clock(now.date(), rules.remind_late_hour)
    morning -= ONE_DAY if morning > now else timedelta()
    if morning > due_at + PRESSED_FOR:
        return _late(morning, DUTY_OFFICER_FROM)
    now = min(now, due_at + PRESSED_FOR)
    off_duty = _went_out_off_duty(urgency, sent_at, due_at, rules)
    every = timedelta(minutes=rules.remind_off_duty_every_minutes if off_duty else rules.remind_urgent_every_minutes)
    times = (now - due_at) // every
    return _late(due_at + times * every, times) if times else None


def _late(at: datetime, times: int) -> Rung:
    return Rung(Kind.LATE, at, Level.DUTY_OFFICER if times >= DUTY_OFFICER_FROM else Level.LEADER)


def _went_out_off_duty(urgency: str, sent_at: datetime, due_at: datetime, rules: RuleSet) -> bool:
    """Told by the window that the circular was given, so that a calendar corrected since changes nothing."""
    at_once = rules.extra_at_once_minutes if urgency == Urgency.EXTRA_URGENT else rules.at_once_minutes
    return due_at - sent_at > timedelta(minutes=at_once)


def _clock(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def _is_worked(day: date, office: Office) -> bool:
    try:
        return office.is_working_day(day)
    except CalendarMissing:
        return False
