"""通报: a month's bulletin on its way from figures to a circular, in five steps (Article 28).

选月 opens it, 核对 looks at what the month's figures are now, 说明 lets the units that answer for a late receipt say why, 审定 publishes the month,
下发 drafts the circular. Until 审定 nothing is frozen; what is published then stays.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q

from accounts.overseeing import area_overseen, overseen
from accounts.roles import Right, may, units_where
from accounts.units import Unit
from circulars.pages import CircularPage
from circulars.reasons import digest_of_reason, said_in
from cms import ledger
from cms.areas import Area
from cms.lifecycles import OutOfOrder
from reports.deeds import Deed
from reports.months import Month
from reports.receipts import Issuers
from reports.snapshots import LONGEST_REASON, MonthlySnapshot, countable, refuse_unfinished


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def for_person(self, user: Any) -> "BulletinQuerySet":
        """All of the area for the secretariat; for who drafts there for the government or its office, those that wait for a draft or have one."""
        if may(user, Right.REPORT):
            return self.filter(area=area_overseen(user, Right.REPORT))
        mine = Unit.objects.filter(pk__in=units_where(user, Right.DRAFT))
        home = mine.filter(Issuers.GOVERNMENT.where, area__code=settings.AREA)
        runs = models.Q(area__in=mine.values("runs")) | models.Q(area__in=mine.values("served_by__runs"))
        return self.filter(models.Q(area__in=home.values("area")) | runs, state=Bulletin.State.APPROVED)

    def unfinished(self) -> "BulletinQuerySet":
        """Those whose month is not published by them yet."""
        return self.exclude(state=Bulletin.State.APPROVED)

    def of(self, month: Month, issuers: Issuers, area: Area) -> "BulletinQuerySet":
        return self.filter(area=area, issuers=issuers, year=month.year, month=month.month)

    def explaining(self) -> "BulletinQuerySet":
        """Those about which units were asked and that nobody has approved."""
        return self.filter(state=Bulletin.State.EXPLAINING)


class Bulletin(models.Model):
    """One month's bulletin: who prepared it, until when units could explain, who approved it and which circular came of it."""

    class State(models.TextChoices):
        CHECKING = "checking", "核对"
        EXPLAINING = "explaining", "单位说明"
        APPROVED = "approved", "已审定"

    # Approval is final: what was published is put right by another bulletin of the month, with a reason.
    MOVES = {State.CHECKING: {State.EXPLAINING}, State.EXPLAINING: {State.APPROVED}}

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    issuers = models.CharField("发文单位", max_length=12, choices=Issuers.choices)
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    reason = models.CharField("重新通报的理由", max_length=LONGEST_REASON, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.CHECKING)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    opened_at = models.DateTimeField("开始时间")
    asked_at = models.DateTimeField("请说明时间", null=True)
    explain_until = models.DateTimeField("说明截止", null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="审定人"
    )
    approved_at = models.DateTimeField("审定时间", null=True)
    named_percent = models.PositiveSmallIntegerField("点名：按时签收率低于（％）", null=True)
    snapshot = models.OneToOneField(
        MonthlySnapshot, models.PROTECT, null=True, related_name="bulletin", verbose_name="月度统计"
    )
    # A draft that is thrown away leaves the bulletin to be drafted anew.
    page = models.OneToOneField(
        CircularPage, models.SET_NULL, null=True, related_name="bulletin", verbose_name="通报文稿"
    )

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "签收情况通报"
        default_permissions = ()
        ordering = ["-year", "-month", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "issuers", "year", "month"],
                condition=Q(state__in=["checking", "explaining"]),
                name="one_bulletin_under_way",
            ),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="bulletin_of_a_month"),
            models.CheckConstraint(
                condition=Q(state="checking", explain_until=None)
                | (~Q(state="checking") & Q(explain_until__isnull=False, asked_at__isnull=False)),
                name="bulletin_asked_until",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", approved_by__isnull=False, snapshot__isnull=False)
                | (~Q(state="approved") & Q(approved_by=None, snapshot=None, page=None)),
                name="bulletin_approved_is_published",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("opened_by")), name="bulletin_approved_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month_told.label}签收情况通报"

    @property
    def month_told(self) -> Month:
        return Month(self.year, self.month)

    @property
    def whose(self) -> Issuers:
        return Issuers(self.issuers)

    @property
    def issuers_said(self) -> str:
        """Whose circulars it is about, in the words of its area."""
        return self.whose.said_in(self.area)

    def is_closed(self, now: datetime) -> bool:
        """Whether no unit can explain any more because the time is over."""
        return self.explain_until is not None and now >= self.explain_until

    def locked(self) -> "Bulletin":
        """The bulletin as it stands now, for this transaction alone."""
        return Bulletin.objects.select_for_update(of=("self",)).get(pk=self.pk)


@transaction.atomic
def open_bulletin(
    month: Month, *, issuers: Issuers = Issuers.GOVERNMENT, area: Area, reason: str = "", by: Any, at: datetime
) -> Bulletin:
    """The month's bulletin is begun; nothing is frozen by that.

    Raises ``PermissionDenied`` without the right, ``NotCountable`` for a month that could not be published, ``OutOfOrder`` while another
    bulletin of the month is under way, and ``ValidationError`` where the month is published already and no reason is given.
    """
    if not overseen(by, Right.REPORT).covers(area.pk):
        raise PermissionDenied("只有市政府办公室秘书科可以办理通报。")
    refuse_unfinished(month, at)
    Area.objects.select_for_update().get(pk=area.pk)
    if under_way := Bulletin.objects.of(month, issuers, area).unfinished().first():
        raise OutOfOrder(f"{under_way}正由{under_way.opened_by}办理，不能再开。")
    if MonthlySnapshot.objects.newest_of(month, issuers, area) is not None:
        reason = said_in(reason, "reason", f"{month.label}已经公布，重新通报请写明理由", longest=LONGEST_REASON)
    elif reason.strip():
        raise ValidationError({"reason": f"{month.label}还没有公布过，第一次通报不填理由。"})
    countable(month, as_of=at, issuers=issuers, area=area)
    bulletin = Bulletin.objects.create(
        area=area,
        issuers=issuers,
        year=month.year,
        month=month.month,
        reason=reason.strip(),
        opened_by=by,
        opened_at=at,
    )
    ledger.enter(Deed.BULLETIN_OPENED, subject=ledger.subject_of(bulletin), by=by, at=at, facts=facts_opened(bulletin))
    return bulletin


def facts_opened(bulletin: Bulletin) -> dict[str, Any]:
    """What the ledger says of a bulletin that was begun."""
    facts = {"month": str(bulletin.month_told), "issuers": str(bulletin.issuers), "area": bulletin.area.code}
    if bulletin.reason:
        facts["reason_digest"] = digest_of_reason(bulletin.reason)
    return facts
