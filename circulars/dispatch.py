"""The act of sending: one transaction that checks the digest, makes every delivery, and queues the notices (Articles 20 to 22).

Next: ``circulars/deliveries``, where each unit's part begins.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django_q.tasks import async_task

from accounts.holders import holders_of
from accounts.roles import Right, may
from accounts.units import Unit
from circulars.amending import record_amendments, refuse_missing_holders
from circulars.clocks import NotSendable, clock_of
from circulars.deadlines import Urgency
from circulars.deeds import Deed
from circulars.deliveries import Delivery, notice_key
from circulars.fanout import fan_out, owe_paper
from circulars.pages import CircularPage, about_paper
from circulars.reasons import refuse_marks
from circulars.recipients import refuse_gone
from circulars.registration import Circular, listing_digest, refuse_damaged
from circulars.sealing import refuse_broken
from circulars.secrecycases import refuse_blocked
from circulars.snapshots import digest_of
from circulars.terms import Term
from circulars.texting import text_clerks
from circulars.titles import quoted
from cms.lifecycles import move
from cms.messages import Message


@dataclass(frozen=True)
class Sent:
    """What one dispatch did."""

    electronic: int
    paper: int
    due: Term


def dispatch(circular: Circular, *, by: Any, at: datetime, off_hours_reason: str = "") -> Sent:
    """Every recipient has one delivery with its due time frozen, or nothing has happened at all; a time set for the sending is done with.

    A due time that needs a year whose calendar is not loaded is pending on every delivery until the year arrives. Raises
    ``PermissionDenied`` without the right to send, ``NotSendable`` when text and digest differ, nobody is addressed or an ordinary
    circular goes out off duty without a reason (Article 21), ``HoldersMissing`` when it corrects or annuls what a unit holds that is not
    addressed, ``UnitGone`` when a recipient was dissolved since, ``SealBroken`` when its seal does not stand, and ``OutOfOrder`` when it bears none yet or was sent already.
    """
    if not may(by, Right.SEND, circular.issuer_id):
        raise PermissionDenied(f"您没有“{circular.issuer_name}”的发送职责。")
    if circular.state == Circular.State.REGISTERED:
        raise NotSendable(f"{circular.number} 还没有用印，不能发送。请先由印章保管人用印。")
    if circular.state in (Circular.State.SEALED, Circular.State.SCHEDULED):
        refuse_broken(circular, at=at)
    return _send(circular, by=by, at=at, off_hours_reason=off_hours_reason)


@transaction.atomic
def _send(circular: Circular, *, by: Any, at: datetime, off_hours_reason: str) -> Sent:
    if circular.state == Circular.State.VOIDED:
        raise NotSendable(f"{circular.number} 已作废，不能发送。要发这份公文，请另行拟稿、签发、编号。")
    refuse_blocked(CircularPage.objects.select_for_update().only("pk").get(pk=circular.page_id))
    snapshot = circular.snapshot
    if digest_of(snapshot) != circular.digest:
        raise NotSendable("公文内容与登记时的摘要不一致，已停止发送，请联系网信办。")

    refuse_damaged(snapshot)
    refuse_missing_holders(circular, snapshot)
    codes = list(circular.distribution.values_list("unit__code", flat=True))
    if not codes:
        raise NotSendable("没有任何收文单位，不能发送。")
    units = Unit.objects.filter(pk__in=circular.distribution.values("unit"))
    refuse_gone(units, "收文单位已由印章固定，不能改。请作废本文号，改正后另行发文。")

    reason, clock = off_hours_reason.strip(), clock_of(circular, at)
    clock.refuse_without(reason)
    refuse_marks(reason)
    due = clock.due

    move(
        circular,
        Circular.State.SENT,
        Deed.CIRCULAR_SENT,
        by=by,
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts={
            "number": circular.number,
            "digest": circular.digest,
            "due_at": due.at,
            "rule": due.rule,
            "rules": clock.rules.pk,
            **({"missing_year": due.missing_year} if due.is_pending else {}),
            "off_hours_reason": reason,
            **({"scheduled_for": circular.scheduled_for} if circular.scheduled_for else {}),
            "recipients": len(codes),
            "list_digest": listing_digest(codes),
        },
        sent_at=at,
        sender=by,
        off_hours_reason=reason[:200],
        scheduled_for=None,
        scheduled_by=None,
    )
    if fan_out(circular, clock) != len(codes):
        raise NotSendable("收文单位与登记时的分送范围不一致，没有发送，请联系网信办。")
    paper = owe_paper(circular)
    record_amendments(circular, snapshot, by=by, at=at)
    text_clerks(circular, circular.deliveries.all(), at=at)
    async_task("circulars.tasks.announce", circular.pk, task_name=f"announce-{circular.pk}")
    return Sent(len(codes) - paper, paper, due)


def announce(circular: Circular, *, at: datetime) -> None:
    """Every clerk of every unit that has it open finds the circular on the desk's message list; once a round, however often it is called."""
    units = Delivery.objects.filter(circular=circular).electronic().open().values_list("unit_id", "pk", "round")
    delivery_of = {unit: (pk, round_) for unit, pk, round_ in units}
    urgency = "" if circular.urgency == Urgency.NORMAL else f"【{circular.get_urgency_display()}】"
    text = f"{urgency}{circular.issuer_name}发来 {circular.number}{quoted(circular.title)}，请核对后签收。"[:500]
    with transaction.atomic():
        Message.objects.bulk_create(
            [
                Message(
                    person_id=person,
                    key=notice_key(*delivery_of[unit]),
                    text=text,
                    link=f"/received/{delivery_of[unit][0]}/",
                    about=about_paper(circular.page_id),
                    sent_at=at,
                )
                for person, unit in holders_of(Right.RECEIVE, delivery_of)
            ],
            batch_size=500,
            ignore_conflicts=True,
        )
        Circular.objects.filter(pk=circular.pk, announced_at=None).update(announced_at=at)


def sweep_unannounced(at: datetime) -> None:
    """Circulars whose notices were lost with their task are announced now."""
    for circular in Circular.objects.filter(state=Circular.State.SENT, announced_at=None):
        announce(circular, at=at)
