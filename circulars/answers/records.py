"""What one unit has answered on a form: every version that was put away or handed in, kept for good (Article 19)."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models

from circulars.deliveries import Delivery
from circulars.demands.fields import DECIMALS, DIGITS, LONGEST_TEXT
from circulars.demands.fixed import ReplyField, day_before
from cms.attachmentfield import AttachmentKey


class UnitAnswer(models.Model):
    """Where one unit stands with its answer to one delivery; ``handed_in`` is the number of the version that counts.

    ``late_until`` is to when the sender lets it answer after the limit (准予补填).
    """

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="unit_answer", verbose_name="收文")
    handed_in = models.PositiveSmallIntegerField("上报的版次", null=True)
    handed_in_at = models.DateTimeField("上报时间", null=True)
    late_until = models.DateTimeField("准予补填至", null=True)
    urged_at = models.DateTimeField("最近催报时间", null=True)
    reminded_at = models.DateTimeField("到期提醒时间", null=True)
    told_late_at = models.DateTimeField("逾期提醒时间", null=True)

    class Meta:
        verbose_name = "单位答复"
        verbose_name_plural = "单位答复"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(handed_in=None, handed_in_at=None)
                | models.Q(handed_in__isnull=False, handed_in_at__isnull=False),
                name="answer_handed_in_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.delivery}的答复"

    @property
    def late_day(self) -> date | None:
        """The last day of the late leave."""
        return day_before(self.late_until) if self.late_until else None

    @property
    def latest(self) -> "AnswerVersion | None":
        """What was put away or handed in last."""
        return self.versions.select_related("by").order_by("number").last()

    @property
    def counted(self) -> "AnswerVersion | None":
        """The version that the sender sees."""
        if self.handed_in is None:
            return None
        return self.versions.select_related("by").get(number=self.handed_in)


class AnswerVersion(models.Model):
    """One version of a unit's answers, put away or handed in; takes INSERT only."""

    answer = models.ForeignKey(UnitAnswer, models.PROTECT, related_name="versions", verbose_name="答复")
    number = models.PositiveSmallIntegerField("版次")
    is_handed_in = models.BooleanField("已上报")
    digest = models.CharField("内容摘要", max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "答复版次"
        verbose_name_plural = "答复版次"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["answer", "number"], name="answer_version_once")]

    def __str__(self) -> str:
        return f"第 {self.number} 次"


class AnswerCell(models.Model):
    """One value: a text, an option, a number, a file, or a cell of a list or table by row and column; takes INSERT only."""

    version = models.ForeignKey(AnswerVersion, models.PROTECT, related_name="cells", verbose_name="答复版次")
    field = models.ForeignKey(ReplyField, models.PROTECT, related_name="+", verbose_name="项目")
    row = models.PositiveSmallIntegerField("行", default=0)
    column = models.PositiveSmallIntegerField("列", default=0)
    text = models.CharField("文字", max_length=LONGEST_TEXT, blank=True)
    number = models.DecimalField("数字", max_digits=DIGITS, decimal_places=DECIMALS, null=True)
    file = AttachmentKey(verbose_name="文件")
    file_name = models.CharField("文件名", max_length=150, blank=True)

    class Meta:
        verbose_name = "答复内容"
        verbose_name_plural = "答复内容"
        ordering = ["field", "row", "column"]
        constraints = [
            models.UniqueConstraint(fields=["version", "field", "row", "column"], name="answered_once_in_a_cell")
        ]

    def __str__(self) -> str:
        return self.text or str(self.number if self.number is not None else self.file_name)


def answer_of(delivery: Delivery) -> UnitAnswer:
    """The unit's answer to this delivery, locked; begun where there is none yet."""
    UnitAnswer.objects.get_or_create(delivery=delivery)
    return UnitAnswer.objects.select_for_update().get(delivery=delivery)


def may_still_change(*, due_at: datetime | None, late_until: datetime | None, now: datetime) -> bool:
    """Whether an answer is in time: before the limit, or before the day to which the sender has put it off."""
    limits: list[Any] = [at for at in (due_at, late_until) if at]
    return due_at is None or now < max(limits)
