"""再次发送: a sender who insists begins a new round of a returned paper, with its own clock; the closed one is kept whole (Article 20)."""

import hashlib
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.holders import people_with
from accounts.roles import Right, may
from accounts.units import Unit
from circulars.amending import refuse_annulled
from circulars.clocks import Clock, clock_of
from circulars.deeds import Deed
from circulars.deliveries import Channel, Delivery, DeliveryRound
from circulars.deliveries.rounds import KEPT
from circulars.pages import about_paper
from circulars.recipients import Addressed, refuse_gone
from circulars.registration import Circular
from circulars.returns import LONGEST_REASON, given, locked
from circulars.sealing import refuse_broken
from circulars.terms import Term
from circulars.texting import text_clerks
from circulars.titles import quoted
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell

# What a round has gathered and the next one begins without.
_CLEARED: dict[str, Any] = {
    "delivered_at": None,
    "opened_at": None,
    "opened_by": None,
    "signed_at": None,
    "signed_by": None,
    "signing_key": None,
    "by_proxy": False,
    "taken_minutes": None,
    "notified_at": None,
    "unreachable_at": None,
    "returned_at": None,
    "returned_by": None,
    "return_code": "",
    "return_reason": "",
    "acknowledged_at": None,
    "acknowledged_by": None,
    "relief": "",
    "fault_unreported": False,
    "stopped_from": None,
    "stopped_until": None,
    "registered_at": None,
    "handled_at": None,
    "urges": 0,
    "urged_at": None,
}


def insist(delivery: Delivery, *, why: str, by: Any, at: datetime, off_hours_reason: str = "") -> Term:
    """The returned paper is on its way to the unit again, due by the rule in force now; the unit's clerks are told why.

    Raises ``PermissionDenied`` without the right to send, ``ValidationError`` without a reason, ``ReasonMissing`` for an ordinary circular
    off duty (Article 21), ``SealBroken`` while the seal does not stand (Article 4), and ``OutOfOrder`` when the return is not signed for, came
    to something already, or the circular was recalled or annulled.
    """
    if not may(by, Right.SEND, delivery.issuer_id):
        raise PermissionDenied(f"您没有“{delivery.circular.issuer_name}”的发送职责。")
    if delivery.circular.state == Circular.State.SENT:
        refuse_broken(delivery.circular, at=at)
    return _insist(delivery, why=why, by=by, at=at, off_hours_reason=off_hours_reason)


@transaction.atomic
def _insist(delivery: Delivery, *, why: str, by: Any, at: datetime, off_hours_reason: str) -> Term:
    why, off_hours_reason = given(why), off_hours_reason.strip()
    delivery = locked(delivery)
    circular = delivery.circular
    if circular.state != Circular.State.SENT:
        raise OutOfOrder(f"{circular.number} {circular.get_state_display()}，不能再次发送。")
    refuse_annulled(circular)
    refuse_gone(Unit.objects.filter(pk=delivery.unit_id), "不能再发给它，请补发给承接单位。")
    clock = clock_of(circular, at)
    clock.refuse_without(off_hours_reason)
    if clock.needs_reason:
        why = f"{why}（非工作时间发送：{off_hours_reason}）"
    if len(why) > LONGEST_REASON:
        raise ValidationError({"why": f"两项理由合起来不能超过 {LONGEST_REASON} 个字。"})
    _keep_round(delivery, why=why, by=by, at=at)
    _begin_round(delivery, clock, why=why, by=by)
    text_clerks(circular, circular.deliveries.filter(pk=delivery.pk), at=at)
    tell(
        people_with(Right.RECEIVE, delivery.unit_id),
        key=delivery.notice_key,
        text=f"{circular.issuer_name}再次发来 {circular.number}{quoted(circular.title)}，请核对后签收。理由：{why}",
        link=f"/received/{delivery.pk}/",
        about=about_paper(circular.page_id),
        at=at,
    )
    return clock.due


def _keep_round(delivery: Delivery, *, why: str, by: Any, at: datetime) -> None:
    """The round that ends stands as it was."""
    columns = [DeliveryRound._meta.get_field(name).attname for name in KEPT]  # type: ignore[union-attr]  # all are columns
    DeliveryRound.objects.create(
        delivery=delivery,
        **{column: getattr(delivery, column) for column in columns},
        insisted_at=at,
        insisted_by=by,
        insisted_why=why,
    )


def _begin_round(delivery: Delivery, clock: Clock, *, why: str, by: Any) -> None:
    """The row tells of the new round alone."""
    due, is_paper = clock.due, delivery.channel == Channel.PAPER
    terms = clock.for_role(Addressed.PRIMARY) | {"must_notify": False} if is_paper else clock.for_role(delivery.role)
    move(
        delivery,
        Delivery.State.SENT,
        Deed.DELIVERY_INSISTED,
        by=by,
        at=clock.at,
        circular=delivery.circular.uuid,
        unit=delivery.unit_id,
        facts={
            "round": delivery.round + 1,
            "why_digest": hashlib.sha256(why.encode()).hexdigest(),
            "due_at": terms["due_at"],
            "rule": due.rule,
            "rules": clock.rules.pk,
        },
        round=delivery.round + 1,
        sent_at=clock.at,
        rules=clock.rules,
        **terms,
        **_CLEARED,
    )
