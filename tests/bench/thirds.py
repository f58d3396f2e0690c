"""Deliveries to look at: a third signed for in time, a third too late, a third not at all."""

from collections.abc import Iterable
from uuid import uuid4

from accounts.units import Unit
from circulars.deliveries import Channel, Delivery
from circulars.recipients import Addressed
from circulars.registration import Circular
from tests.bench.register import Register
from tests.bench.stock import AFTER


def in_thirds(register: Register, circular: Circular, units: Iterable[Unit]) -> list[Delivery]:
    """A row, not saved yet, for each of the units, by turns one of each third."""
    sent_at, clerk = circular.sent_at, register.clerks[0]
    assert sent_at is not None
    due_at = sent_at + AFTER["due_at"]
    signed = [due_at - AFTER["opened_at"], due_at + AFTER["opened_at"], None]
    return [
        Delivery(
            circular=circular,
            unit=unit,
            unit_name=unit.short_name,
            issuer=register.office,
            role=Addressed.PRIMARY,
            channel=Channel.ELECTRONIC,
            urgency=circular.urgency,
            sent_at=sent_at,
            due_at=due_at,
            warn_at=sent_at + AFTER["warn_at"],
            delivered_at=sent_at,
            opened_at=sent_at,
            window_minutes=540,
            rules=register.rules,
            state=Delivery.State.SIGNED_FOR if signed_at else Delivery.State.OPENED,
            signed_at=signed_at,
            signed_by=clerk if signed_at else None,
            signing_key=uuid4() if signed_at else None,
            taken_minutes=100 if signed_at else None,
        )
        for unit, signed_at in ((unit, signed[place % 3]) for place, unit in enumerate(units))
    ]
