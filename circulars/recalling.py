"""撤回: a circular is taken back from everybody while nobody has signed for it; its number stays taken (Article 20).

What somebody has signed for, or has on paper, is not taken back: it is corrected or annulled by a notice (``circulars.amending``).
"""

import hashlib
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from accounts.holders import holders_of
from accounts.roles import Right, may
from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryRound
from circulars.pages import about_paper
from circulars.papercopies import PaperCopy
from circulars.reasons import refuse_marks
from circulars.registration import Circular
from circulars.secrecycases import refuse_blocked
from circulars.titles import quoted
from circulars.unsenttexts import CLOSED, withdraw_all
from cms.lifecycles import OutOfOrder, move, move_all
from cms.messages import Message

LONGEST_REASON = 300


class NotRecallable(OutOfOrder):
    """Somebody holds the circular for good; the sentence says who, and what to do instead."""


@transaction.atomic
def recall(circular: Circular, *, reason: str, by: Any, at: datetime) -> int:
    """The circular and every open delivery of it are recalled, and the clerks know why; returns how many deliveries.

    A unit that signs at the same moment comes first or too late, never half. Raises ``PermissionDenied`` without the right to send,
    ``ValidationError`` without a reason, ``NotRecallable`` once somebody has signed or has a copy on paper, and ``OutOfOrder`` when the
    circular was not sent or is recalled already.
    """
    if not may(by, Right.SEND, circular.issuer_id):
        raise PermissionDenied(f"您没有“{circular.issuer_name}”的发送职责，不能撤回。")
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": f"请写明撤回理由，不超过 {LONGEST_REASON} 个字。"})
    refuse_marks(reason)
    refuse_blocked(circular.page)
    Circular.objects.select_for_update(of=("self",)).get(pk=circular.pk)
    # Locked in one order before anything is asked of them: who signs or hands over now waits, and finds what became of it.
    list(circular.deliveries.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    if hindrance := hindrance_to_recall(circular):
        raise NotRecallable(hindrance)
    digest = {"reason_digest": hashlib.sha256(reason.encode()).hexdigest()}
    move(
        circular,
        Circular.State.RECALLED,
        Deed.CIRCULAR_RECALLED,
        by=by,
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts={"number": circular.number, **digest},
        recalled_at=at,
        recalled_by=by,
        recall_reason=reason,
    )
    open_ones = circular.deliveries.open()
    delivery_of = {unit: (pk, key) for unit, pk, key in _electronic(open_ones)}
    recalled = move_all(
        open_ones,
        Delivery.State.RECALLED,
        Deed.DELIVERIES_RECALLED,
        by=by,
        at=at,
        circular=circular.uuid,
        facts=digest,
        recalled_at=at,
    )
    withdraw_all(circular, why=CLOSED, at=at)
    _tell(circular, delivery_of, at)
    return recalled


def hindrance_to_recall(circular: Circular) -> str:
    """Why the circular cannot be recalled any more, with what to do instead; empty while it can."""
    once = DeliveryRound.objects.filter(delivery=OuterRef("pk"), signed_at__isnull=False)
    on_paper = PaperCopy.objects.handed_over().filter(delivery=OuterRef("pk"))
    rows = circular.deliveries.alias(has_paper=Exists(on_paper)).annotate(signed_once=Exists(once))
    held = rows.filter(Q(signed_at__isnull=False) | Q(signed_once=True) | Q(has_paper=True))
    first = held.order_by(F("signed_at").asc(nulls_last=True), "-signed_once", "paper_copy__delivered_at").first()
    if first is None:
        return ""
    instead = "不能撤回。要改正的，请发更正通知或者作废通知。"
    if first.signed_at is not None or first.signed_once:
        return f"{first.unit_name}已经签收，{instead}"
    return f"{first.unit_name}的纸质件已经送达，{instead}"


def _electronic(rows: Any) -> list[tuple[int, int, str]]:
    return [(row.unit_id, row.pk, row.notice_key) for row in rows.electronic().only("unit_id", "round")]


def _tell(circular: Circular, delivery_of: dict[int, tuple[int, str]], at: datetime) -> None:
    """The clerks of the units, and whoever was told of the circular there and serves there no more."""
    told = {(person, unit) for person, unit in holders_of(Right.RECEIVE, delivery_of)}
    unit_of = {key: unit for unit, (_, key) in delivery_of.items()}
    announced = Message.objects.filter(key__in=unit_of).values_list("person", "key")
    told |= {(person, unit_of[key]) for person, key in announced}
    text = f"{circular.issuer_name}已撤回 {circular.number}{quoted(circular.title)}：{circular.recall_reason}"[:500]
    Message.objects.bulk_create(
        [
            Message(
                person_id=person,
                key=f"recalled:{delivery_of[unit][0]}",
                text=text,
                link=f"/received/{delivery_of[unit][0]}/",
                about=about_paper(circular.page_id),
                sent_at=at,
            )
            for person, unit in sorted(told)
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
