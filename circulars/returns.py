"""退文: what the sender does with a paper that came back and that it has signed for (Article 20; 2012 regulation art. 24).

Once the return is signed for (``Delivery.acknowledge``), the paper is sent again (``circulars.insisting``), is corrected by a new one, or goes
to that unit no more. Each return comes to one of the three, once.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.holders import people_with
from accounts.roles import Right, may
from circulars.beginnings import begin
from circulars.copying import elements_of, rows_of
from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.origins import Origin
from circulars.pages import CircularPage, Reference, Relation, about_paper
from circulars.reasons import refuse_marks
from circulars.registration import Circular
from circulars.secrecycases import refuse_blocked
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell

LONGEST_REASON = 300


class ReturnOutcome(models.Model):
    """What a return came to, unless it began a new round: another paper or nothing. A draft thrown away takes its outcome along."""

    class Kind(models.TextChoices):
        CORRECTED = "corrected", "另行更正"
        LEFT = "left", "不再发送"

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="outcomes", verbose_name="收文")
    round = models.PositiveSmallIntegerField("轮次")
    kind = models.CharField("处理", max_length=10, choices=Kind.choices)
    page = models.OneToOneField(CircularPage, models.CASCADE, null=True, related_name="+", verbose_name="更正稿")
    reason = models.CharField("理由", max_length=LONGEST_REASON, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("办理时间")

    class Meta:
        verbose_name = "退文处理"
        verbose_name_plural = "退文处理"
        constraints = [
            models.UniqueConstraint(fields=["delivery", "round"], name="one_outcome_of_a_return"),
            models.CheckConstraint(
                condition=Q(kind="left", page=None, reason__gt="") | Q(kind="corrected", page__isnull=False),
                name="return_outcome_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery} {self.get_kind_display()}"


def to_decide(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    """Returns that are signed for and have come to nothing yet."""
    return rows.filter(acknowledged_at__isnull=False).exclude(Exists(_outcomes()))


def decided(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    """Returns that came to another paper, or that were left."""
    return rows.filter(Exists(_outcomes()), acknowledged_at__isnull=False)


def outcome_of(delivery: Delivery) -> ReturnOutcome | None:
    """What the return of the present round came to."""
    found = ReturnOutcome.objects.filter(delivery=delivery.pk, round=delivery.round)
    return found.select_related("by", "page__circular").first()


@transaction.atomic
def acknowledge(delivery: Delivery, *, by: Any, at: datetime) -> None:
    """The return is signed for (``Delivery.acknowledge``), and the drafter, who may correct the paper, knows; not of a blocked paper."""
    _hold_circular(delivery)
    delivery.acknowledge(by=by, at=at)
    circular = delivery.circular
    tell(
        {circular.drafter_id} & people_with(Right.DRAFT, delivery.issuer_id) - {by.pk},
        key=f"return-to-correct:{delivery.pk}:{delivery.round}",
        text=f"{delivery.unit_name} 退回您起草的 {circular.number}：{delivery.get_return_code_display()}。要更正的，请从这里起草。",
        link=f"/returns/{delivery.pk}/",
        about=about_paper(delivery.circular.page_id),
        at=at,
    )


@transaction.atomic
def leave(delivery: Delivery, *, why: str, by: Any, at: datetime) -> None:
    """The paper goes to that unit no more, and both sides know why.

    Raises ``PermissionDenied`` without the right to send, ``ValidationError`` without a reason and ``OutOfOrder`` when the return is not
    signed for or came to something already.
    """
    if not may(by, Right.SEND, delivery.issuer_id):
        raise PermissionDenied(f"您没有“{delivery.circular.issuer_name}”的发送职责。")
    why = given(why)
    delivery = locked(delivery)
    _decide(delivery, ReturnOutcome.Kind.LEFT, Deed.RETURN_LEFT, reason=why, by=by, at=at)
    tell(
        people_with(Right.RECEIVE, delivery.unit_id),
        key=f"return-left:{delivery.pk}:{delivery.round}",
        text=f"{delivery.circular.issuer_name}不再向本单位发送 {delivery.circular.number}：{why}",
        link=f"/received/{delivery.pk}/",
        about=about_paper(delivery.circular.page_id),
        at=at,
    )


@transaction.atomic
def correct(delivery: Delivery, *, key: UUID, by: Any, at: datetime) -> CircularPage:
    """A draft that says what the returned paper says, refers to it and goes to the unit that returned it; the same key has one draft.

    Raises ``PermissionDenied`` for who does not draft for the issuing unit and ``OutOfOrder`` as ``leave`` does.
    """
    if not may(by, Right.DRAFT, delivery.issuer_id):
        raise PermissionDenied(f"您不能为“{delivery.circular.issuer_name}”拟稿。")
    key = uuid5(key, f"reissue {delivery.pk} {delivery.round}")
    delivery = locked(delivery, unless=key)
    if (outcome := outcome_of(delivery)) and outcome.page:
        return outcome.page
    circular = delivery.circular
    source = circular.page.get_latest_revision_as_object()
    page = begin(
        circular.issuer,
        kind=Origin.Kind.REISSUED,
        source=circular.page,
        asks_alike=True,
        key=key,
        by=by,
        at=at,
        elements=elements_of(source, circular.issuer) | {"primary_groups": "", "primary_text": "", "cc_text": ""},
        rows=rows_of(source)
        | {
            "primary_units": [delivery.unit],
            "excluded_units": [],
            "cc_units": [],
            "references": [
                Reference(
                    relation=Relation.REISSUES, title=circular.title[:200], number=circular.number, circular=circular
                )
            ],
        },
        account=[
            f"{delivery.unit_name}退回 {circular.number}：{delivery.get_return_code_display()}。内容照原文，请更正后送审。",
            f"只发给{delivery.unit_name}；其他单位也要更正的，请发更正通知。要求答复的，请重新填写期限。",
        ],
    )
    _decide(delivery, ReturnOutcome.Kind.CORRECTED, Deed.RETURN_CORRECTED, page=page, by=by, at=at)
    return page


def given(why: str) -> str:
    """The reason as it is kept; raises ``ValidationError`` where there is none."""
    why = why.strip()
    if not why or len(why) > LONGEST_REASON:
        raise ValidationError({"why": f"请写明理由，不超过 {LONGEST_REASON} 个字。"})
    refuse_marks(why)
    return why


def locked(delivery: Delivery, *, unless: UUID | None = None) -> Delivery:
    """The returned delivery, for this transaction alone: its return is signed for and has come to nothing yet.

    Raises ``OutOfOrder`` otherwise; an outcome whose draft began with the key ``unless`` is let pass.
    """
    _hold_circular(delivery)
    rows = Delivery.objects.select_related("circular__page", "rules__area", "unit")
    delivery = rows.select_for_update(of=("self",)).get(pk=delivery.pk)
    if delivery.returned_at is None:
        raise OutOfOrder(not_back(delivery))
    if delivery.acknowledged_at is None:
        raise OutOfOrder("请先签收退文，再办理。")
    outcome = outcome_of(delivery)
    if outcome and not (unless and outcome.page and outcome.page.origin.key == unless):
        raise OutOfOrder(f"这件退文已由{outcome.by}办理：{outcome.get_kind_display()}。")
    return delivery


def _hold_circular(delivery: Delivery) -> None:
    """The circular is locked, before its delivery as in a recall and a supplement: nobody waits for anybody in a ring.

    Raises ``OutOfOrder`` for one that is blocked.
    """
    circular = Circular.objects.select_for_update(of=("self",)).select_related("page").get(pk=delivery.circular_id)
    refuse_blocked(circular.page)


def not_back(delivery: Delivery) -> str:
    """Why there is no return to deal with: it was sent again, or it never came back."""
    if again := delivery.rounds.select_related("insisted_by").order_by("-round").first():
        return f"这件退文已由{again.insisted_by}办理：再次发送。"
    return f"{delivery} 现在是“{delivery.get_state_display()}”，不是退文。"


def _decide(delivery: Delivery, kind: str, deed: Deed, *, by: Any, at: datetime, **what: Any) -> None:
    ReturnOutcome.objects.create(delivery=delivery, round=delivery.round, kind=kind, by=by, at=at, **what)
    page = what.get("page")
    ledger.enter(
        deed,
        subject=ledger.subject_of(delivery),
        by=by,
        at=at,
        circular=delivery.circular.uuid,
        unit=delivery.unit_id,
        facts={"round": delivery.round, "code": delivery.return_code, **({"page": page.pk} if page else {})},
    )


def _outcomes() -> models.QuerySet[ReturnOutcome]:
    return ReturnOutcome.objects.filter(delivery=OuterRef("pk"), round=OuterRef("round"))
