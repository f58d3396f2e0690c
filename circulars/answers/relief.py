"""准予补填: the sender lets a unit answer, or change its answer, after the limit, to the end of a day (2012 regulation art. 24(7))."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.holders import people_with
from accounts.roles import Right, may
from circulars.answers.filling import refuse_unanswerable
from circulars.answers.records import UnitAnswer, answer_of
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.demands.fixed import ReplyDemand, end_of
from circulars.pages import about_paper
from circulars.registration import Circular
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell
from cms.reach import within_reach


@transaction.atomic
def let_answer_late(delivery: Delivery, until: date, *, by: Any, at: datetime) -> UnitAnswer:
    """The unit may answer to the end of this day and knows it; the same day twice counts once.

    Raises ``PermissionDenied`` for who does not send for the issuing unit, ``OutOfOrder`` while the limit is not over or the unit cannot
    answer at all, and ``ValidationError`` for a day that is over.
    """
    if not may(by, Right.SEND, delivery.issuer_id):
        raise PermissionDenied("只有发文单位的发文员可以准予补填。")
    circular = Circular.objects.select_for_update(of=("self",)).select_related("page").get(pk=delivery.circular_id)
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    demand = ReplyDemand.objects.filter(pk=circular.pk).exclude(digest="").first()
    refuse_unanswerable(delivery, circular, demand)
    assert demand is not None
    if demand.due_at is None or at < demand.due_at:
        raise OutOfOrder("答复期限还没有到，单位可以照常填报。")
    if until < timezone.localdate(at):
        raise ValidationError({"until": "补填期限已经过了，请改为今天以后的日期。"})
    within_reach(until)
    answer, late_until = answer_of(delivery), end_of(until)
    if answer.late_until == late_until:
        return answer
    answer.late_until = late_until
    answer.save(update_fields=["late_until"])
    ledger.enter(
        Deed.ANSWER_LET_LATE,
        subject=ledger.subject_of(delivery),
        by=by,
        at=at,
        circular=circular.uuid,
        unit=delivery.unit_id,
        facts={"until": until.isoformat()},
    )
    tell(
        people_with(Right.RECEIVE, delivery.unit_id),
        key=f"answer-late:{delivery.pk}:{until:%Y%m%d}",
        text=f"{circular.issuer_name}准予补填 {circular.number} 的回执表，至{until.month}月{until.day}日。",
        link=reverse("circulars:answer", args=[delivery.pk]),
        about=about_paper(circular.page_id),
        at=at,
    )
    return answer
