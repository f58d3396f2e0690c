"""短信和电话通知: each attempt to tell a unit that an urgent circular is there, and what came of it (Article 21).

An attempt is entered once and stays, with the time of its entry beside the time of which it speaks. Only a text's result is written later,
once, when the gateway has said it; triggers refuse any other change.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from circulars.deliveries import Delivery, DeliveryRound
from cms.textmessages import TextMessage

# Our reading: a call that is typed in within ten minutes is on record at once; after that it was entered later (补记), and both sides read when.
ENTERED_WITHIN = timedelta(minutes=10)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def with_late_entry(self) -> models.QuerySet[Any]:
        """Each with ``is_too_late``: whether it was entered only after the unit had closed the round, and so tells nobody (``liability.told_at``)."""
        ended = DeliveryRound.objects.filter(delivery=OuterRef("delivery"), round=OuterRef("round"))
        closed_at = Case(
            When(
                round=F("delivery__round"),
                then=Coalesce("delivery__signed_at", "delivery__returned_at", "delivery__recalled_at"),
            ),
            default=Subquery(ended.values(at=Coalesce("signed_at", "returned_at"))),
            output_field=models.DateTimeField(null=True),
        )
        return self.alias(closed_at=closed_at).annotate(
            is_too_late=Case(When(recorded_at__gte=F("closed_at"), then=True), default=False)
        )

    def entries_of(self, deliveries: Collection[Delivery]) -> dict[int, datetime]:
        """For each of these that counts as notified by a call which was entered later (补记): when it was entered."""
        told = {delivery.pk: delivery.round for delivery in deliveries if delivery.notified_at}
        calls = self.filter(
            channel=Notice.Channel.PHONE,
            delivery__in=told,
            round=F("delivery__round"),
            reached_at=F("delivery__notified_at"),
        )
        first: dict[int, Notice] = {}
        for call in calls.order_by("recorded_at", "pk"):
            first.setdefault(call.delivery_id, call)
        return {pk: call.recorded_at for pk, call in first.items() if call.is_entered_later}


class Notice(models.Model):
    """One text to one telephone or one call, for one round of a delivery."""

    class Channel(models.TextChoices):
        TEXT = "text", "短信"
        PHONE = "phone", "电话"

    class Result(models.TextChoices):
        WAITING = "waiting", "等待结果"
        REACHED = "reached", "已通知到"
        NO_ANSWER = "no_answer", "无人接听"
        BUSY = "busy", "占线"
        SWITCHED_OFF = "switched_off", "关机或不在服务区"
        WRONG_NUMBER = "wrong_number", "号码有误"
        OTHER = "other", "其他原因没有接通"
        FAILED = "failed", "短信失败"
        UNKNOWN = "unknown", "结果不明"

    CALL_RESULTS = (
        Result.REACHED,
        Result.NO_ANSWER,
        Result.BUSY,
        Result.SWITCHED_OFF,
        Result.WRONG_NUMBER,
        Result.OTHER,
    )

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="notices", verbose_name="收文")
    round = models.PositiveSmallIntegerField("轮次")
    channel = models.CharField("方式", max_length=10, choices=Channel.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="通知的人"
    )
    name = models.CharField("接收人或接听人", max_length=40)
    number = models.CharField("号码", max_length=20)
    text = models.ForeignKey(TextMessage, models.PROTECT, null=True, related_name="+", verbose_name="短信")
    caller = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="打电话的人"
    )
    key = models.UUIDField("提交号", null=True, unique=True)
    happened_at = models.DateTimeField("通知时间")
    recorded_at = models.DateTimeField("登记时间")
    result = models.CharField("结果", max_length=15, choices=Result.choices)
    reached_at = models.DateTimeField("通知到的时间", null=True)
    settled_at = models.DateTimeField("结果确定时间", null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "短信、电话通知"
        verbose_name_plural = "短信、电话通知"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    channel="phone",
                    caller__isnull=False,
                    text=None,
                    settled_at__isnull=False,
                    result__in=["reached", "no_answer", "busy", "switched_off", "wrong_number", "other"],
                )
                | Q(
                    channel="text",
                    caller=None,
                    text__isnull=False,
                    result__in=["waiting", "reached", "failed", "unknown"],
                ),
                name="notice_by_text_or_phone",
            ),
            models.CheckConstraint(
                condition=Q(result="reached", reached_at__isnull=False) | (~Q(result="reached") & Q(reached_at=None)),
                name="notice_reached_has_time",
            ),
            models.UniqueConstraint(
                fields=["delivery", "round", "person"], condition=Q(channel="text"), name="texted_once_a_round"
            ),
        ]
        indexes = [
            models.Index(fields=["text"], name="notice_unsettled", condition=Q(settled_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.name} {self.get_result_display()}"

    @property
    def is_entered_later(self) -> bool:
        """补记: whether the call had been over for a while when it was typed in."""
        return self.channel == self.Channel.PHONE and self.recorded_at - self.happened_at > ENTERED_WITHIN
