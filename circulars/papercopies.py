"""Copies on paper owed to a unit that is not connected or has a fault: handed over when, to whom, by whom (Articles 2 and 13).

A copy is due by the same time as the electronic receipt would be. What a unit with a fault could not sign for is owed until the fault is
over or the unit has signed after all (``circulars.faultpapers``), and the secretariat may take it there as well. A hand-over is entered once; a wrong entry is corrected by another
one with its reason, and the first stays in the ledger.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.faults import Fault
from accounts.overseeing import overseen
from accounts.roles import Right, may, units_where
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.deliveries.questions import unindexed
from circulars.reasons import refuse_marks
from circulars.registration import DistributionLine
from circulars.secrecycases import refuse_blocked
from cms import ledger
from cms.lifecycles import OutOfOrder


class PaperCopyQuerySet(models.QuerySet["PaperCopy"]):
    def for_person(self, user: Any) -> "PaperCopyQuerySet":
        """What the person has to see to: that of the units they register or send for, and all of the areas inspected."""
        inspected = overseen(user, Right.INSPECT)
        if not inspected:
            return self.to_hand_over_by(user)
        mine = self._mine(user) | inspected.of("delivery__rules__area")
        return self.alias(sifted=unindexed("delivery__issuer_id")).filter(mine)

    def to_hand_over_by(self, user: Any) -> "PaperCopyQuerySet":
        """Copies of the circulars of the units for which the person registers or sends; for the secretariat, those of its area for units
        with a fault.
        """
        return self.alias(sifted=unindexed("delivery__issuer_id")).filter(self._mine(user))

    def _mine(self, user: Any) -> models.Q:
        mine = models.Q(sifted__in=units_where(user, Right.SEND) | units_where(user, Right.REGISTER))
        if overseeing := overseen(user, Right.HAND_OVER):
            mine |= models.Q(fault__isnull=False) & overseeing.of("delivery__rules__area")
        return mine

    def with_originals(self) -> "PaperCopyQuerySet":
        """Each with ``originals``: how many of the circular its unit is to get."""
        line = DistributionLine.objects.filter(
            circular=models.OuterRef("delivery__circular"), unit=models.OuterRef("delivery__unit")
        )
        usual = models.F("delivery__circular__originals")
        return self.annotate(originals=Coalesce(models.Subquery(line.values("originals")[:1]), usual))

    def owed(self) -> "PaperCopyQuerySet":
        """Not handed over yet, nor recalled or signed for before that, nor needless since the fault is over."""
        return self.filter(delivered_at=None, lapsed_at=None, delivery__recalled_at=None, delivery__signed_at=None)

    def late(self, now: datetime) -> "PaperCopyQuerySet":
        """Owed still, after the due time."""
        return self.owed().filter(delivery__due_at__lt=now)

    def counts(self, now: datetime) -> dict[str, int]:
        """How many are owed, and how many of these late, in one query."""
        late = models.Count("pk", filter=models.Q(delivery__due_at__lt=now))
        return self.owed().aggregate(owed=models.Count("pk"), late=late)

    def handed_over(self) -> "PaperCopyQuerySet":
        return self.filter(delivered_at__isnull=False)


class PaperCopy(models.Model):
    """A task: one circular to be taken to one unit on paper."""

    delivery = models.OneToOneField(
        Delivery, models.PROTECT, primary_key=True, related_name="paper_copy", verbose_name="收文"
    )
    fault = models.ForeignKey(Fault, models.PROTECT, null=True, related_name="paper_copies", verbose_name="故障")
    owed_from = models.DateTimeField("产生时间")
    lapsed_at = models.DateTimeField("不必再送的时间", null=True)
    delivered_at = models.DateTimeField("送达时间", null=True)
    taken_by = models.CharField("接收人", max_length=40, blank=True, db_default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间", null=True)

    objects = PaperCopyQuerySet.as_manager()

    class Meta:
        verbose_name = "纸质文件"
        verbose_name_plural = "纸质文件"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    delivered_at__isnull=False, taken_by__gt="", recorded_by__isnull=False, recorded_at__isnull=False
                )
                | models.Q(delivered_at=None, taken_by="", recorded_by=None, recorded_at=None),
                name="paper_handed_over_to_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(lapsed_at=None) | models.Q(fault__isnull=False, delivered_at=None),
                name="paper_lapses_with_its_fault",
            ),
        ]
        indexes = [
            models.Index(fields=["-delivered_at"], name="paper_handed_over"),
            models.Index(fields=["owed_from"], name="papercopy_owed", condition=models.Q(delivered_at__isnull=True)),
            models.Index(
                fields=["fault"],
                name="papercopy_owed_for_fault",
                condition=models.Q(fault__isnull=False, delivered_at__isnull=True, lapsed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery}（纸质）"

    @property
    def is_late(self) -> bool:
        """Whether it was handed over after its due time."""
        due_at = self.delivery.due_at
        return bool(self.delivered_at and due_at and self.delivered_at > due_at)

    def deliver(self, delivered_at: datetime, taken_by: str, *, by: Any, at: datetime) -> None:
        """The copy was handed over then to this person of the unit; entered once.

        Raises ``PermissionDenied`` for who neither registers nor sends for the issuing unit, ``ValidationError`` for a time before the
        sending or in the future or without a taker, ``Marked`` for a mark of secrecy, and ``OutOfOrder`` when the hand-over is on record
        already.
        """
        self._refuse_stranger(by)
        taken_by = self._checked(delivered_at, taken_by, at)
        if self.delivered_at:
            raise _overtaken(self)
        self._enter(Deed.PAPER_DELIVERED, delivered_at, taken_by, by=by, at=at)

    def correct(self, delivered_at: datetime, taken_by: str, *, reason: str, by: Any, at: datetime) -> None:
        """The hand-over is on record as it really was, with the reason; what stood there before stays in the ledger.

        Raises what ``deliver`` raises, ``ValidationError`` without a reason, and ``OutOfOrder`` when there is nothing to correct or somebody
        else was quicker.
        """
        self._refuse_stranger(by)
        taken_by = self._checked(delivered_at, taken_by, at)
        reason = reason.strip()
        if not reason or len(reason) > 200:
            raise ValidationError({"reason": "请写明更正原因，不超过 200 个字。"})
        refuse_marks(reason)
        if self.delivered_at is None:
            raise OutOfOrder("这份纸质件还没有登记送达，没有可以更正的。")
        if (self.delivered_at, self.taken_by) == (delivered_at, taken_by):
            raise OutOfOrder("登记的就是这个时间和接收人，没有改动。")
        self._enter(Deed.PAPER_CORRECTED, delivered_at, taken_by, by=by, at=at, reason=reason)

    @transaction.atomic
    def _enter(self, deed: Deed, delivered_at: datetime, taken_by: str, *, by: Any, at: datetime, **facts: Any) -> None:
        """The row says so, if it still says what was seen of it and the circular was neither recalled nor blocked, and the ledger has the deed."""
        delivery = (
            Delivery.objects.select_for_update(of=("self",)).select_related("circular__page").get(pk=self.delivery_id)
        )
        refuse_blocked(delivery.circular.page)
        if delivery.state == Delivery.State.RECALLED:
            raise OutOfOrder("本件已经撤回，不用再送。已经送出的，请从收文单位取回。")
        # What was handed over before the fault was over may be put down after it.
        changes = {
            "delivered_at": delivered_at,
            "taken_by": taken_by,
            "recorded_by": by,
            "recorded_at": at,
            "lapsed_at": None,
        }
        as_seen = {field: getattr(self, field) for field in changes}
        if not PaperCopy.objects.filter(pk=self.pk, **as_seen).update(**changes):
            self.refresh_from_db()
            raise _overtaken(self)
        for field, value in changes.items():
            setattr(self, field, value)
        ledger.enter(
            deed,
            subject=ledger.subject_of(self),
            by=by,
            at=at,
            circular=self.delivery.circular.uuid,
            unit=self.delivery.unit_id,
            facts={"delivered_at": delivered_at, "taken_by": taken_by, **facts},
        )

    def _refuse_stranger(self, by: Any) -> None:
        issuer = self.delivery.issuer_id
        if self.fault_id and overseen(by, Right.HAND_OVER).covers(self.delivery.rules.area_id):
            return
        if not (may(by, Right.SEND, issuer) or may(by, Right.REGISTER, issuer)):
            raise PermissionDenied("只有发文单位的登记员、发文员可以登记纸质件的送达。")

    def _checked(self, delivered_at: datetime, taken_by: str, at: datetime) -> str:
        """The taker's name as it is kept; a hand-over is typed to the minute, so the minute of sending is not too early."""
        sent_at = self.delivery.sent_at
        if delivered_at < sent_at.replace(second=0, microsecond=0):
            sent = timezone.localtime(sent_at)
            raise ValidationError({"delivered_at": f"送达时间不能早于发送时间（{sent:%Y-%m-%d %H:%M}）。"})
        if delivered_at > at:
            raise ValidationError({"delivered_at": "送达时间不能晚于现在，送到以后再登记。"})
        taken_by = taken_by.strip()
        if not taken_by or len(taken_by) > 40:
            raise ValidationError({"taken_by": "请填写接收人姓名，不超过 40 个字。"})
        refuse_marks(taken_by)
        return taken_by


def _overtaken(copy: PaperCopy) -> OutOfOrder:
    at = timezone.localtime(copy.delivered_at)
    return OutOfOrder(
        f"这份纸质件已由{copy.recorded_by}登记：{at:%-m月%-d日 %H:%M}送达，接收人{copy.taken_by}。有错误的，请办理更正。"
    )
