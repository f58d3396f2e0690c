"""Who answers for a late receipt: rule L, as one plain function (Articles 13 and 21).

The receiving unit does, unless it was relieved because of a fault, or the sender owed it a telephone call or a text message and did not
give one in time.
"""

from datetime import datetime, timedelta

from django.db import models

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


def liability(
    *,
    due_at: datetime,
    closed_at: datetime | None,
    as_of: datetime,
    window: timedelta,
    notified_at: datetime | None,
    notification_required: bool,
    relieved: bool = False,
    fault_unreported: bool = False,
) -> Liability:
    """Who answers for a receipt that is late, or still open, at ``as_of``.

    ``closed_at`` is when it was signed for or returned, ``notified_at`` the first call or message that got through. A call after the due
    time gives the unit its window anew; until that has run out the delay is the sender's.
    """
    ended_at = closed_at or as_of
    if (closed_at is not None and closed_at <= due_at) or (closed_at is None and as_of < due_at):
        return Liability.NOBODY
    if relieved:
        return Liability.RELIEVED
    if fault_unreported or not notification_required:
        return Liability.RECIPIENT
    if notified_at is None:
        return Liability.SENDER
    if notified_at < due_at or ended_at > notified_at + window:
        return Liability.RECIPIENT
    return Liability.SENDER
