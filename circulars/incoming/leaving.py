"""A return after registration: the entry is marked in the same act, and its number stays (Article 20)."""

from datetime import datetime
from typing import Any

from circulars.deliveries import Delivery
from circulars.incoming.record import Incoming


def hear_of_return(sender: Any, delivery: Delivery, at: datetime, **rest: Any) -> None:
    """A unit has just signed for its circular or sent it back; of what it sent back the entry says so.

    Raises ``OutOfOrder`` when the unit has handled it already: then nothing goes back.
    """
    if delivery.state != Delivery.State.RETURNED:
        return
    rows = Incoming.objects.exclude(state=Incoming.State.SENT_BACK).select_related("circular")
    if entry := rows.filter(delivery=delivery.pk).first():
        entry.send_back(by=delivery.returned_by, at=at)
