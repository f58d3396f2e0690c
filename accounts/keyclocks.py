"""The clocks of key service: by when a new key, a renewal or a back-up is due (Articles 14 and 17)."""

from datetime import datetime

from cms.areas import Area
from cms.limits import limit_due
from cms.offices import office_of
from cms.ruleversions import RuleVersion
from cms.workdays import CalendarMissing

REISSUE, RENEWAL, BACKUP = "key_reissue", "renewal_completion", "backup_completion"


def due(kind: str, area: Area, start: datetime) -> datetime | None:
    """By when it is due under the rules of the start; None while the year's calendar is not loaded, since no work waits for a calendar."""
    rules = RuleVersion.objects.in_force(area, start).rule_set
    try:
        return limit_due(kind, start, office_of(area), rules).at
    except CalendarMissing:
        return None


def days_late(due_at: datetime | None, ended_at: datetime) -> int:
    """Days of the calendar past the due time, one that has begun counted whole; 0 in time and while the due time is unknown."""
    if due_at is None or ended_at <= due_at:
        return 0
    whole, rest = divmod((ended_at - due_at).total_seconds(), 24 * 60 * 60)
    return int(whole) + bool(rest)
