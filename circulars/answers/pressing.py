"""催报: the sender asks the units that have not answered, at most once a day each (Article 20; 2012 regulation art. 24(6), 24(7))."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.holders import holders_of
from accounts.roles import Right, may
from circulars.answers.records import UnitAnswer
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
    pressed = _ripe(list(rows), at)
    if not pressed:
        raise OutOfOrder(NOBODY)
    clerks = holders_of(Right.RECEIVE, [row.unit_id for row in pressed])
    for row in pressed:
        _tell(row, {person for person, unit in clerks if unit == row.unit_id}, circular, demand, at)
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


def _ripe(deliveries: list[Delivery], at: datetime) -> list[Delivery]:
    """Those of them that were not pressed today; from now on they were."""
    UnitAnswer.objects.bulk_create([UnitAnswer(delivery=row) for row in deliveries], ignore_conflicts=True)
    answers = UnitAnswer.objects.filter(delivery__in=deliveries).select_for_update(of=("self",)).order_by("pk")
    ripe = {answer.delivery_id: answer.pk for answer in answers if not is_resting(answer, at)}
    UnitAnswer.objects.filter(pk__in=ripe.values()).update(urged_at=at)
    return [row for row in deliveries if row.pk in ripe]


def _tell(delivery: Delivery, clerks: set[int], circular: Circular, demand: ReplyDemand | None, at: datetime) -> None:
    limit = limit_words(demand, at)
    tell(
        clerks,
        key=f"answer-pressed:{delivery.pk}:{timezone.localdate(at):%Y%m%d}",
        text=f"{circular.issuer_name}催报：请尽快答复 {circular.number}{f'（{limit}）' if limit else ''}。",
        link=place_to_answer(delivery, demand),
        about=about_paper(circular.page_id),
        at=at,
    )
