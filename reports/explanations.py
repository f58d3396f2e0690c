"""说明: why a unit signed late, in its own words, and what the secretariat found of it (Article 28).

A unit is asked once about each late receipt that it answers for; it explains each once, within the time given. What was written and what was
decided take INSERT only. A decision comes to something when the bulletin is approved (``reports.approving``).
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.faults import Fault
from accounts.grants import area_from
from accounts.holders import holders
from accounts.overseeing import overseen
from accounts.roles import Right, units_of
from accounts.units import Unit
from circulars.deliveries import Delivery
from circulars.reasons import digest_of_reason, said_in
from circulars.secrecycases import refuse_blocked, shut_circulars
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.limits import when
from reports.bulletins import Bulletin
from reports.deeds import Deed
from reports.lateness import Lateness, RoundKey
from reports.speaking import units_spoken_for

LONGEST_TEXT = 500
LONGEST_REASON = 200


class AskedReceiptQuerySet(models.QuerySet["AskedReceipt"]):
    def for_person(self, user: Any) -> "AskedReceiptQuerySet":
        """What the person's units were asked about and may be read."""
        return self.readable().filter(unit__in=units_spoken_for(user))

    def readable(self) -> "AskedReceiptQuerySet":
        """Those of papers that no secrecy case has shut."""
        return self.exclude(delivery__circular__in=shut_circulars())

    def waiting(self, now: datetime) -> "AskedReceiptQuerySet":
        """What may still be explained and has not been; what was relieved meanwhile, recalled or shut needs no words."""
        return self.unexplained().filter(
            bulletin__state=Bulletin.State.EXPLAINING, bulletin__explain_until__gt=now
        )  # fmt: skip

    def unexplained(self) -> "AskedReceiptQuerySet":
        counts = Q(delivery__relief="") | ~Q(round=F("delivery__round"))
        return self.readable().filter(counts, explanation=None, delivery__recalled_at=None)


class AskedReceipt(models.Model):
    """That a unit was asked why one receipt came late, as the receipt stood then; takes INSERT only."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="asked", verbose_name="通报")
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="+", verbose_name="收文")
    round = models.PositiveSmallIntegerField("轮次")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    unit_name = models.CharField("单位名称", max_length=60)
    sent_at = models.DateTimeField("发送时间")
    due_at = models.DateTimeField("应签收时间")
    closed_at = models.DateTimeField("签收或者退回时间", null=True)
    lateness = models.CharField("情形", max_length=15, choices=Lateness.choices)

    objects = AskedReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "请单位说明的收文"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "delivery", "round"], name="asked_once_in_a_bulletin"),
        ]
        indexes = [models.Index(fields=["unit", "bulletin"], name="asked_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit_name}逾期的收文"

    def explain(self, *, text: str, fault: Fault | None = None, by: Any, at: datetime) -> "Explanation":
        """The unit has said why; who and when is on record for good.

        Raises ``PermissionDenied`` for who does not speak for the unit, ``OutOfOrder`` after the time, for a second explanation, for a paper
        that is shut and for what needs none any more, and ``ValidationError`` for a text that is none and a fault of another unit.
        """
        if self.unit_id not in units_spoken_for(by):
            raise PermissionDenied(f"您不能代“{self.unit}”说明。")
        text = said_in(text, "text", "请写明逾期的原因", longest=LONGEST_TEXT)
        if fault is not None and fault.unit_id != self.unit_id:
            raise ValidationError({"fault": "请从本单位的故障中选择。"})
        refuse_blocked(self.delivery.circular.page)
        with transaction.atomic():
            bulletin = self.bulletin.locked()
            if bulletin.state == Bulletin.State.DROPPED:
                raise OutOfOrder(f"{bulletin}已取消办理，不用再说明。")
            if first := Explanation.objects.filter(asked=self.pk).select_related("by").first():
                said = timezone.localtime(first.at)
                raise OutOfOrder(f"本件已由{first.by}于{said:%-m月%-d日 %H:%M}说明，说明交出后不能更改。")
            if bulletin.state != Bulletin.State.EXPLAINING or bulletin.is_closed(at):
                assert bulletin.explain_until is not None
                raise OutOfOrder(f"说明已于{when(bulletin.explain_until)}截止，不再受理。")
            if not AskedReceipt.objects.unexplained().filter(pk=self.pk).exists():
                raise OutOfOrder("本件已经免责或者撤回，不需要说明。")
            given = Explanation.objects.create(asked=self, text=text, fault=fault, by=by, at=at)
            ledger.enter(
                Deed.EXPLANATION_GIVEN,
                subject=ledger.subject_of(given),
                by=by,
                at=at,
                circular=self.delivery.circular.uuid,
                unit=self.unit_id,
                facts=facts_given(given),
            )
        return given


class ExplanationQuerySet(models.QuerySet["Explanation"]):
    def with_ruling(self) -> "ExplanationQuerySet":
        """Each with the decision that counts: ``accepted`` (None before there is one) and who took it, ``ruled_by_id``."""
        newest = Ruling.objects.filter(explanation=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            accepted=Subquery(newest.values("is_accepted")[:1]), ruled_by_id=Subquery(newest.values("by")[:1])
        )

    def readable(self) -> "ExplanationQuerySet":
        """Those of papers that no secrecy case has shut."""
        return self.exclude(asked__delivery__circular__in=shut_circulars())

    def accepted_rounds(self) -> set[RoundKey]:
        """The rounds that these excuse as the decisions stand now."""
        found = self.with_ruling().filter(Q(accepted=True)).values_list("asked__delivery", "asked__round")
        return {RoundKey(delivery, round_) for delivery, round_ in found}

    def to_rule(self) -> "ExplanationQuerySet":
        """Those that still want a decision; on its own unit's nobody of the secretariat takes one, and it comes to nothing.

        Nor does anybody on a paper that is shut: that holds nothing up.
        """
        there = holders(Right.REPORT).annotate(overseen=area_from("content_object__"))
        there = there.filter(overseen=OuterRef("asked__bulletin__area"))
        own = Exists(there.filter(content_object=OuterRef("asked__unit")))
        run = Exists(there.filter(content_object=OuterRef("asked__unit__served_by")))
        return self.readable().filter(~own, ~run, rulings=None)


class Explanation(models.Model):
    """One unit's words on one late receipt, perhaps with the fault that explains it; takes INSERT only."""

    asked = models.OneToOneField(AskedReceipt, models.PROTECT, related_name="explanation", verbose_name="收文")
    text = models.CharField("说明", max_length=LONGEST_TEXT)
    fault = models.ForeignKey(Fault, models.PROTECT, null=True, related_name="+", verbose_name="故障报告")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="说明人")
    at = models.DateTimeField("说明时间")

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "逾期说明"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.asked.unit_name}的说明"

    def may_be_ruled_by(self, user: Any) -> bool:
        """Whether the person decides on explanations, and not on one of a unit that is their own or whose desk their own runs."""
        own, unit = units_of(user), self.asked.unit
        is_reported = overseen(user, Right.REPORT).covers(self.asked.bulletin.area_id)
        return is_reported and unit.pk not in own and unit.served_by_id not in own

    def rule(self, *, is_accepted: bool, reason: str, by: Any, at: datetime) -> "Ruling":
        """It is found to excuse the unit, or not; the latest decision before the approval counts.

        Raises ``PermissionDenied`` for who may not decide, above all on the own unit's, ``OutOfOrder`` once the bulletin is approved or dropped,
        for a paper that is shut and for the same decision by the same person again, and ``ValidationError`` without a reason.
        """
        if not self.may_be_ruled_by(by):
            raise PermissionDenied("说明由秘书科认定；本单位的说明不能自行认定。")
        refuse_blocked(self.asked.delivery.circular.page)
        reason = said_in(reason, "reason", "请写明理由", longest=LONGEST_REASON)
        with transaction.atomic():
            state = self.asked.bulletin.locked().state
            if state != Bulletin.State.EXPLAINING:
                done = "取消办理" if state == Bulletin.State.DROPPED else "审定"
                raise OutOfOrder(f"通报已经{done}，认定不能再改。")
            last = self.rulings.order_by("-pk").first()
            if last and (last.is_accepted, last.by_id) == (is_accepted, by.pk):
                raise OutOfOrder(f"您已经认定为“{last.said}”，没有重复办理。")
            ruling = Ruling.objects.create(explanation=self, is_accepted=is_accepted, reason=reason, by=by, at=at)
            ledger.enter(
                Deed.EXPLANATION_RULED,
                subject=ledger.subject_of(ruling),
                by=by,
                at=at,
                circular=self.asked.delivery.circular.uuid,
                unit=self.asked.unit_id,
                facts=facts_ruled(ruling),
            )
        return ruling


class Ruling(models.Model):
    """Whether one explanation excuses the unit, by whom and why; takes INSERT only."""

    explanation = models.ForeignKey(Explanation, models.PROTECT, related_name="rulings", verbose_name="说明")
    is_accepted = models.BooleanField("采纳")
    reason = models.CharField("理由", max_length=LONGEST_REASON)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="认定人")
    at = models.DateTimeField("认定时间")

    class Meta:
        verbose_name = verbose_name_plural = "说明的认定"
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.explanation}：{self.said}"

    @property
    def said(self) -> str:
        return "采纳" if self.is_accepted else "不采纳"


def facts_given(given: Explanation) -> dict[str, Any]:
    """What the ledger says of an explanation; the words by their digest."""
    asked = given.asked
    told = {"bulletin": asked.bulletin_id, "delivery": asked.delivery_id, "round": asked.round}
    return {**told, "fault": given.fault_id, "text_digest": digest_of_reason(given.text)}


def facts_ruled(ruling: Ruling) -> dict[str, Any]:
    """What the ledger says of a decision."""
    digest = digest_of_reason(ruling.reason)
    return {"explanation": ruling.explanation_id, "accepted": ruling.is_accepted, "reason_digest": digest}


def forget_words(sender: Any, circular: Any, **rest: Any) -> None:
    """A paper was cleared because of a secret: what was written beside it is kept no more (Article 5)."""
    Explanation.objects.filter(asked__delivery__circular=circular.pk).update(text="")
    Ruling.objects.filter(explanation__asked__delivery__circular=circular.pk).update(reason="")
