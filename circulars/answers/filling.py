"""填报回执表: a clerk puts the unit's answers away, hands them in, and changes them until the limit (Article 19; 2012 regulation art. 24(7)).

Every version stays. The same answers once more are the version that stands there already.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from accounts.holders import people_with
from accounts.roles import Right, may
from circulars.amending import amendments_of
from circulars.answers.records import AnswerCell, AnswerVersion, UnitAnswer, answer_of, may_still_change
from circulars.answers.values import Value, cells_of, checked, digest_of_values, texts_in
from circulars.deeds import Deed
from circulars.deliveries import Channel, Delivery
from circulars.demands.fixed import ReplyDemand
from circulars.pages import Relation, about_paper
from circulars.recipients import Addressed
from circulars.registration import Circular
from circulars.secrecycases import refuse_blocked
from circulars.secrecygate import refuse_marked
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell

MOST_VERSIONS = 500


@transaction.atomic
def answer_form(
    delivery: Delivery, given: Mapping[int, Any], *, hand_in: bool, by: Any, at: datetime
) -> AnswerVersion | None:
    """The unit's answers, by the keys of the fields, are put away, and count when they are handed in; the sender is told of these.

    The same answers twice are one version: returns None where nothing was new. Raises ``PermissionDenied`` for who does not receive for
    the unit, ``OutOfOrder`` while they cannot be given, ``ValidationError`` by the fields' keys, and ``MarkFound`` for a mark of secrecy that
    no reviewer of the unit has lifted.
    """
    if not may(by, Right.RECEIVE, delivery.unit_id):
        raise PermissionDenied("回执表由本单位收发员填报。")
    circular = Circular.objects.select_for_update(of=("self",)).select_related("page").get(pk=delivery.circular_id)
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("unit").get(pk=delivery.pk)
    demand = ReplyDemand.objects.filter(pk=circular.pk).exclude(digest="").first()
    refuse_unanswerable(delivery, circular, demand)
    assert demand is not None
    answer = answer_of(delivery)
    if not may_still_change(due_at=demand.due_at, late_until=answer.late_until, now=at):
        raise OutOfOrder("答复期限已过，不能再填报。确需补填的，请联系发文单位准予补填。")
    values = _values(demand, given, complete=hand_in)
    refuse_marked(texts_in(values), delivery.unit, field="", digest="")
    version = _keep(answer, values, hand_in=hand_in, by=by, at=at)
    if version and hand_in:
        _tell_sender(delivery, circular, version, at)
    return version


def refuse_unanswerable(delivery: Delivery, circular: Circular, demand: ReplyDemand | None) -> None:
    """Raises ``OutOfOrder`` with the sentence why this unit cannot answer now, whatever the limit."""
    if demand is None:
        raise OutOfOrder("本件没有回执表。")
    refuse_blocked(circular.page)
    if circular.state != Circular.State.SENT:
        raise OutOfOrder("本件已撤回，不用再填报。")
    if amendments_of([circular.pk]).filter(kind=Relation.ANNULS).exists():
        raise OutOfOrder("本件已作废，不用再填报。")
    if delivery.role != Addressed.PRIMARY or delivery.channel != Channel.ELECTRONIC:
        raise OutOfOrder("回执表由主送单位填报。")
    if delivery.returned_at or delivery.recalled_at:
        raise OutOfOrder("本件已退回或撤回，不用再填报。")
    if delivery.signed_at is None:
        raise OutOfOrder("请先签收，再填报回执表。")


def _values(demand: ReplyDemand, given: Mapping[int, Any], *, complete: bool) -> dict[int, Value]:
    """What was given, checked field by field; keys of no field of this form count for nothing."""
    found: dict[int, Value] = {}
    wrong: dict[str, Any] = {}
    for field in demand.fields.all():
        try:
            value = checked(field, given.get(field.pk))
        except ValidationError as refused:
            wrong[str(field.pk)] = refused.messages
            continue
        if value is not None:
            found[field.pk] = value
        elif complete and field.is_required:
            wrong[str(field.pk)] = [f"“{field.label}”还没有填写。"]
    if wrong:
        raise ValidationError(wrong)
    if not complete or found:
        return found
    raise ValidationError("一项也没有填写，请填写后再上报。")


def _keep(
    answer: UnitAnswer, values: dict[int, Value], *, hand_in: bool, by: Any, at: datetime
) -> AnswerVersion | None:
    digest, last = digest_of_values(values), answer.latest
    if last and last.digest == digest and (last.is_handed_in or not hand_in):
        return None
    number = last.number + 1 if last else 1
    if number > MOST_VERSIONS:
        raise OutOfOrder("这份回执表改得太多，不能再存，请联系发文单位。")
    version = AnswerVersion.objects.create(
        answer=answer, number=number, is_handed_in=hand_in, digest=digest, by=by, at=at
    )
    AnswerCell.objects.bulk_create(cells_of(version, values))
    if not hand_in:
        return version
    answer.handed_in, answer.handed_in_at = number, answer.handed_in_at or at
    answer.save(update_fields=["handed_in", "handed_in_at"])
    delivery = answer.delivery
    ledger.enter(
        Deed.ANSWER_HANDED_IN,
        subject=ledger.subject_of(delivery),
        by=by,
        at=at,
        circular=delivery.circular.uuid,
        unit=delivery.unit_id,
        facts={"version": number, "digest": digest},
    )
    return version


def _tell_sender(delivery: Delivery, circular: Circular, version: AnswerVersion, at: datetime) -> None:
    said = "上报了" if version.number == 1 or not _handed_in_before(version) else "更改了"
    tell(
        people_with(Right.SEND, circular.issuer_id),
        key=f"answer:{delivery.pk}:{version.number}",
        text=f"{delivery.unit_name}{said} {circular.number} 的回执表。",
        link=reverse("circulars:answers", args=[circular.uuid]),
        about=about_paper(circular.page_id),
        at=at,
    )


def _handed_in_before(version: AnswerVersion) -> bool:
    earlier = AnswerVersion.objects.filter(answer=version.answer_id, number__lt=version.number)
    return earlier.filter(is_handed_in=True).exists()
