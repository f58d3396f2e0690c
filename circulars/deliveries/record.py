"""That one circular is on its way to one unit, as a row (Articles 20 and 22).

The row is narrow: no text, no number. Overdue and 将超时 are questions asked of its times, never states.
"""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone

from accounts.roles import Right, may
from accounts.standins import signs_in_place_of
from accounts.units import Unit
from circulars.deadlines import Standing, Urgency, reason, standing, taken_minutes
from circulars.deeds import Deed
from circulars.deliveries.choices import Channel, Check, Relief, ReturnCode
from circulars.deliveries.constraints import CONSTRAINTS, INDEXES
from circulars.deliveries.nextsteps import NEXT_STEPS, NextStep, codes_for
from circulars.deliveries.numbers import notice_key, slip_number
from circulars.deliveries.questions import TO_ACKNOWLEDGE, DeliveryQuerySet
from circulars.deliveries.returnnotices import tell_of_acknowledgement, tell_of_return
from circulars.reasons import refuse_marks
from circulars.receipts import Signing, draw_up, issue
from circulars.recipients import Addressed
from circulars.registration import Circular
from circulars.sealing import refuse_broken
from circulars.terms import receipt_term
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.offices import office_of
from cms.ruleversions import RuleVersion
from cms.workdays import CalendarMissing

# Told with ``delivery`` and ``at``, within the act: a unit has signed for its circular or sent it back.
closed = Signal()


class Delivery(models.Model):
    """That a circular was sent to a unit, by when it had to be signed for, and what became of it."""

    class State(models.TextChoices):
        SENT = "sent", "待签收"
        OPENED = "opened", "已打开"
        SIGNED_FOR = "signed_for", "已签收"
        RETURNED = "returned", "已退回"
        RECALLED = "recalled", "已撤回"

    # What was signed for may still fail the first review and go back. A return is final unless the sender insists: then a new round
    # begins, and the closed one is kept. A recall is final.
    MOVES = {
        State.SENT: {State.OPENED, State.RETURNED, State.RECALLED},
        State.OPENED: {State.SIGNED_FOR, State.RETURNED, State.RECALLED},
        State.SIGNED_FOR: {State.RETURNED},
        State.RETURNED: {State.SENT},
    }

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="deliveries", verbose_name="公文")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="收文单位")
    unit_name = models.CharField("收文单位名称", max_length=60)
    issuer = models.ForeignKey(  # its own index would draw a month's statistics through all years
        Unit, models.PROTECT, related_name="+", db_index=False, verbose_name="发文单位"
    )
    role = models.CharField("送达方式", max_length=10, choices=Addressed.choices)
    channel = models.CharField("渠道", max_length=10, choices=Channel.choices)
    urgency = models.CharField("紧急程度", max_length=15, choices=Urgency.choices)

    sent_at = models.DateTimeField("发送时间")
    due_at = models.DateTimeField("应签收时间", null=True)
    due_pending = models.BooleanField("时限待定", db_default=False)
    warn_at = models.DateTimeField("将超时起", null=True)
    window_minutes = models.PositiveIntegerField("时限（分钟）", null=True)
    rules = models.ForeignKey(  # nobody asks which deliveries a version governs
        RuleVersion, models.PROTECT, related_name="+", db_index=False, verbose_name="规则版次"
    )
    must_notify = models.BooleanField("须短信或电话通知", db_default=False)
    # Where the rule exempts 抄送, such a unit may sign for it but owes nothing by any time.
    must_sign = models.BooleanField("须签收", db_default=True)
    round = models.PositiveSmallIntegerField("轮次", db_default=1)

    state = models.CharField("状态", max_length=12, choices=State.choices, db_default=State.SENT)
    delivered_at = models.DateTimeField("送达时间", null=True)
    opened_at = models.DateTimeField("打开时间", null=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="打开人"
    )
    signed_at = models.DateTimeField("签收时间", null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="签收人"
    )
    signing_key = models.UUIDField("签收提交号", null=True)
    by_proxy = models.BooleanField("代签", db_default=False)
    taken_minutes = models.PositiveIntegerField("签收用时（分钟）", null=True)
    notified_at = models.DateTimeField("通知时间", null=True)
    unreachable_at = models.DateTimeField("号码没有报备或有误", null=True)
    returned_at = models.DateTimeField("退回时间", null=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="退回人"
    )
    return_code = models.CharField("退回原因", max_length=20, choices=ReturnCode.choices, blank=True, db_default="")
    return_reason = models.CharField("退回说明", max_length=300, blank=True, db_default="")
    acknowledged_at = models.DateTimeField("退文签收时间", null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="退文签收人"
    )
    recalled_at = models.DateTimeField("撤回时间", null=True)
    relief = models.CharField("免责", max_length=12, choices=Relief.choices, blank=True, db_default="")
    # The fault or stop of the platform that relieved the unit or, where it reported its fault too late, makes it answer.
    stopped_from = models.DateTimeField("停用起", null=True)
    stopped_until = models.DateTimeField("停用止", null=True)
    fault_unreported = models.BooleanField("故障逾期报告", db_default=False)
    # 及时登记 and 办结: all that is seen here of what the unit does with it; the rest is the unit's own (``circulars.incoming``).
    registered_at = models.DateTimeField("登记时间", null=True)
    handled_at = models.DateTimeField("办结时间", null=True)
    urges = models.PositiveSmallIntegerField("催签次数", db_default=0)
    urged_at = models.DateTimeField("最近催签时间", null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "收文"
        verbose_name_plural = "收文"
        constraints = CONSTRAINTS
        indexes = INDEXES

    def __str__(self) -> str:
        return f"发给{self.unit_name}的公文"

    @property
    def notice_key(self) -> str:
        """The key of the message by which the unit's clerks learn of this round."""
        return notice_key(self.pk, self.round)

    @property
    def is_open(self) -> bool:
        return self.signed_at is None and self.returned_at is None and self.recalled_at is None

    @property
    def is_unnotified(self) -> bool:
        """Whether its unit must still be texted or called (Article 21)."""
        return self.is_open and self.must_notify and self.notified_at is None

    @property
    def may_go_back(self) -> bool:
        """Whether the unit may still send it back, before it has signed for it or after; not what it has handled."""
        if self.recalled_at or self.handled_at:
            return False
        return self.state in (self.State.SENT, self.State.OPENED, self.State.SIGNED_FOR)

    @property
    def return_codes(self) -> list[ReturnCode]:
        """The reasons for which it may be sent back as it stands now."""
        return codes_for(is_signed=self.signed_at is not None)

    @property
    def next_step(self) -> NextStep | None:
        """Who must act on the return, and how; None where nothing was returned."""
        return NEXT_STEPS[ReturnCode(self.return_code)] if self.return_code else None

    @property
    def is_late(self) -> bool:
        """Whether it was closed, that is signed for or sent back unsigned, after its due time."""
        closed_at = self.signed_at or self.returned_at
        return bool(closed_at and self.due_at and closed_at > self.due_at)

    @property
    def pending_sentence(self) -> str:
        """For want of which year's calendar the due time is still open (待定); empty once it stands."""
        if self.due_at is not None or not self.must_sign:
            return ""
        term = receipt_term(self.urgency, self.sent_at, office_of(self.rules.area), self.rules.rule_set)
        return term.sentence if term.is_pending else "工作日历已经载入，签收时限随即补定。"

    @property
    def without_due(self) -> str:
        """What stands in the place of a due time where there is none: it is still open, or none runs (抄送 that need not be signed for)."""
        return "待定" if self.must_sign else "不计时限"

    @property
    def due_reason(self) -> str:
        """Why it is due when it is, by the rules of its sending (下班时间紧急件：2 小时); empty while that is pending."""
        return reason(self.urgency, self.window_minutes, self.rules.rule_set) if self.window_minutes else ""

    @property
    def slip_number(self) -> str:
        """The number on the slip that a clerk keeps (凭证号)."""
        return slip_number(self.pk, self.round, self.sent_at)

    def standing(self, now: datetime) -> Standing | None:
        """待签收, 将超时 or 已超时; None once it is closed."""
        return standing(due_at=self.due_at, warn_at=self.warn_at, closed=not self.is_open, now=now)

    def open(self, *, by: Any, at: datetime) -> None:
        """The unit has opened the circular; the first time counts, later ones change nothing."""
        if self.state == self.State.SENT:
            try:
                self._step(self.State.OPENED, Deed.DELIVERY_OPENED, by=by, at=at, opened_at=at, opened_by=by)
            except OutOfOrder:
                self.refresh_from_db()

    def sign_for(self, *, checked: set[str], key: UUID, by: Any, at: datetime, signing: Signing | None = None) -> None:
        """The unit has signed for the circular after checking it; who, when and in whose place (代签) are on record for good.

        Its receipt (回执) is drawn up in the same act, signed where the clerk's certificate is open (``signing``), else to be signed later.
        Raises ``ValidationError`` when a check is missing and ``AlreadySigned`` when it was signed for already, unless by this very
        press of the button (``key``), which then simply counts once. Raises ``SealBroken`` while the seal does not stand (Article 4).
        """
        missing = [check.label for check in self.checks() if check not in checked]
        if missing:
            raise ValidationError(f"请先核对再签收，还没有核对：{'、'.join(missing)}。")
        if self.state == self.State.SIGNED_FOR and self.signing_key == key:
            return
        refuse_broken(self.circular, at=at)
        absent = signs_in_place_of(by, self.unit_id, timezone.localdate(at))
        facts: dict[str, Any] = {"checked": sorted(checked), "due_at": self.due_at}
        if absent:
            facts["in_place_of"] = absent
        try:
            with transaction.atomic():
                drawn = draw_up(self, by=by, at=at, in_place_of=absent)
                self._step(
                    self.State.SIGNED_FOR,
                    Deed.DELIVERY_SIGNED_FOR,
                    by=by,
                    at=at,
                    facts=facts | {"receipt": drawn.receipt.digest},
                    signed_at=at,
                    signed_by=by,
                    by_proxy=absent is not None,
                    signing_key=key,
                    taken_minutes=self._taken(at),
                )
                issue(drawn, signing, by=by, at=at)
        except OutOfOrder:
            self.refresh_from_db()
            if self.signing_key == key:
                return
            if self.state == self.State.SIGNED_FOR:
                raise AlreadySigned(self) from None
            if self.state == self.State.SENT:
                raise OutOfOrder("请先打开公文核对内容，再签收。") from None
            raise

    def send_back(self, *, code: str, reason: str, by: Any, at: datetime) -> None:
        """The circular is returned to its sender with a coded reason; both sides know, and who must act next (Article 20).

        A return after signing keeps who signed and when. Raises ``ValidationError`` for a reason that does not fit and ``OutOfOrder``
        when somebody else has signed for it or sent it back meanwhile.
        """
        if code not in self.return_codes:
            raise ValidationError({"code": "请选择退回原因。"})
        reason = reason.strip()
        if code == ReturnCode.OTHER and not reason:
            raise ValidationError({"reason": "选择“其他”时请写明原因。"})
        refuse_marks(reason)
        with transaction.atomic():
            try:
                self._step(
                    self.State.RETURNED,
                    Deed.DELIVERY_RETURNED,
                    by=by,
                    at=at,
                    facts={
                        "code": code,
                        "reason_digest": hashlib.sha256(reason.encode()).hexdigest(),
                        "signed_at": self.signed_at,
                    },
                    returned_at=at,
                    returned_by=by,
                    return_code=code,
                    return_reason=reason[:300],
                )
            except OutOfOrder:
                if self.state == self.State.SIGNED_FOR:
                    raise OutOfOrder(f"本件刚由{self.signed_by}签收。初审不合格的，请再办理退回。") from None
                raise
            tell_of_return(self, by=by, at=at)

    def acknowledge(self, *, by: Any, at: datetime) -> None:
        """The sender has signed for what came back (退文签收), once; the unit's clerks know.

        The same person's second press counts once. Raises ``PermissionDenied`` without the right to send for the issuing unit and
        ``OutOfOrder`` when there is no return to sign for or somebody else has signed for it.
        """
        if not may(by, Right.SEND, self.issuer_id):
            raise PermissionDenied(f"您没有“{self.circular.issuer_name}”的发送职责，不能签收退文。")
        with transaction.atomic():
            waiting = Delivery.objects.filter(TO_ACKNOWLEDGE, pk=self.pk, round=self.round)
            if not waiting.update(acknowledged_at=at, acknowledged_by=by):
                self.refresh_from_db()
                if self.acknowledged_at is None:
                    raise OutOfOrder(f"{self} 没有待签收的退文。")
                if self.acknowledged_by_id == by.pk:
                    return
                signed = timezone.localtime(self.acknowledged_at)
                raise OutOfOrder(f"退文已由{self.acknowledged_by}于{signed:%-m月%-d日 %H:%M}签收，不需要再签。")
            self.acknowledged_at, self.acknowledged_by = at, by
            ledger.enter(
                Deed.RETURN_ACKNOWLEDGED,
                subject=ledger.subject_of(self),
                by=by,
                at=at,
                circular=self.circular.uuid,
                unit=self.unit_id,
                facts={"round": self.round, "returned_at": self.returned_at},
            )
            tell_of_acknowledgement(self, at=at)

    def checks(self) -> dict[Check, str]:
        """What is to be checked on this circular, each with what it should be; without attachments there are none to open."""
        listed = {
            Check.SENDER: self.circular.issuer_name,
            Check.NUMBER: self.circular.number,
            Check.ADDRESSED: f"{self.unit_name}（{self.get_role_display()}）",
            Check.TEXT: "完整，可以阅读",
        }
        if self.circular.attachment_count:
            listed[Check.ATTACHMENTS] = f"{self.circular.attachment_count} 件，齐全，可以打开"
        return listed

    def _step(self, to: str, deed: Deed, *, by: Any, at: datetime, facts: Any = None, **changes: Any) -> None:
        with transaction.atomic():
            move(self, to, deed, by=by, at=at, circular=self.circular.uuid, unit=self.unit_id, facts=facts, **changes)
            if to in (self.State.SIGNED_FOR, self.State.RETURNED):
                # A block leaves the state as it was; who began to press before it is refused here, where the row is held.
                if Delivery.objects.filter(pk=self.pk, recalled_at__isnull=False).exists():
                    raise OutOfOrder("本件刚刚停止办理，不能签收、退回。请等候通知。")
                closed.send(Delivery, delivery=self, at=at)

    def minutes_taken(self) -> int | None:
        """The minutes that the unit took; None where it has not signed, or until the calendar of its year is there (``uncounted``)."""
        return self.taken_minutes

    def _taken(self, at: datetime) -> int | None:
        """Signing is never refused by machinery: where the year's calendar is missing the figure stays open until it is there."""
        try:
            return taken_minutes(self.urgency, self.sent_at, at, office_of(self.rules.area))
        except CalendarMissing:
            return None


class AlreadySigned(OutOfOrder):
    """Somebody of the unit signed first; the sentence says who and when."""

    def __init__(self, delivery: Delivery):
        at = timezone.localtime(delivery.signed_at)
        super().__init__(f"本件已由{delivery.signed_by}于{at:%Y年%-m月%-d日 %H:%M}签收，不需要再签。")
