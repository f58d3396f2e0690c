"""增印申请: a unit that needs more originals asks the sender, whose registrar agrees to some or refuses (feature K1; 2012 regulation ch. 7).

How many originals there are is the issuer's to say; so is every one more.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q

from accounts.holders import people_with
from accounts.roles import Right, may, units_where
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.pages import about_paper
from circulars.printing.hindering import hindrance
from circulars.reasons import digest_of_reason, said_in
from circulars.secrecycases import refuse_blocked, shut_circulars
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell

LONGEST = 200
MOST = 20  # at once, as at registration


class MoreOriginalsQuerySet(models.QuerySet["MoreOriginals"]):
    def open(self) -> "MoreOriginalsQuerySet":
        return self.filter(state=MoreOriginals.State.ASKED)

    def answerable_by(self, user: Any) -> "MoreOriginalsQuerySet":
        """Asked of the units for which the person registers, open or not; of what a secrecy case has shut, none."""
        return self.asked_of(units_where(user, Right.REGISTER))

    def asked_of(self, issuers: Collection[int]) -> "MoreOriginalsQuerySet":
        """Asked of these units; of what a secrecy case has shut, none."""
        return self.filter(delivery__issuer__in=issuers).exclude(delivery__circular__in=shut_circulars())


class MoreOriginals(models.Model):
    """That a unit asked for so many originals more, and what the sender said to that."""

    class State(models.TextChoices):
        ASKED = "asked", "待答复"
        AGREED = "agreed", "已同意"
        REFUSED = "refused", "不同意"

    # Both answers are final: who needs still more asks again.
    MOVES = {State.ASKED: {State.AGREED, State.REFUSED}}

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="more_originals", verbose_name="收文")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.ASKED)
    wanted = models.PositiveSmallIntegerField("申请份数")
    reason = models.CharField("理由", max_length=LONGEST)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间")
    granted = models.PositiveSmallIntegerField("同意份数", null=True)
    answer = models.CharField("不同意的理由", max_length=LONGEST, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True)

    objects = MoreOriginalsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "增印申请"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["delivery"], condition=Q(state="asked"), name="more_originals_asked_once"),
            models.CheckConstraint(condition=Q(wanted__gte=1, wanted__lte=MOST), name="more_originals_asked_within"),
            models.CheckConstraint(
                condition=Q(state="asked", granted=None, answered_by=None, answered_at=None)
                | Q(
                    state="agreed",
                    granted__gte=1,
                    granted__lte=MOST,
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                )
                | Q(state="refused", granted=None, answered_by__isnull=False, answered_at__isnull=False),
                name="more_originals_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery.unit_name}的增印申请"

    def agree(self, granted: int, *, by: Any, at: datetime) -> None:
        """The unit may print so many originals more. Raises ``ValidationError`` for a number beyond the bounds and what ``_answer`` raises."""
        if not 1 <= granted <= MOST:
            raise ValidationError({"granted": f"请填写 1 至 {MOST} 份。"})
        self._answer(self.State.AGREED, Deed.MORE_AGREED, f"同意增印 {granted} 份", by=by, at=at, granted=granted)

    def refuse(self, answer: str, *, by: Any, at: datetime) -> None:
        """The unit has what it had. Raises ``ValidationError`` without a reason and what ``_answer`` raises."""
        answer = said_in(answer, "answer", "请写明不同意的理由", longest=LONGEST)
        self._answer(self.State.REFUSED, Deed.MORE_REFUSED, f"不同意增印：{answer}", by=by, at=at, answer=answer)

    @transaction.atomic
    def _answer(self, to: str, deed: Deed, said: str, *, by: Any, at: datetime, **changes: Any) -> None:
        """Raises ``PermissionDenied`` for who does not register for the issuing unit, and ``OutOfOrder`` when it was answered or the paper is shut."""
        delivery = self.delivery
        circular = delivery.circular
        if not may(by, Right.REGISTER, delivery.issuer_id):
            raise PermissionDenied("增印申请由发文单位登记员答复。")
        refuse_blocked(circular.page)
        if self.state != self.State.ASKED:
            raise OutOfOrder(f"这份增印申请{self.get_state_display()}，不必再答复。")
        facts = {"wanted": self.wanted, "granted": changes.get("granted")}
        move(
            self,
            to,
            deed,
            by=by,
            at=at,
            circular=circular.uuid,
            unit=delivery.unit_id,
            facts=facts,
            answered_by=by,
            answered_at=at,
            **changes,
        )
        tell(
            people_with(Right.PRINT_COPIES, delivery.unit_id) | {self.asked_by_id},
            key=f"more-originals:{self.pk}:answered",
            text=f"{circular.issuer_name}对 {circular.number} {said.rstrip('。')}。",
            link=f"/received/{delivery.pk}/print/",
            about=about_paper(circular.page_id),
            at=at,
        )


@transaction.atomic
def ask_for_more(delivery: Delivery, wanted: int, reason: str, *, by: Any, at: datetime) -> MoreOriginals:
    """The sender's registrars know that the unit asks for so many originals more.

    Raises ``PermissionDenied`` for who does not print for the unit, ``ValidationError`` for a number beyond the bounds or no reason, and
    ``OutOfOrder`` when the unit may print none of it now or has asked already.
    """
    if not may(by, Right.PRINT_COPIES, delivery.unit_id):
        raise PermissionDenied("增印由本单位收发员申请。")
    if not 1 <= wanted <= MOST:
        raise ValidationError({"wanted": f"请填写 1 至 {MOST} 份。"})
    reason = said_in(reason, "reason", "请写明增印理由", longest=LONGEST)
    if why := hindrance(delivery):
        raise OutOfOrder(why)
    standing = delivery.more_originals.open().first()
    if standing is None:
        try:
            with transaction.atomic():
                asked = MoreOriginals.objects.create(
                    delivery=delivery, wanted=wanted, reason=reason, asked_by=by, asked_at=at
                )
        except IntegrityError:  # somebody else was quicker
            standing = delivery.more_originals.latest("pk")
    if standing is not None:
        raise OutOfOrder(f"{standing.asked_by}已经申请增印 {standing.wanted} 份，正等发文单位答复。")
    circular = delivery.circular
    ledger.enter(
        Deed.MORE_ASKED,
        subject=ledger.subject_of(asked),
        by=by,
        at=at,
        circular=circular.uuid,
        unit=delivery.unit_id,
        facts={"wanted": wanted, "reason_digest": digest_of_reason(reason)},
    )
    tell(
        people_with(Right.REGISTER, delivery.issuer_id),
        key=f"more-originals:{asked.pk}",
        text=f"{delivery.unit_name}申请增印 {circular.number} 正本 {wanted} 份：{reason}",
        link=f"/originals/{asked.pk}/",
        about=about_paper(circular.page_id),
        at=at,
    )
    return asked
