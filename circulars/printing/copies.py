"""The log of what a unit printed: one row a sheet set, with its serial, by whom, when and what for; takes INSERT only (Articles 3 and 19).

A serial is given once and never again, whatever became of the paper it stands on.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Right, units_where
from accounts.units import Unit
from circulars.deliveries import Delivery
from circulars.secrecycases import shut_circulars


class Purpose(models.TextChoices):
    """What a copy is printed for; in words of ours, so that the log says nothing of any paper."""

    HANDLING = "handling", "办理"
    INSTRUCTION = "instruction", "呈送领导"
    CIRCULATION = "circulation", "传阅"
    MEETING = "meeting", "会议"
    ARCHIVE = "archive", "归档"
    OTHER = "other", "其他"


class PrintedCopyQuerySet(models.QuerySet["PrintedCopy"]):
    def of_units_of(self, user: Any) -> "PrintedCopyQuerySet":
        """What the units printed whose received papers the person reads; of what a secrecy case has shut, nothing."""
        return self.filter(unit__in=units_where(user, Right.READ)).exclude(delivery__circular__in=shut_circulars())

    def originals(self) -> "PrintedCopyQuerySet":
        return self.filter(kind=PrintedCopy.Kind.ORIGINAL)

    def plain(self) -> "PrintedCopyQuerySet":
        return self.filter(kind=PrintedCopy.Kind.PLAIN)

    def printed_between(self, first: datetime, end: datetime) -> "PrintedCopyQuerySet":
        """From this moment up to the other, which is not within."""
        return self.filter(printed_at__gte=first, printed_at__lt=end)

    def with_state(self) -> "PrintedCopyQuerySet":
        """Each with ``spoilt_state``: what was declared of it and not refused; None for one that is good."""
        from circulars.printing.spoiling import SpoiltCopy

        declared = SpoiltCopy.objects.standing().filter(copy=models.OuterRef("pk")).values("state")[:1]
        return self.annotate(spoilt_state=models.Subquery(declared))

    def of_press(self, key: Any, *, by: Any, deliveries: Collection[int]) -> "PrintedCopyQuerySet":
        """What this press of the person's has printed of these deliveries."""
        return self.filter(key=key, printed_by=by.pk, delivery__in=deliveries).order_by("pk")


class PrintedCopy(models.Model):
    """One original with its serial (第 2/5 份), or one copy without red head and seal, which has none."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", "正本"
        PLAIN = "plain", "复印件"

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="printed_copies", verbose_name="收文")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="打印单位")
    unit_name = models.CharField("打印单位名称", max_length=60)
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    serial = models.PositiveSmallIntegerField("序号", null=True)
    # What held when it was printed: the number agreed by the sender, and how many serials had been spent on spoilt sheets.
    sanctioned = models.PositiveSmallIntegerField("核定份数", null=True)
    spoilt = models.PositiveSmallIntegerField("已作废份数", db_default=0)
    purpose = models.CharField("用途", max_length=12, choices=Purpose.choices)
    key = models.UUIDField("打印提交号")
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="打印人")
    printed_at = models.DateTimeField("打印时间")

    objects = PrintedCopyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "打印登记"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["delivery", "serial"], name="printed_serial_given_once"),
            models.UniqueConstraint(
                fields=["delivery", "key"], condition=Q(kind="plain"), name="plain_copy_once_a_press"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="original",
                    serial__isnull=False,
                    sanctioned__isnull=False,
                    serial__gte=1,
                    sanctioned__gte=1,
                    serial__lte=F("sanctioned") + F("spoilt"),
                )
                | Q(kind="plain", serial=None, sanctioned=None, spoilt=0),
                name="printed_within_what_was_sanctioned",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-printed_at", "-id"], name="printed_unit"),
            models.Index(fields=["key"], name="printed_press"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_name}打印的{self.word}"

    @property
    def is_original(self) -> bool:
        return self.kind == self.Kind.ORIGINAL

    @property
    def word(self) -> str:
        """What the sheet is called: 第 2/5 份; once sheets were spoilt the serial runs past the number, and it says why."""
        if not self.is_original:
            return "复印件"
        if self.spoilt:
            return f"第 {self.serial} 份（核定 {self.sanctioned} 份，作废 {self.spoilt} 份）"
        return f"第 {self.serial}/{self.sanctioned} 份"
