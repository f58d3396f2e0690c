"""When the platform itself was down or stopped for maintenance, as the network office announces it (Articles 7(3) and 13)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.dispatch import Signal

from accounts.deeds import Deed
from accounts.roles import Right, may
from cms import ledger
from cms.areas import Area
from cms.lifecycles import OutOfOrder

# Sent inside the act by which the network office says when the platform was back, with ``outage``, ``by`` and ``at``.
outage_ended = Signal()


class Outage(models.Model):
    """That nobody of an area could use the platform from one moment to another; open while it has no end."""

    class Kind(models.TextChoices):
        OUTAGE = "outage", "平台中断"
        MAINTENANCE = "maintenance", "停机维护"

    area = models.ForeignKey(Area, models.PROTECT, related_name="outages", verbose_name="辖区")
    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    text = models.CharField("情况", max_length=300)
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间", null=True)
    announced_at = models.DateTimeField("公告时间")
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="公告人")

    class Meta:
        verbose_name = "平台停用"
        verbose_name_plural = "平台停用"
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="outage_ends_later")
        ]
        indexes = [models.Index(fields=["area", "starts_at"], name="outage_area")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d %H:%M}"

    @transaction.atomic
    def end(self, *, ends_at: datetime, by: Any, at: datetime) -> None:
        """The platform was back from this moment on; said once."""
        _refuse_stranger(by)
        if not self.starts_at < ends_at <= at:
            raise ValidationError({"ends_at": "结束时间须晚于开始时间，且不晚于现在。"})
        if not Outage.objects.filter(pk=self.pk, ends_at=None).update(ends_at=ends_at):
            raise OutOfOrder("这次停用已经结束。")
        self.ends_at = ends_at
        ledger.enter(Deed.OUTAGE_ENDED, subject=ledger.subject_of(self), by=by, at=at, facts={"ends_at": ends_at})
        outage_ended.send(type(self), outage=self, by=by, at=at)


@transaction.atomic
def announce_outage(
    area: Area, kind: str, text: str, *, starts_at: datetime, ends_at: datetime | None = None, by: Any, at: datetime
) -> Outage:
    """The network office has said from when, and if it knows till when, the platform is not to be used."""
    _refuse_stranger(by)
    text = text.strip()
    if not text:
        raise ValidationError({"text": "请写明停用的情况。"})
    if ends_at is not None and ends_at <= starts_at:
        raise ValidationError({"ends_at": "结束时间须晚于开始时间。"})
    outage = Outage.objects.create(
        area=area,
        kind=Outage.Kind(kind),
        text=text[:300],
        starts_at=starts_at,
        ends_at=ends_at,
        announced_at=at,
        announced_by=by,
    )
    ledger.enter(
        Deed.OUTAGE_ANNOUNCED,
        subject=ledger.subject_of(outage),
        by=by,
        at=at,
        facts={"kind": kind, "starts_at": starts_at, "ends_at": ends_at},
    )
    if ends_at is not None and ends_at <= at:
        outage_ended.send(Outage, outage=outage, by=by, at=at)
    return outage


def _refuse_stranger(by: Any) -> None:
    if not may(by, Right.RUN):
        raise PermissionDenied("平台停用由市网信办公告。")
