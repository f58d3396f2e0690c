"""Texts that wait and that nobody needs any more are not sent: the unit has closed the circular, or the due time that they name is over (Article 21).

Whoever closes it withdraws them in the same act. What has waited until the due time is a matter for the telephone: a text that says by when to
sign would come too late to be true, and the list of whom to ring up has had the unit on it since ten minutes after the sending.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from circulars.deadlines import Urgency
from circulars.deliveries import Delivery
from circulars.notices import Notice
from circulars.registration import Circular
from circulars.urgecalls import key_prefix
from cms.textmessages import TextMessage, withdraw

CLOSED = "公文已经签收、退回或撤回，不再发送"
OVERDUE = "已过签收期限，不再发送，请打电话"


def hear_of_closing(sender: Any, delivery: Delivery, at: datetime, **rest: Any) -> None:
    """A unit has just signed for its circular or sent it back: its clerks get no text about it any more."""
    if delivery.urgency == Urgency.NORMAL:  # of such a one no text was written
        return
    urges = Q(key__startswith=f"{key_prefix(delivery.circular_id)}{delivery.pk}-")
    _withdraw(_about(delivery=delivery.pk) & _needless() | urges, why=CLOSED, at=at)


def withdraw_all(circular: Circular, *, why: str, at: datetime) -> None:
    """Nobody gets a text about the circular any more."""
    urges = Q(key__startswith=key_prefix(circular.pk))
    _withdraw(_about(delivery__circular=circular.pk) | urges, why=why, at=at)


def withdraw_needless(sender: Any = None, *, at: datetime, **rest: Any) -> None:
    """No notice is sent to a unit that has closed the circular by now, or whose due time is over."""
    _withdraw(_about() & _needless(), why=CLOSED, at=at)
    _withdraw(_about() & _needless(Q(delivery__due_at=None) | Q(delivery__due_at__gt=at)), why=OVERDUE, at=at)


def _about(**which: Any) -> Q:
    """The texts of notices of which nothing has been heard."""
    unheard = Notice.objects.filter(settled_at__isnull=True, text__isnull=False, **which)
    return Q(pk__in=unheard.values("text"))


def _needless(needed: Q | None = None) -> Q:
    """Those that no unit needs, of all that one telephone serves: in each the round is over, or it is not as ``needed``."""
    still = Notice.objects.filter(
        text=OuterRef("pk"),
        round=F("delivery__round"),
        delivery__signed_at=None,
        delivery__returned_at=None,
        delivery__recalled_at=None,
    )
    return ~Q(Exists(still.filter(needed) if needed else still))


def _withdraw(which: Q, *, why: str, at: datetime) -> None:
    withdraw(TextMessage.objects.filter(which), why=why, at=at)
