"""传阅: who is to read a paper, in order or all at once, and who has read it when (regulation art. 24(5)).

That somebody has read it, or was passed over and why, is a row of its own that nobody changes. A circulation ends when each reader has one.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.units import Unit
from circulars.incoming import Incoming

LONGEST = 300  # characters of a purpose, a remark or a reason
MOST_READERS = 100


class Circulation(models.Model):
    """One round of a paper among readers; another may follow when it has ended."""

    incoming = models.ForeignKey(Incoming, models.PROTECT, related_name="circulations", verbose_name="收文")
    in_order = models.BooleanField("按顺序传阅")
    purpose = models.CharField("传阅说明", max_length=LONGEST, blank=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发起人")
    begun_at = models.DateTimeField("发起时间")
    ended_at = models.DateTimeField("传阅完毕时间", null=True)

    class Meta:
        verbose_name = "传阅"
        verbose_name_plural = "传阅"
        ordering = ["begun_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["incoming"], condition=Q(ended_at=None), name="one_circulation_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.incoming}的传阅"


class ReaderQuerySet(models.QuerySet["Reader"]):
    def waiting(self) -> "ReaderQuerySet":
        """Those who have neither read nor been passed over, of papers that are still in the unit's hands."""
        return self.filter(end=None, circulation__incoming__state="circulating")

    def reached(self) -> "ReaderQuerySet":
        """Those to whom the paper has come."""
        return self.filter(reached_at__isnull=False)

    def of_reader(self, user: Any) -> "ReaderQuerySet":
        return self.filter(person=user.pk)

    def seen(self) -> "ReaderQuerySet":
        """Those who may see the paper: it has come to them, and they were not passed over."""
        return self.reached().filter(Q(end=None) | Q(end__kind=ReaderEnd.Kind.READ))


class Reader(models.Model):
    """That this person is to read the paper, and since when it lies with them."""

    circulation = models.ForeignKey(Circulation, models.PROTECT, related_name="readers", verbose_name="传阅")
    place = models.PositiveSmallIntegerField("次序")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="传阅人")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="所在单位或者科室")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="加入人")
    added_at = models.DateTimeField("加入时间")
    reached_at = models.DateTimeField("送达时间", null=True)

    objects = ReaderQuerySet.as_manager()

    class Meta:
        verbose_name = "传阅人"
        verbose_name_plural = "传阅人"
        ordering = ["circulation", "place"]
        constraints = [
            models.UniqueConstraint(fields=["circulation", "place"], name="one_reader_in_a_place"),
            models.UniqueConstraint(fields=["circulation", "person"], name="reads_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.unit}）"

    @property
    def is_waiting(self) -> bool:
        """Whether the paper lies with the person now."""
        return self.reached_at is not None and getattr(self, "end", None) is None


class ReaderEnd(models.Model):
    """How it ended with one reader: read, with a remark or none, or passed over with the reason. Rows are added and never changed."""

    class Kind(models.TextChoices):
        READ = "read", "已阅"
        SKIPPED = "skipped", "跳过"

    reader = models.OneToOneField(Reader, models.PROTECT, primary_key=True, related_name="end", verbose_name="传阅人")
    kind = models.CharField("结果", max_length=8, choices=Kind.choices)
    text = models.CharField("阅示意见或者跳过原因", max_length=LONGEST, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "阅毕"
        verbose_name_plural = "阅毕"

    def __str__(self) -> str:
        return f"{self.reader}{self.get_kind_display()}"
