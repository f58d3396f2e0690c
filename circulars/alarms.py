"""The alarm of a desk: how many papers wait, how urgent the most urgent is, and what has come since the clerk last looked (Articles 18 and 22).

Numbers only, from one query: a desk asks several times a minute, locked or not.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from accounts.roles import Right, units_where
from circulars.access import received_by
from circulars.deadlines import Urgency
from circulars.deliveries.questions import counts_of_standing
from cms.wording import SEVERAL, Worded

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_STANDINGS = ("waiting", "nearly_due", "overdue", "urged")
_COUNTED = (*_STANDINGS, "urgent", "extra", "fresh", "fresh_urgent", "fresh_extra")
_LATEST = 10**16  # microseconds; the year 2286


@dataclass(frozen=True)
class Alarm:
    """``waiting``, ``nearly_due``, ``overdue`` and ``urged`` are what the lists show; the rest is about what the person may sign for."""

    waiting: int
    nearly_due: int
    overdue: int
    urged: int
    urgency: Urgency
    newest: int
    fresh: int
    fresh_urgency: Urgency
    fresh_of_urgency: int

    @property
    def open(self) -> int:
        return self.waiting + self.nearly_due + self.overdue


def mark(at: datetime | None) -> int:
    """A moment as a whole number that grows with it: what a browser remembers of the newest it has shown."""
    return 0 if at is None else (at - _EPOCH) // timedelta(microseconds=1)


def moment_of(said: str) -> datetime | None:
    """The moment of such a number; None for anything else."""
    if not (said.isascii() and said.isdigit() and len(said) <= 16 and int(said) < _LATEST):
        return None
    return _EPOCH + timedelta(microseconds=int(said))


def _of_units(units: Collection[int], now: datetime, since: datetime) -> QuerySet[Any, Any]:
    urgent, extra, fresh = Q(urgency=Urgency.URGENT), Q(urgency=Urgency.EXTRA_URGENT), Q(sent_at__gt=since)
    counts = {
        **counts_of_standing(now),
        "urgent": Count("pk", filter=urgent),
        "extra": Count("pk", filter=extra),
        "fresh": Count("pk", filter=fresh),
        "fresh_urgent": Count("pk", filter=fresh & urgent),
        "fresh_extra": Count("pk", filter=fresh & extra),
    }
    rows = received_by(units).open().order_by().values("unit_id").annotate(newest=Max("sent_at"), **counts)
    return rows.values_list("unit_id", "newest", *counts)


_OF_UNITS = Worded(_of_units, units=SEVERAL, now=_EPOCH, since=_EPOCH + timedelta(seconds=1))


def alarm_for(user: Any, now: datetime, *, since: datetime | None) -> Alarm:
    """What waits for the units of this person, and what of it came after ``since``; nothing counts as new when that is not known."""
    found = Counter[str]()
    newest = None
    to_sign = units_where(user, Right.RECEIVE)
    for unit, latest, *counted in _OF_UNITS.ask(units=units_where(user, Right.READ), now=now, since=since or _NEVER):
        newest = max(latest, newest or latest)
        counts = dict(zip(_COUNTED, counted, strict=True))
        found.update(counts if unit in to_sign else {name: counts[name] for name in _STANDINGS})
    urgency = _highest(found["urgent"], found["extra"])
    fresh_urgency = _highest(found["fresh_urgent"], found["fresh_extra"])
    return Alarm(
        waiting=found["waiting"],
        nearly_due=found["nearly_due"],
        overdue=found["overdue"],
        urged=found["urged"],
        urgency=urgency,
        newest=mark(newest),
        fresh=found["fresh"],
        fresh_urgency=fresh_urgency,
        fresh_of_urgency={
            Urgency.NORMAL: 0,
            Urgency.URGENT: found["fresh_urgent"],
            Urgency.EXTRA_URGENT: found["fresh_extra"],
        }[fresh_urgency],
    )


def _highest(urgent: int, extra: int) -> Urgency:
    if extra:
        return Urgency.EXTRA_URGENT
    return Urgency.URGENT if urgent else Urgency.NORMAL
