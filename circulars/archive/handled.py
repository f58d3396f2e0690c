"""Whether a unit has done with a paper: what it issued when it was sent, what it got when its register says so (2012 regulation art. 27)."""

from datetime import datetime
from typing import Any

from circulars.archive.holdings import Holding
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.incoming import Incoming
from cms.lifecycles import OutOfOrder, move


def refuse_unhandled(holding: Holding) -> None:
    """Raises ``OutOfOrder`` while the paper is not through."""
    delivery = holding.delivery
    if delivery is None:
        return
    if delivery.state != Delivery.State.SIGNED_FOR:
        raise OutOfOrder(f"本件{delivery.get_state_display()}，不在本单位手里，不能归档。")
    if delivery.handled_at is None:
        raise OutOfOrder("本件还没有办结。先在收文登记簿里登记、办结，再归档。")


def file_entry(holding: Holding, *, by: Any, at: datetime) -> None:
    """The unit's register says that the paper is filed; call it inside the filing's transaction."""
    if holding.delivery_id is None:
        return
    if entry := Incoming.objects.filter(delivery=holding.delivery_id, state=Incoming.State.HANDLED).first():
        unit, facts = holding.unit_id, holding.facts()
        move(entry, Incoming.State.FILED, Deed.INCOMING_FILED, by=by, at=at, unit=unit, facts=facts)
