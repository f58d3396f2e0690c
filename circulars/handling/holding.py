"""Every act upon a paper in the unit's hands begins and ends here: the paper is held, and says afterwards how far it is (regulation art. 24)."""

from datetime import datetime
from typing import Any

from circulars.circulation.record import Circulation
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.handling.record import Handling
from circulars.incoming import Incoming, Kind
from circulars.pages import about_paper
from circulars.registration import Circular
from circulars.secrecycases import refuse_blocked
from circulars.titles import quoted
from cms.lifecycles import OutOfOrder, move


def held(pk: int) -> Incoming:
    """The paper, for this transaction alone, in the unit's hands.

    The delivery is locked first, as whoever returns or recalls it locks it. Raises ``OutOfOrder`` for a paper that was handled, sent back,
    recalled or blocked.
    """
    delivery = Incoming.objects.values_list("delivery", flat=True).get(pk=pk)
    if delivery:
        Delivery.objects.select_for_update(of=("self",)).get(pk=delivery)
    incoming = Incoming.objects.select_related("unit__area").select_for_update(of=("self",)).get(pk=pk)
    if incoming.circular:
        refuse_blocked(incoming.circular.page)
        if incoming.circular.state == Circular.State.RECALLED:
            raise OutOfOrder("本件已由发文单位撤回，不用再办。")
    if not incoming.is_open:
        raise OutOfOrder(f"{incoming}{incoming.get_state_display()}，不能再办理。")
    return incoming


def handling_of(incoming: Incoming) -> Handling | None:
    """How far the unit has come with it; None before the first step."""
    return Handling.objects.filter(incoming=incoming).first()


def settle(incoming: Incoming, *, by: Any, at: datetime) -> None:
    """The paper is in handling, in circulation, or, with both done, handled; of the last its sender sees the time and no more."""
    to = _standing(incoming)
    if to == incoming.state:
        return
    if to == Incoming.State.HANDLED:
        incoming.step(to, Deed.INCOMING_HANDLED, by=by, at=at)
        return
    deed = Deed.HANDLING_BEGUN if to == Incoming.State.IN_HANDLING else Deed.PUT_INTO_CIRCULATION
    # Not under the circular: what a unit does inside is no part of the sender's evidence.
    move(incoming, to, deed, by=by, at=at, unit=incoming.unit_id)


def _standing(incoming: Incoming) -> str:
    if Circulation.objects.filter(incoming=incoming, ended_at=None).exists():
        return Incoming.State.CIRCULATING
    handling = handling_of(incoming)
    is_done = handling.state == Handling.State.FINISHED if handling else incoming.kind == Kind.INFORMATION
    return Incoming.State.HANDLED if is_done else Incoming.State.IN_HANDLING


def about(incoming: Incoming) -> str:
    """How a message says of which paper it speaks; empty for mail from outside, which nobody blocks."""
    return about_paper(incoming.circular.page_id) if incoming.circular else ""


def called(incoming: Incoming) -> str:
    """The paper as a message names it."""
    return f"{incoming}{quoted(incoming.title)}"
