"""催报: the sender asks the units that have not answered, at most once a day each (Article 20; 2012 regulation art. 24(6), 24(7))."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.holders import people_with
from accounts.roles import Right, may
from circulars.answers.records import UnitAnswer, answer_of
from circulars.answers.standing import asked_to_answer, owing
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.demands.fixed import ReplyDemand
from circulars.pages import about_paper
from circulars.registration import Circular, listing_digest
from circulars.secrecycases import refuse_blocked
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell

NOBODY = "没有可以催报的单位：都已答复，或者今天已经催过。"


@transaction.atomic
def press(circular: Circular, units: Collection[int], *, by: Any, at: datetime) -> int:
    """Each of these units that owes an answer and was not pressed today has been asked for it; returns how many.

    Raises ``PermissionDenied`` for who does not send for the issuing unit and ``OutOfOrder`` when nobody is left to ask.
    """
    if not may(by, Right.SEND, circular.issuer_id):
        raise PermissionDenied("只有发文单位的发文员可以催报。")
    circular = Circular.objects.select_for_update(of=("self",)).select_related("page").get(pk=circular.pk)
    refuse_blocked(circular.page)
    demand = ReplyDemand.objects.filter(pk=circular.pk).first()
    rows = owing(asked_to_answer(units)).filter(circular=circular).select_related("unit").order_by("pk")
    pressed = [row for row in rows if _press_one(row, circular, demand, at)]
    if not pressed:
        raise OutOfOrder(NOBODY)
    codes = [row.unit.code for row in pressed]
    ledger.enter(
        Deed.ANSWERS_PRESSED,
        subject=ledger.subject_of(circular),
        by=by,
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts={"units": len(codes), "list_digest": listing_digest(codes)},
    )
    return len(pressed)


def is_resting(answer: UnitAnswer | None, now: datetime) -> bool:
    """Whether the unit was asked today already."""
    return bool(answer and answer.urged_at and timezone.localdate(answer.urged_at) == timezone.localdate(now))


def limit_words(demand: ReplyDemand | None, now: datetime) -> str:
    """By when, in a few words: 期限 11月30日, or 已过期限 11月30日; empty where no limit was set."""
    day = demand.last_day if demand else None
    if demand is None or day is None or demand.due_at is None:
        return ""
    return f"{'已过' if now >= demand.due_at else ''}期限 {day.month}月{day.day}日"


def place_to_answer(delivery: Delivery, demand: ReplyDemand | None) -> str:
    """Where the unit answers: its form, or the paper itself."""
    return reverse("circulars:answer" if demand and demand.has_form else "circulars:reading", args=[delivery.pk])


def _press_one(delivery: Delivery, circular: Circular, demand: ReplyDemand | None, at: datetime) -> bool:
    answer = answer_of(delivery)
    if is_resting(answer, at):
        return False
    answer.urged_at = at
    answer.save(update_fields=["urged_at"])
    limit = limit_words(demand, at)
    tell(
        people_with(Right.RECEIVE, delivery.unit_id),
        key=f"answer-pressed:{delivery.pk}:{timezone.localdate(at):%Y%m%d}",
        text=f"{circular.issuer_name}催报：请尽快答复 {circular.number}{f'（{limit}）' if limit else ''}。",
        link=place_to_answer(delivery, demand),
        about=about_paper(circular.page_id),
        at=at,
    )
    return True
