"""初审不合格: what goes back is marked in the book in the same act, and its number stays (Article 20; 2012 regulation art. 24(3))."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.roles import Right, may
from circulars.deliveries import Delivery
from circulars.incoming.entering import enter
from circulars.incoming.record import Incoming
from circulars.reasons import refuse_marks
from cms.lifecycles import OutOfOrder

LONGEST_WHY = 300


def hear_of_return(sender: Any, delivery: Delivery, at: datetime, **rest: Any) -> None:
    """A unit has just signed for its circular or sent it back; of what it sent back the entry says so.

    Raises ``OutOfOrder`` when the unit has handled it already: then nothing goes back.
    """
    if delivery.state != Delivery.State.RETURNED:
        return
    rows = Incoming.objects.standing().select_related("circular")
    if entry := rows.filter(delivery=delivery.pk).first():
        entry.send_back(by=delivery.returned_by, at=at)


@transaction.atomic
def enter_failed(delivery: Delivery, *, code: str, reason: str, by: Any, at: datetime, **given: Any) -> Incoming:
    """The delivery is registered and goes back to its sender at once; raises what ``enter`` and ``Delivery.send_back`` raise."""
    entry = enter(delivery, by=by, at=at, **given)
    Delivery.objects.select_related("circular").get(pk=delivery.pk).send_back(code=code, reason=reason, by=by, at=at)
    entry.refresh_from_db()
    return entry


def send_back_outside(entry: Incoming, why: str, *, by: Any, at: datetime) -> None:
    """A paper from outside the system went back to its sender by the way it came; the entry says why.

    Raises ``PermissionDenied`` for who does not register for the unit, ``ValidationError`` without a reason, ``Marked`` for a mark of secrecy
    and ``OutOfOrder`` for a circular of this system or what is finished.
    """
    if not may(by, Right.HANDLE_INCOMING, entry.unit_id):
        raise PermissionDenied("只有本单位的收发员可以登记退回。")
    if entry.delivery_id:
        raise OutOfOrder("系统内的公文请在公文页面办理退回。")
    why = " ".join(why.split())
    if not why or len(why) > LONGEST_WHY:
        raise ValidationError({"why": f"请写明退回原因，不超过 {LONGEST_WHY} 个字。"})
    refuse_marks(why)
    entry.send_back(why, by=by, at=at)
