"""The rounds that an insistent sender has closed: what became of each, kept as it was (Articles 20 and 28).

A returned delivery that is sent again begins a new round with its own clock. The row of the delivery then tells of the new round; the old
one stands here, for good: triggers refuse any change but emptying its two texts after a secret slipped in.
"""

from django.conf import settings
from django.db import models

from circulars.deadlines import taken_minutes
from circulars.deliveries.choices import Relief, ReturnCode
from circulars.deliveries.numbers import slip_number
from circulars.deliveries.record import Delivery
from cms.offices import office_of
from cms.ruleversions import RuleVersion
from cms.workdays import CalendarMissing

# What a round says of itself under the same name as its delivery did while it ran.
KEPT = (
    "round",
    "sent_at",
    "due_at",
    "warn_at",
    "window_minutes",
    "rules",
    "must_notify",
    "must_sign",
    "delivered_at",
    "opened_at",
    "opened_by",
    "signed_at",
    "signed_by",
    "by_proxy",
    "taken_minutes",
    "notified_at",
    "unreachable_at",
    "returned_at",
    "returned_by",
    "return_code",
    "return_reason",
    "acknowledged_at",
    "acknowledged_by",
    "relief",
    "fault_unreported",
    "stopped_from",
    "stopped_until",
    "urges",
)


class DeliveryRound(models.Model):
    """One closed round of a delivery: sent when, due when, sent back why, and why the sender insisted."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="rounds", verbose_name="收文")
    round = models.PositiveSmallIntegerField("轮次")
    sent_at = models.DateTimeField("发送时间")
    due_at = models.DateTimeField("应签收时间", null=True)
    warn_at = models.DateTimeField("将超时起", null=True)
    window_minutes = models.PositiveIntegerField("时限（分钟）", null=True)
    rules = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+", db_index=False, verbose_name="规则版次")
    must_notify = models.BooleanField("须短信或电话通知")
    must_sign = models.BooleanField("须签收", db_default=True)
    delivered_at = models.DateTimeField("送达时间", null=True)
    opened_at = models.DateTimeField("打开时间", null=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="打开人"
    )
    signed_at = models.DateTimeField("签收时间", null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="签收人"
    )
    by_proxy = models.BooleanField("代签")
    taken_minutes = models.PositiveIntegerField("签收用时（分钟）", null=True)
    notified_at = models.DateTimeField("通知时间", null=True)
    unreachable_at = models.DateTimeField("号码没有报备或有误", null=True)
    returned_at = models.DateTimeField("退回时间")
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="退回人")
    return_code = models.CharField("退回原因", max_length=20, choices=ReturnCode.choices)
    return_reason = models.CharField("退回说明", max_length=300, blank=True)
    acknowledged_at = models.DateTimeField("退文签收时间")
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="退文签收人"
    )
    relief = models.CharField("免责", max_length=12, choices=Relief.choices, blank=True)
    fault_unreported = models.BooleanField("故障逾期报告")
    stopped_from = models.DateTimeField("停用起", null=True)
    stopped_until = models.DateTimeField("停用止", null=True)
    urges = models.PositiveSmallIntegerField("催签次数")
    insisted_at = models.DateTimeField("再次发送时间")
    insisted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="再次发送人"
    )
    insisted_why = models.CharField("再次发送理由", max_length=300)

    class Meta:
        verbose_name = "收文轮次"
        verbose_name_plural = "收文轮次"
        ordering = ["delivery", "round"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "round"], name="one_round_of_a_number"),
            models.CheckConstraint(condition=models.Q(insisted_why__gt=""), name="round_closed_with_reason"),
        ]
        indexes = [models.Index(fields=["sent_at"], name="round_month")]

    def __str__(self) -> str:
        return f"{self.delivery}（第{self.round}轮）"

    @property
    def slip_number(self) -> str:
        """The number on the slip that a clerk keeps (凭证号)."""
        return slip_number(self.delivery_id, self.round, self.sent_at)

    def minutes_taken(self) -> int | None:
        """The minutes that the unit took (``deadlines.taken_minutes``); None where it did not sign, or while a year's calendar is missing.

        A round that was closed before its year came has no figure and takes none: it is counted from its two ends when somebody looks.
        """
        if self.taken_minutes is not None or self.signed_at is None:
            return self.taken_minutes
        delivery = self.delivery
        try:
            return taken_minutes(delivery.urgency, self.sent_at, self.signed_at, office_of(self.rules.area))
        except CalendarMissing:
            return None

    @property
    def is_late(self) -> bool:
        """Whether it was closed, that is signed for or sent back unsigned, after its due time."""
        return bool(self.due_at and (self.signed_at or self.returned_at) > self.due_at)
