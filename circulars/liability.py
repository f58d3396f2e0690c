"""Who answers for a late receipt: rule L, once as a plain function and once as the same rule in the database (Articles 13, 21 and 24).

The receiving unit does, unless it was relieved because of a fault, or the sender owed it a telephone call or a text message and did not
give one in time; a unit that could not be told because no number on file works counts as told. A scene lays both side by side on rows nobody thought of.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from circulars.deadlines import Urgency


class Liability(models.TextChoices):
    """Who answers, in the order in which a list of late receipts names them."""

    RECIPIENT = "recipient", "接收单位"
    SENDER = "sender", "发送单位"
    RELIEVED = "relieved", "免责"
    NOBODY = "nobody", "无"


def notification_required(urgency: str, *, after_hours: bool) -> bool:
    """Whether the sender must call or text (Article 21).

    Our reading: always for 特急, for 加急 when it goes out off duty, never for a normal circular.
    """
    return urgency == Urgency.EXTRA_URGENT or (urgency == Urgency.URGENT and after_hours)


def told_at(*, reached_at: datetime, recorded_at: datetime, closed_at: datetime | None) -> datetime | None:
    """Since when a unit counts as told by an attempt that reached it; None where that came on record only after the unit closed its round.

    Who could enter a call afterwards could choose who answers.
    """
    return reached_at if closed_at is None or recorded_at < closed_at else None


def liability(
    *,
    due_at: datetime | None,
    closed_at: datetime | None,
    as_of: datetime,
    window: timedelta,
    notified_at: datetime | None,
    notification_required: bool,
    unreachable_at: datetime | None = None,
    relieved: bool = False,
    fault_unreported: bool = False,
) -> Liability:
    """Who answers for a receipt that is late, or still open, at ``as_of``; nobody while its due time is pending.

    ``closed_at`` is when it was signed for or returned, ``notified_at`` the first call or message that got through. A call after the due
    time gives the unit its window anew; until that has run out the delay is the sender's. ``unreachable_at`` is when it came on record
    that no number of the unit works: before the due time it is as good as a call, and no later call takes it back.
    """
    if due_at is None:
        return Liability.NOBODY
    ended_at = closed_at or as_of
    if (closed_at is not None and closed_at <= due_at) or (closed_at is None and as_of < due_at):
        return Liability.NOBODY
    if relieved:
        return Liability.RELIEVED
    if fault_unreported or not notification_required:
        return Liability.RECIPIENT
    if unreachable_at is not None and unreachable_at < due_at:
        return Liability.RECIPIENT
    if notified_at is None:
        return Liability.SENDER
    if notified_at < due_at or ended_at > notified_at + window:
        return Liability.RECIPIENT
    return Liability.SENDER


def liability_of(as_of: datetime) -> Case:
    """The same answer for each delivery of a query, from what was known of it at ``as_of``; a recalled one asks it of nobody.

    A relief counts whenever it was given, as it does in the month's figures. Never null.
    """
    return _judged(as_of, asked_of_nobody=Q(recalled_at__isnull=False), relieved=~Q(relief=""))


def liability_of_round(as_of: datetime) -> Case:
    """The same of closed rounds, each with ``was_granted``: whether a decision that stands beside it has relieved it."""
    return _judged(as_of, asked_of_nobody=Q(), relieved=~Q(relief="") | Q(was_granted=True))


def _judged(as_of: datetime, *, asked_of_nobody: Q, relieved: Q) -> Case:
    closed_at = closed_by(as_of)
    ended_at = Coalesce(closed_at, Value(as_of), output_field=models.DateTimeField())
    notified = Q(notified_at__lte=as_of)
    unreachable = Q(unreachable_at__lte=as_of, unreachable_at__lt=F("due_at"))
    in_time = Q(notified_at__lt=F("due_at"))
    window_over = Q(GreaterThan(ended_at, F("notified_at") + _Minutes(Coalesce("window_minutes", 0))))
    return Case(
        When(Q(due_at=None) | asked_of_nobody, then=Value(Liability.NOBODY)),
        When(Q(LessThanOrEqual(closed_at, F("due_at"))), then=Value(Liability.NOBODY)),
        When(~Q(signed_at__lte=as_of) & ~Q(returned_at__lte=as_of) & Q(due_at__gt=as_of), then=Value(Liability.NOBODY)),
        When(relieved, then=Value(Liability.RELIEVED)),
        When(Q(fault_unreported=True) | Q(must_notify=False), then=Value(Liability.RECIPIENT)),
        When(unreachable, then=Value(Liability.RECIPIENT)),
        When(notified & (in_time | window_over), then=Value(Liability.RECIPIENT)),
        default=Value(Liability.SENDER),
        output_field=models.CharField(),
    )


def closed_by(as_of: datetime) -> Case:
    """When a delivery was signed for or sent back unsigned, as known at ``as_of``; null for one still open then."""
    return Case(
        When(signed_at__lte=as_of, then=F("signed_at")),
        When(returned_at__lte=as_of, then=F("returned_at")),
        output_field=models.DateTimeField(null=True),
    )


class _Minutes(Func):
    """A count of minutes as a length of time, in the words of either engine."""

    output_field = models.DurationField()
    template = "(%(expressions)s * 60000000)"  # SQLite counts microseconds
    arity = 1

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s * interval '1 minute')", **context)
