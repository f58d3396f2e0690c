"""The act of sending: one transaction that checks the digest, makes every delivery, and queues the notices (Articles 20 to 22).

Next: ``circulars/deliveries``, where each unit's part begins.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django_q.tasks import async_task

from accounts.holders import holders_of
from accounts.roles import Right, may
from circulars.deadlines import Urgency
from circulars.deeds import Deed
from circulars.deliveries import Channel, Delivery
from circulars.liability import notification_required
from circulars.noticing import text_clerks
from circulars.pages import CircularPage
from circulars.registration import Circular, listing_digest, refuse_damaged
from circulars.secrecycases import refuse_blocked
from circulars.snapshots import digest_of
from circulars.terms import Term, is_open_as_known, receipt_term
from cms.lifecycles import OutOfOrder, move
from cms.messages import Message
from cms.offices import office_of
from cms.ruleversions import RuleVersion


class NotSendable(OutOfOrder):
    """The circular cannot go out like this; the sentence says what to do."""


class ReasonMissing(NotSendable):
    """An ordinary circular goes out off duty, and nobody said why."""


@dataclass(frozen=True)
class Sent:
    """What one dispatch did."""

    electronic: int
    paper: int
    due: Term


@transaction.atomic
def dispatch(circular: Circular, *, by: Any, at: datetime, off_hours_reason: str = "") -> Sent:
    """Every recipient has one delivery with its due time frozen, or nothing has happened at all; a time set for the sending is done with.

    A due time that needs a year whose calendar is not loaded is pending on every delivery until the year arrives. Raises
    ``PermissionDenied`` without the right to send, ``NotSendable`` when text and digest differ, nobody is addressed or an ordinary
    circular goes out off duty without a reason (Article 21), and ``OutOfOrder`` when it was sent already.
    """
    if not may(by, Right.SEND, circular.issuer_id):
        raise PermissionDenied(f"您没有“{circular.issuer_name}”的发送职责。")
    if circular.state == Circular.State.VOIDED:
        raise NotSendable(f"{circular.number} 已作废，不能发送。要发这份公文，请另行拟稿、签发、编号。")
    refuse_blocked(CircularPage.objects.select_for_update().get(pk=circular.page_id))
    snapshot = circular.snapshot
    if digest_of(snapshot) != circular.digest:
        raise NotSendable("公文内容与登记时的摘要不一致，已停止发送，请联系网信办。")

    refuse_damaged(snapshot)
    codes = list(circular.distribution.values_list("unit__code", flat=True))
    if not codes:
        raise NotSendable("没有任何收文单位，不能发送。")

    area = circular.issuer.area
    office, version = office_of(area), RuleVersion.objects.in_force(area, at)
    rules = version.rule_set
    reason = off_hours_reason.strip()
    if circular.urgency == Urgency.NORMAL and is_open_as_known(at, office) is False and not reason:
        raise ReasonMissing(
            "现在不是工作时间。一般公文应在正常工作时间发送；确需现在发送的，请写明理由（第二十一条）。"
        )
    due = receipt_term(circular.urgency, at, office, rules)

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
            "rules": version.pk,
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
    if _fan_out(circular, at=at, due=due, rules=version.pk) != len(codes):
        raise NotSendable("收文单位与登记时的分送范围不一致，没有发送，请联系网信办。")
    paper = _owe_paper(circular)
    text_clerks(circular, circular.deliveries.all(), at=at)
    async_task("circulars.tasks.announce", circular.pk, task_name=f"announce-{circular.pk}")
    return Sent(len(codes) - paper, paper, due)


def announce(circular: Circular, *, at: datetime) -> None:
    """Every clerk of every receiving unit has the circular on the desk's message list; once, however often it is called."""
    units = Delivery.objects.filter(circular=circular, channel=Channel.ELECTRONIC).values_list("unit_id", "pk")
    delivery_of = dict(units)
    urgency = "" if circular.urgency == Urgency.NORMAL else f"【{circular.get_urgency_display()}】"
    text = f"{urgency}{circular.issuer_name}发来 {circular.number}《{circular.title}》，请核对后签收。"[:500]
    with transaction.atomic():
        Message.objects.bulk_create(
            [
                Message(
                    person_id=person,
                    key=f"delivery:{delivery_of[unit]}:1",
                    text=text,
                    link=f"/received/{delivery_of[unit]}/",
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


# One statement for all units, written out because its wording never changes: the framework took longer to word it than thirty units take.
_FAN_OUT = """
INSERT INTO circulars_delivery (circular_id, unit_id, unit_name, issuer_id, role, channel, urgency, sent_at, due_at, due_pending,
    warn_at, window_minutes, rules_id, must_notify)
SELECT line.circular_id, line.unit_id, unit.short_name, %s, line.role, CASE WHEN unit.connected THEN %s ELSE %s END, %s, %s, %s, %s, %s, %s, %s,
    unit.connected AND %s
FROM circulars_distributionline line JOIN accounts_unit unit ON unit.id = line.unit_id
WHERE line.circular_id = %s ORDER BY unit.sort_order, unit.code
"""
_OWE_PAPER = """
INSERT INTO circulars_papercopy (delivery_id, owed_from)
SELECT id, sent_at FROM circulars_delivery WHERE circular_id = %s AND channel = %s
"""


def _fan_out(circular: Circular, *, at: datetime, due: Term, rules: int) -> int:
    """One INSERT … SELECT from the fixed distribution: no work per unit in Python; returns how many rows it made."""
    sent_at, due_at, warn_from = map(connection.ops.adapt_datetimefield_value, (at, due.at, due.warn_at))
    channels = (Channel.ELECTRONIC.value, Channel.PAPER.value)
    times = (sent_at, due_at, due.is_pending, warn_from, due.window_minutes)
    must_notify = notification_required(circular.urgency, after_hours=due.rule != "at_once")
    with connection.cursor() as cursor:
        cursor.execute(
            _FAN_OUT, [circular.issuer_id, *channels, circular.urgency, *times, rules, must_notify, circular.pk]
        )
        return cursor.rowcount


def _owe_paper(circular: Circular) -> int:
    """Units that are not connected are owed the circular on paper; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_OWE_PAPER, [circular.pk, Channel.PAPER.value])
        return cursor.rowcount
