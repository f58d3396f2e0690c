"""Signing for several ordinary papers with one press: each one opened and checked, each with its own receipt, entry and time (Article 20).

A batch saves presses, not checks: each paper is opened and ticked. What is urgent is signed for by itself. What somebody else has closed
meanwhile stays as it is, and is named.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError

from circulars.deadlines import Urgency
from circulars.deliveries import Delivery
from circulars.receipts import Signing
from cms.lifecycles import OutOfOrder

AT_ONCE = 50  # papers of one press
_NAMED = 10


@dataclass(frozen=True)
class Batch:
    """What one press came to: the papers that are signed for, and those that are not, each with the sentence why."""

    signed: tuple[Delivery, ...]
    left: tuple[tuple[Delivery, str], ...]


def key_of(batch: UUID, delivery: Delivery) -> UUID:
    """The key under which a paper is signed for by this press."""
    return uuid5(batch, str(delivery.pk))


def sign_batch(
    deliveries: Sequence[Delivery],
    *,
    key: UUID,
    by: Any,
    clock: Callable[[], datetime],
    signing: Signing | None = None,
) -> Batch:
    """Each of the papers, of which every point was checked, is signed for at its own moment (``clock``) by a key of its own; the same press counts once.

    The certificate that is open signs all receipts; once its token refuses, the rest are to be signed later. Raises ``ValidationError``, and
    nothing has changed, for none, for more than ``AT_ONCE``, for urgent papers and for such as nobody has opened; it names them.
    """
    if not deliveries:
        raise ValidationError("请逐件核对，勾选以后再签收。")
    refuse_too_many(len(deliveries))
    waiting = [delivery for delivery in deliveries if delivery.is_open]
    if urgent := [delivery for delivery in waiting if delivery.urgency != Urgency.NORMAL]:
        raise ValidationError(f"{names_of(urgent)}是紧急公文，不能批量签收，请打开后单独签收。")
    if unopened := [delivery for delivery in waiting if delivery.state != Delivery.State.OPENED]:
        raise ValidationError(f"{names_of(unopened)}还没有打开，请先打开核对，再签收。")
    signed, left = [], []
    for delivery in deliveries:
        opened = None if signing and signing[1].is_refused else signing
        points = {str(check) for check in delivery.checks()}
        try:
            delivery.sign_for(checked=points, key=key_of(key, delivery), by=by, at=clock(), signing=opened)
        except OutOfOrder as refused:
            left.append((delivery, str(refused)))
        else:
            signed.append(delivery)
    return Batch(tuple(signed), tuple(left))


def refuse_too_many(count: int) -> None:
    """Raises ``ValidationError`` beyond what one press takes."""
    if count > AT_ONCE:
        raise ValidationError(f"一次最多选 {AT_ONCE} 件，现在选了 {count} 件，请分几次办理。")


def names_of(deliveries: Sequence[Delivery]) -> str:
    """The numbers of the papers, the first ones where there are many."""
    more = f"等 {len(deliveries)} 件" if len(deliveries) > _NAMED else ""
    return "、".join(delivery.circular.number for delivery in deliveries[:_NAMED]) + more
