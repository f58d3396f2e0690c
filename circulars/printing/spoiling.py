"""作废: a sheet that failed at the printer, declared by the clerk and confirmed by a leader before another takes its place (feature K2).

Until it is confirmed it gives no new serial; its own serial is never given again.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q

from accounts.holders import people_with
from accounts.roles import Right, may, units_where
from circulars.deeds import Deed
from circulars.pages import about_paper
from circulars.printing.copies import PrintedCopy
from circulars.reasons import digest_of_reason, said_in
from circulars.secrecycases import shut_circulars
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell

LONGEST = 200


class SpoiltCopyQuerySet(models.QuerySet["SpoiltCopy"]):
    def standing(self) -> "SpoiltCopyQuerySet":
        """Declared, and not refused."""
        return self.exclude(state=SpoiltCopy.State.REFUSED)

    def waiting_for(self, user: Any) -> "SpoiltCopyQuerySet":
        """Those that this person may confirm: of the units they lead, and not declared by themselves."""
        return self.to_confirm_in(units_where(user, Right.CONFIRM_SPOILT)).exclude(declared_by=user.pk)

    def to_confirm_in(self, units: Collection[int]) -> "SpoiltCopyQuerySet":
        """Those of the units that nobody has decided on; of what a secrecy case has shut, none."""
        rows = self.filter(state=SpoiltCopy.State.DECLARED, copy__unit__in=units)
        return rows.exclude(copy__delivery__circular__in=shut_circulars())


class SpoiltCopy(models.Model):
    """That an original failed at the printer, as its clerk says, and what the leader said to that."""

    class State(models.TextChoices):
        DECLARED = "declared", "待确认作废"
        CONFIRMED = "confirmed", "已作废"
        REFUSED = "refused", "不予作废"

    # Both answers are final. Who was refused may declare the same sheet again, as another row.
    MOVES = {State.DECLARED: {State.CONFIRMED, State.REFUSED}}

    copy = models.ForeignKey(PrintedCopy, models.PROTECT, related_name="spoilings", verbose_name="印件")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DECLARED)
    reason = models.CharField("作废原因", max_length=LONGEST)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申报人")
    declared_at = models.DateTimeField("申报时间")
    answer = models.CharField("不予作废的理由", max_length=LONGEST, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="确认人"
    )
    decided_at = models.DateTimeField("确认时间", null=True)

    objects = SpoiltCopyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "印件作废"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["copy"], condition=~Q(state="refused"), name="copy_spoilt_once"),
            models.CheckConstraint(
                condition=Q(state="declared", decided_by=None, decided_at=None)
                | (
                    Q(state__in=["confirmed", "refused"], decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decided_by=F("declared_by"))
                ),
                name="spoilt_copy_decided_by_another",
            ),
        ]
        indexes = [models.Index(fields=["copy"], name="spoilt_to_confirm", condition=Q(state="declared"))]

    def __str__(self) -> str:
        return f"{self.copy}的作废申报"

    def confirm(self, *, by: Any, at: datetime) -> None:
        """The sheet is void, and its unit may print one more. Raises what ``_decide`` raises."""
        self._decide(self.State.CONFIRMED, Deed.SPOILT_CONFIRMED, by=by, at=at)

    def refuse(self, answer: str, *, by: Any, at: datetime) -> None:
        """The sheet counts as printed. Raises ``ValidationError`` without a reason and what ``_decide`` raises."""
        answer = said_in(answer, "answer", "请写明不予作废的理由", longest=LONGEST)
        self._decide(self.State.REFUSED, Deed.SPOILT_REFUSED, by=by, at=at, answer=answer)

    @transaction.atomic
    def _decide(self, to: str, deed: Deed, *, by: Any, at: datetime, **changes: Any) -> None:
        """Raises ``PermissionDenied`` for who does not lead the unit or has declared it, and ``OutOfOrder`` when it was decided."""
        copy = self.copy
        if not may(by, Right.CONFIRM_SPOILT, copy.unit_id):
            raise PermissionDenied("印件作废由本单位的分管领导、主要负责人确认。")
        if by.pk == self.declared_by_id:
            raise PermissionDenied("作废是您申报的，须由另一位领导确认。")
        if self.state != self.State.DECLARED:
            raise OutOfOrder(f"这份印件{self.get_state_display()}，不必再办。")
        facts = {"serial": copy.serial, "declared_by": self.declared_by_id}
        move(self, to, deed, by=by, at=at, unit=copy.unit_id, facts=facts, decided_by=by, decided_at=at, **changes)
        delivery = copy.delivery
        done = "已确认作废，可以补印 1 份" if to == self.State.CONFIRMED else f"不予作废：{self.answer}"
        tell(
            {self.declared_by_id},
            key=f"copy-spoilt:{self.pk}:decided",
            text=f"{delivery.circular.number} 的正本{copy.word}{done.rstrip('。')}。",
            link=f"/received/{delivery.pk}/print/",
            about=about_paper(delivery.circular.page_id),
            at=at,
        )


@transaction.atomic
def declare_spoilt(copy: PrintedCopy, reason: str, *, by: Any, at: datetime) -> SpoiltCopy:
    """The sheet waits for a leader's yes, and the leaders of its unit know.

    Raises ``PermissionDenied`` for who does not print for the unit, ``ValidationError`` without a reason, and ``OutOfOrder`` for a plain copy
    and for what was declared already.
    """
    if not may(by, Right.PRINT_COPIES, copy.unit_id):
        raise PermissionDenied("印件作废由本单位收发员申报。")
    reason = said_in(reason, "reason", "请写明作废原因", longest=LONGEST)
    if not copy.is_original:
        raise OutOfOrder("复印件不计份数，不用申报作废，可以另行打印。")
    taken = copy.spoilings.standing().first()
    if taken is None:
        try:
            with transaction.atomic():
                spoilt = SpoiltCopy.objects.create(copy=copy, reason=reason, declared_by=by, declared_at=at)
        except IntegrityError:  # somebody else was quicker
            taken = copy.spoilings.latest("pk")
    if taken is not None:
        raise OutOfOrder(f"{copy.word}已由{taken.declared_by}申报，现在是“{taken.get_state_display()}”，不必再申报。")
    ledger.enter(
        Deed.COPY_SPOILT,
        subject=ledger.subject_of(spoilt),
        by=by,
        at=at,
        unit=copy.unit_id,
        facts={"copy": ledger.subject_of(copy), "serial": copy.serial, "reason_digest": digest_of_reason(reason)},
    )
    circular = copy.delivery.circular
    tell(
        people_with(Right.CONFIRM_SPOILT, copy.unit_id) - {by.pk},
        key=f"copy-spoilt:{spoilt.pk}",
        text=f"{by}申报 {circular.number} 的正本{copy.word}打印作废，请确认。",
        link="/printed/spoilt/",
        about=about_paper(circular.page_id),
        at=at,
    )
    return spoilt
