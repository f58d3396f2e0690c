"""Telling units by telephone that an urgent circular is there: each call on record for good, reached or not (Article 21).

The first attempt on record that reached somebody is when the unit was notified, for good. A call made after the unit had closed the circular is
refused; one that came on record after that is kept and tells nobody. What follows of a wrong number is in ``circulars/unreachable.py``.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.roles import Right, may
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.liability import told_at
from circulars.notices import Notice
from circulars.reasons import refuse_marks
from circulars.unreachable import note_wrong_number
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.limits import when
from cms.textmessages import masked

SHORTEST_NUMBER = 3  # digits: an extension


def number_wrong(number: str) -> str:
    """Why this is no telephone number that was rung, extensions of the city's own exchange included; empty when it may be one."""
    digits = sum(character.isdigit() for character in number)
    if not number.strip():
        return "请填写拨打的号码。"
    if not digits:
        return "这不是电话号码，里面没有数字。请填写拨打的号码。"
    if digits < SHORTEST_NUMBER:
        return f"号码太短，至少 {SHORTEST_NUMBER} 位数字。请核对拨打的号码。"
    return ""


@transaction.atomic
def log_call(
    delivery: Delivery,
    *,
    of_round: int,
    result: str,
    name: str,
    number: str,
    happened_at: datetime,
    key: UUID,
    by: Any,
    at: datetime,
    person: int | None = None,
) -> Notice:
    """The call is on record for good; if it was the first that reached somebody of a unit that had not closed the circular, that is since when
    the unit counts as notified (``liability.told_at``).

    ``of_round`` is the round of which the caller spoke. Raises ``PermissionDenied`` for who does not send for the issuing unit,
    ``ValidationError`` for a time before the sending or in the future, without a result, a name or a number, ``Marked`` for a mark of secrecy, and
    ``OutOfOrder`` where no call is owed, the circular was sent again meanwhile or the unit had closed it by then. The same press twice (``key``) counts once.
    """
    if not may(by, Right.SEND, delivery.issuer_id):
        raise PermissionDenied("只有发文单位的发文员可以登记电话通知。")
    # Nobody signs, recalls or begins a new round until the call is on record.
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("circular").get(pk=delivery.pk)
    if entered := Notice.objects.filter(key=key).first():
        return _same(entered, delivery)
    if of_round != delivery.round:
        raise OutOfOrder(
            f"{delivery.unit_name}这件公文已于{when(delivery.sent_at)}再次发送，您登记的是以前一轮的电话，没有记入。再通知以后请重新登记。"
        )
    closed_at = delivery.signed_at or delivery.returned_at or delivery.recalled_at
    _refuse_odd(delivery, happened_at, at, closed_at)
    if result not in Notice.CALL_RESULTS:
        raise ValidationError({"result": "请选择通话的结果。"})
    refuse_marks(name, number)
    name, number = name.strip()[:40], number.strip()
    if not name:
        raise ValidationError({"name": "请填写接听人；没有人接听的，填写打给谁。"})
    if wrong := number_wrong(number):
        raise ValidationError({"number": wrong})
    is_reached = result == Notice.Result.REACHED
    notice, is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "delivery": delivery,
            "round": delivery.round,
            "channel": Notice.Channel.PHONE,
            "person_id": person,
            "name": name,
            "number": masked(number),
            "caller": by,
            "happened_at": happened_at,
            "recorded_at": at,
            "result": result,
            "reached_at": happened_at if is_reached else None,
            "settled_at": at,
        },
    )
    if not is_new:
        return _same(notice, delivery)
    facts = {"happened_at": happened_at, "result": result, "name": name, "number": notice.number}
    _enter(Deed.UNIT_CALLED, delivery, by=by, at=at, **facts)
    if result == Notice.Result.WRONG_NUMBER:
        note_wrong_number(delivery, notice, number, by=by, at=at)
    told = told_at(reached_at=happened_at, recorded_at=at, closed_at=closed_at) if is_reached else None
    if told and delivery.notified_at is None:
        Delivery.objects.filter(pk=delivery.pk).update(notified_at=told)
    return notice


def _same(notice: Notice, delivery: Delivery) -> Notice:
    if notice.delivery_id != delivery.pk:
        raise OutOfOrder("这一页已经用过，请重新打开再登记。")
    return notice


def _refuse_odd(delivery: Delivery, happened_at: datetime, at: datetime, closed_at: datetime | None) -> None:
    """A call is typed to the minute, so the minute of the sending, and that of the signing, will do."""
    if not delivery.must_notify:
        raise OutOfOrder("这件公文不要求短信或电话通知，不必登记。")
    if happened_at < delivery.sent_at.replace(second=0, microsecond=0):
        raise ValidationError({"happened_at": f"通知时间不能早于发送时间（{when(delivery.sent_at)}）。"})
    if happened_at > at:
        raise ValidationError({"happened_at": "通知时间不能晚于现在，打过电话再登记。"})
    if closed_at and happened_at > closed_at:
        done = "签收" if delivery.signed_at else "退回" if delivery.returned_at else "停止办理"
        raise OutOfOrder(f"{delivery.unit_name}这件公文已于{when(closed_at)}{done}，此后的通知不必登记。")


def _enter(deed: Deed, delivery: Delivery, *, by: Any, at: datetime, **facts: Any) -> None:
    ledger.enter(
        deed,
        subject=ledger.subject_of(delivery),
        by=by,
        at=at,
        circular=delivery.circular.uuid,
        unit=delivery.unit_id,
        facts={"round": delivery.round, **facts},
    )
