"""The record of a registered circular, to which deliveries, receipts, ledger and reports point; lists never touch the page behind it."""

import json
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from accounts.roles import Right
from accounts.units import Unit
from circulars.deadlines import Urgency
from circulars.layouts import Direction, DocumentType, Layout, Openness, Redistribution, Retention
from circulars.numbering import Series
from circulars.pages import SHUT, CircularPage
from circulars.titles import quoted
from cms.areas import Area
from cms.lifecycles import OutOfOrder


class CircularQuerySet(models.QuerySet["Circular"]):
    def issued_for(self, user: Any, right: Right = Right.TRACK) -> "CircularQuerySet":
        """Circulars of the units for which the person holds the right."""
        from accounts.roles import units_where

        return self.filter(issuer_id__in=units_where(user, right))

    def gone_out(self) -> "CircularQuerySet":
        """Those that were sent, recalled since or not."""
        return self.filter(sent_at__isnull=False)

    def to_send(self) -> "CircularQuerySet":
        """Registered and not sent: those that wait for seal, for somebody's press, and for their time."""
        return self.filter(state__in=[Circular.State.REGISTERED, Circular.State.SEALED, Circular.State.SCHEDULED])

    def kept_by_issuer(self) -> "CircularQuerySet":
        """Those that still have their text and that the issuing unit has not destroyed (Article 27)."""
        # Asked in one filter, so that state and unit are of one row; an exclude would ask each of another.
        gone = Circular.objects.filter(
            pk=models.OuterRef("pk"), holdings__state="destroyed", holdings__unit=models.F("issuer")
        )
        return self.filter(~models.Exists(gone), text__isnull=False)

    def unblocked(self) -> "CircularQuerySet":
        """Circulars that no secrecy case has shut (Article 5)."""
        return self.exclude(secrecy_cases__state__in=SHUT)


class TextGone(OutOfOrder):
    """The circular has no text any more: it was destroyed after its time, or purged after a secret slipped in."""


class Circular(models.Model):
    """One registered circular. What was approved is frozen here; a later change is another circular."""

    class State(models.TextChoices):
        REGISTERED = "registered", "已登记"
        SEALED = "sealed", "已用印"
        SCHEDULED = "scheduled", "待定时发送"
        SENT = "sent", "已发送"
        RECALLED = "recalled", "已撤回"
        VOIDED = "voided", "已作废"

    # Nothing is sent without its seal. What is void or recalled stays so: its text goes out under another number.
    MOVES = {
        State.REGISTERED: {State.SEALED, State.VOIDED},
        State.SEALED: {State.SCHEDULED, State.SENT, State.VOIDED},
        State.SCHEDULED: {State.SEALED, State.SENT},
        State.SENT: {State.RECALLED},
    }

    uuid = models.UUIDField("公文标识", unique=True, default=uuid4, editable=False)
    page = models.OneToOneField(CircularPage, models.PROTECT, related_name="circular", verbose_name="文稿")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.REGISTERED)

    series = models.ForeignKey(Series, models.PROTECT, related_name="circulars", verbose_name="文号系列")
    year = models.PositiveSmallIntegerField("年份")
    sequence = models.PositiveIntegerField("序号")
    number = models.CharField("发文字号", max_length=40)

    title = models.CharField("标题", max_length=255)
    document_type = models.CharField("文种", max_length=20, choices=DocumentType.choices)
    layout = models.CharField("版式", max_length=10, choices=Layout.choices)
    urgency = models.CharField("紧急程度", max_length=15, choices=Urgency.choices)
    direction = models.CharField("行文方向", max_length=10, choices=Direction.choices)
    issuer = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发文单位")
    issuer_name = models.CharField("发文单位名称", max_length=100)
    openness = models.CharField("公开属性", max_length=12, choices=Openness.choices)
    retention = models.CharField("保管期限", max_length=10, choices=Retention.choices)
    redistribution = models.CharField(
        "转发范围", max_length=10, choices=Redistribution.choices, default=Redistribution.FREE
    )
    written_date = models.DateField("成文日期")
    printing_date = models.DateField("印发日期", null=True)
    attachment_count = models.PositiveSmallIntegerField("附件数")
    originals = models.PositiveSmallIntegerField("每单位正本份数", default=1)
    digest = models.CharField("文稿摘要", max_length=64)
    # It was sent before circulars had seals: nothing can be judged of it, and nothing is held against it.
    predates_seals = models.BooleanField("早于电子印章", default=False, db_default=False)

    drafter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟稿人")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签发人")
    approved_at = models.DateTimeField("签发时间")
    registrar = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间")
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发送人"
    )
    sent_at = models.DateTimeField("发送时间", null=True)
    off_hours_reason = models.CharField("非工作时间发送理由", max_length=200, blank=True)
    scheduled_for = models.DateTimeField("定时发送时间", null=True)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="定时人"
    )
    recalled_at = models.DateTimeField("撤回时间", null=True)
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤回人"
    )
    recall_reason = models.CharField("撤回理由", max_length=300, blank=True, db_default="")
    checked_at = models.DateTimeField("核对签收情况时间", null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="核对人"
    )
    announced_at = models.DateTimeField("通知送出时间", null=True)

    objects = CircularQuerySet.as_manager()

    class Meta:
        verbose_name = "公文"
        verbose_name_plural = "公文"
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "sequence"], name="number_drawn_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["registered", "sealed", "scheduled", "voided"], sent_at=None)
                | models.Q(state__in=["sent", "recalled"], sent_at__isnull=False),
                name="circular_sent_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="scheduled", scheduled_for__isnull=False, scheduled_by__isnull=False)
                | (~models.Q(state="scheduled") & models.Q(scheduled_for=None)),
                name="circular_scheduled_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="recalled", recalled_at__isnull=False, recall_reason__gt="")
                | (~models.Q(state="recalled") & models.Q(recalled_at=None)),
                name="circular_recalled_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["issuer", "-sent_at"], name="circular_issuer_sent"),
            models.Index(fields=["-registered_at"], name="circular_registered"),
            models.Index(fields=["-sent_at", "-id"], name="circular_sent"),
            models.Index(fields=["issuer", "state"], name="circular_issuer_state"),
            models.Index(fields=["scheduled_for"], name="circular_scheduled", condition=models.Q(state="scheduled")),
        ]

    def __str__(self) -> str:
        return f"{self.number}{quoted(self.title)}"

    @property
    def area(self) -> Area:
        """The area by whose rules, calendar and hours it goes out: that of its series, else of its issuer (Article 29)."""
        return self.series.area or self.issuer.area

    @property
    def area_id(self) -> int:
        """Its key."""
        return self.series.area_id or self.issuer.area_id

    @property
    def snapshot(self) -> dict[str, Any]:
        """What was approved, as ``circulars.snapshots.snapshot_of`` made it; read on the reading page only.

        Raises ``TextGone`` for one whose text was destroyed or purged.
        """
        try:
            return json.loads(self.text.content)
        except ObjectDoesNotExist:
            raise TextGone(f"{self.number} 的内容已按规定销毁，只留存根。") from None
