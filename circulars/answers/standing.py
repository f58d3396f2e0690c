"""Who owes an answer, who has answered and who is past the limit: asked of times, never stored (2012 regulation art. 24(7))."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from circulars.amending import Amendment
from circulars.answers.records import UnitAnswer
from circulars.deliveries import Channel, Delivery, DeliveryQuerySet
from circulars.demands.fixed import ReplyDemand
from circulars.demands.links import PaperReply
from circulars.pages import Relation
from circulars.recipients import Addressed
from circulars.registration import Circular
from circulars.secrecycases import shut_circulars


def asked_to_answer(units: Collection[int]) -> DeliveryQuerySet:
    """Electronic deliveries to these units, as main recipients, of circulars that ask for an answer and still stand.

    Of what was recalled, annulled, sent back or shut by a secrecy case nobody owes one.
    """
    return _asked().filter(unit_id__in=units)


def _asked() -> DeliveryQuerySet:
    annulled = Amendment.objects.in_force().filter(circular=OuterRef("circular"), kind=Relation.ANNULS)
    rows = Delivery.objects.filter(
        circular__in=ReplyDemand.objects.values("pk"),  # the few that ask are sought by circular and unit
        circular__state=Circular.State.SENT,
        role=Addressed.PRIMARY,
        channel=Channel.ELECTRONIC,
        returned_at=None,
        recalled_at=None,
    )
    return rows.filter(~Exists(annulled)).exclude(circular__in=shut_circulars())


def answered() -> Q:
    """That a delivery has its answer: the form where there is one, else a paper that has gone out."""
    by_paper = PaperReply.objects.in_force().filter(delivery=OuterRef("pk"))
    return Q(unit_answer__handed_in__isnull=False) | Q(Exists(by_paper), circular__demand__digest="")


def owing(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    """Those of them that have no answer yet."""
    return rows.filter(~answered())


def owed_by(units: Collection[int]) -> DeliveryQuerySet:
    """What these units have still to answer, the most pressing first; without a limit last."""
    rows = owing(asked_to_answer(units)).select_related("circular__demand", "unit_answer")
    return rows.order_by(F("circular__demand__due_at").asc(nulls_last=True), "pk")


def nearly_due(now: datetime, within: datetime) -> DeliveryQuerySet:
    """Owed, and the limit lies between now and then."""
    return owing(_asked()).filter(circular__demand__due_at__gt=now, circular__demand__due_at__lte=within)


def past_due(now: datetime) -> DeliveryQuerySet:
    """Owed, and the limit is over."""
    return owing(_asked()).filter(circular__demand__due_at__lte=now)


@dataclass(frozen=True)
class UnitStanding:
    """Where one unit stands; ``word`` is that of ``desk/_status.html``."""

    delivery: Delivery
    answer: UnitAnswer | None
    replies: list[PaperReply]
    word: str
    label: str
    at: datetime | None = None

    @property
    def is_answered(self) -> bool:
        return self.word == "handled"

    @property
    def may_be_pressed(self) -> bool:
        return self.word in ("pending", "late")


def standings(circular: Circular, demand: ReplyDemand, now: datetime) -> list[UnitStanding]:
    """Every main recipient in the register's order, and where it stands; two queries."""
    rows = circular.deliveries.filter(role=Addressed.PRIMARY).select_related("unit", "unit_answer")
    replies: dict[int, list[PaperReply]] = {}
    found = PaperReply.objects.in_force().filter(delivery__circular=circular).select_related("circular")
    for reply in found:
        replies.setdefault(reply.delivery_id, []).append(reply)
    ordered = rows.order_by("unit__sort_order", "unit__code")
    return [_standing(row, demand, replies.get(row.pk, []), now) for row in ordered]


def _standing(delivery: Delivery, demand: ReplyDemand, replies: list[PaperReply], now: datetime) -> UnitStanding:
    answer: UnitAnswer | None = getattr(delivery, "unit_answer", None)
    at = answer.handed_in_at if answer and demand.has_form else None
    if not demand.has_form and replies:
        at = min(reply.circular.sent_at for reply in replies if reply.circular.sent_at)
    word, label = _word(delivery, demand, at, now)
    return UnitStanding(delivery, answer, replies, word, label, at)


def _word(delivery: Delivery, demand: ReplyDemand, at: datetime | None, now: datetime) -> tuple[str, str]:
    if at is not None:
        return "handled", "逾期答复" if demand.due_at and at >= demand.due_at else "已答复"
    if delivery.returned_at:
        return "returned", "已退回"
    if delivery.recalled_at:
        return "recalled", "已撤回"
    if delivery.channel == Channel.PAPER:
        return "paper", "纸质送达，另行答复"
    if demand.due_at and now >= demand.due_at:
        return "late", "逾期未答复"
    return "pending", "待答复" if delivery.signed_at else "未签收、未答复"


def demanded_by(issuers: Collection[int]) -> Any:
    """Circulars of these units that went out and ask for an answer, the latest first; none that is shut."""
    rows = Circular.objects.unblocked().gone_out().filter(issuer_id__in=issuers, demand__isnull=False)
    return rows.select_related("demand").order_by("-sent_at", "-pk")
