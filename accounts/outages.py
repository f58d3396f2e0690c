"""When the platform itself was down or stopped for maintenance, as the network office announces it (Articles 7(3) and 13)."""

from datetime import UTC, datetime, timedelta
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
from cms.limits import when
from cms.unmarked import refuse_marked_fields
from cms.wording import Worded

# Sent inside the act by which the network office says when the platform was back, with ``outage``, ``by`` and ``at``.
outage_ended = Signal()


# So long before it begins every page of the desk speaks of it.
AHEAD = timedelta(hours=24)


class OutageQuerySet(models.QuerySet["Outage"]):
    def standing(self) -> "OutageQuerySet":
        """Those that were not called off."""
        return self.filter(called_off_at=None)

    def between(self, now: datetime, then: datetime) -> "OutageQuerySet":
        """Those that are not over by now and have begun by then."""
        return self.standing().filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=then)

    def stopping(self, areas: Any) -> "OutageQuerySet":
        """Those that stop these areas: their own, and the platform's, which are on record with the home area."""
        return self.filter(Q(area__in=areas) | Q(area__code=settings.AREA))

    def overlapping(self, starts_at: datetime, ends_at: datetime | None) -> "OutageQuerySet":
        """Those that share a moment with the stretch; without an end both last for ever."""
        found = self.standing().filter(Q(ends_at=None) | Q(ends_at__gt=starts_at))
        return found if ends_at is None else found.filter(starts_at__lt=ends_at)


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
    called_off_at = models.DateTimeField("取消时间", null=True)

    objects = OutageQuerySet.as_manager()

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

    def stops(self, area: int) -> bool:
        """Whether it stops this area: its own does, and the platform's every one; asked together with its area."""
        return self.area_id == area or self.area.is_home

    def is_over(self, now: datetime) -> bool:
        """Whether it is past or will not be: nothing can be said about it any more."""
        return self.called_off_at is not None or (self.ends_at is not None and self.ends_at <= now)

    def is_on(self, now: datetime) -> bool:
        return self.starts_at <= now and not self.is_over(now)

    def sentence(self, now: datetime) -> str:
        """What every page says of it: from when to when, and what it is."""
        name = self.get_kind_display()
        if self.is_on(now):
            until = f"，预计 {when(self.ends_at)} 恢复" if self.ends_at else "，恢复时间待通知"
            return f"{name}：自 {when(self.starts_at)} 起{until}。{self.text}"
        until = f"至 {when(self.ends_at)}" if self.ends_at else "起"
        return f"{name}预告：{when(self.starts_at)} {until}系统停用，紧急公文请提前办理。{self.text}"

    @transaction.atomic
    def end(self, *, ends_at: datetime, by: Any, at: datetime) -> None:
        """The platform was back from this moment on; said once, also where another end was expected.

        Raises ``ValidationError`` for a moment before its start or still to come, and ``OutOfOrder`` when it is over.
        """
        _refuse_stranger(by)
        if not self.starts_at < ends_at <= at:
            raise ValidationError({"ends_at": "恢复时间须晚于开始时间，且不晚于现在。"})
        self._set_end(ends_at, Deed.OUTAGE_ENDED, by=by, at=at)
        outage_ended.send(type(self), outage=self, by=by, at=at)

    @transaction.atomic
    def prolong(self, *, ends_at: datetime, by: Any, at: datetime) -> None:
        """It is expected to end at another moment that is still to come; raises ``OutOfOrder`` when it is over or nothing changes."""
        _refuse_stranger(by)
        if ends_at <= max(at, self.starts_at):
            raise ValidationError({"ends_at": "预计恢复时间须晚于现在和开始时间。"})
        area = _locked(self.area_id)
        if Outage.objects.filter(area=area).overlapping(self.starts_at, ends_at).exclude(pk=self.pk).exists():
            raise ValidationError({"ends_at": "与另一次已公告的停用时间重叠，请核对。"})
        self._set_end(ends_at, Deed.OUTAGE_PROLONGED, by=by, at=at)

    @transaction.atomic
    def call_off(self, *, by: Any, at: datetime) -> None:
        """What was announced does not take place; only before it begins, later ``OutOfOrder`` is raised."""
        _refuse_stranger(by)
        if not Outage.objects.standing().filter(pk=self.pk, starts_at__gt=at).update(called_off_at=at):
            raise OutOfOrder("这次停用已经开始或者已经取消，不能再取消。已开始的，请填写恢复时间。")
        self.called_off_at = at
        ledger.enter(Deed.OUTAGE_CALLED_OFF, subject=ledger.subject_of(self), by=by, at=at)

    def _set_end(self, ends_at: datetime, deed: str, *, by: Any, at: datetime) -> None:
        running = Outage.objects.standing().filter(Q(ends_at=None) | Q(ends_at__gt=at), pk=self.pk)
        if not running.exclude(ends_at=ends_at).update(ends_at=ends_at):
            same = running.exists()
            raise OutOfOrder(f"预计恢复时间已经是{when(ends_at)}，没有改动。" if same else "这次停用已经结束。")
        self.ends_at = ends_at
        ledger.enter(deed, subject=ledger.subject_of(self), by=by, at=at, facts={"ends_at": ends_at})


@transaction.atomic
def announce_outage(
    area: Area, kind: str, text: str, *, starts_at: datetime, ends_at: datetime | None = None, by: Any, at: datetime
) -> Outage:
    """The network office has said from when, and if it knows till when, the platform is not to be used.

    Maintenance is announced before it begins and says when it ends; what has broken down began at the latest now. Raises
    ``ValidationError`` for anything else, and where another stop of the area shares a moment with it.
    """
    _refuse_stranger(by)
    text = text.strip()
    if not text:
        raise ValidationError({"text": "请写明停用的情况。"})
    refuse_marked_fields(text=text)
    if ends_at is not None and ends_at <= starts_at:
        raise ValidationError({"ends_at": "结束时间须晚于开始时间。"})
    if kind == Outage.Kind.MAINTENANCE:
        if starts_at < at:
            raise ValidationError({"starts_at": "停机维护须在开始之前公告；已经停用的，请按“平台中断”公告。"})
        if ends_at is None:
            raise ValidationError({"ends_at": "请填写停机维护预计结束的时间。"})
    elif starts_at > at:
        raise ValidationError({"starts_at": "平台中断的开始时间不能晚于现在；预定的停用，请按“停机维护”公告。"})
    if Outage.objects.filter(area=_locked(area.pk)).overlapping(starts_at, ends_at).exists():
        raise ValidationError({"starts_at": "与另一次已公告的停用时间重叠，请核对；还没有恢复的，请先填写恢复时间。"})
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


def _locked(area_id: int) -> Area:
    """The area, so that of two announcements at once the second sees the first."""
    return Area.objects.select_for_update().get(pk=area_id)


def _refuse_stranger(by: Any) -> None:
    if not may(by, Right.OPERATE):
        raise PermissionDenied("平台停用由市网信办公告。")


_AT_HAND = Worded(
    lambda now, then: Outage.objects.between(now, then).values_list("pk"),
    now=datetime(1, 1, 2, tzinfo=UTC),
    then=datetime(1, 1, 3, tzinfo=UTC),
)


def at_hand(now: datetime) -> list[Outage]:
    """Those that are on, or begin within a day: what every page says; one short question where there are none."""
    keys = [key for (key,) in _AT_HAND.ask(now=now, then=now + AHEAD)]
    return list(Outage.objects.filter(pk__in=keys)) if keys else []
