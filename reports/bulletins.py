"""通报: a month's bulletin on its way from figures to a circular, in five steps (Article 28).

选月 opens it, 核对 looks at what the month's figures are now, 说明 lets the units that answer for a late receipt say why, 审定 publishes the month,
下发 drafts the circular. Until 审定 nothing is frozen, and it may be dropped; what is published then stays.
"""

from datetime import datetime, timedelta
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
from cms.lifecycles import OutOfOrder, move
from cms.limits import when
from cms.reach import within_reach
from reports.deeds import Deed
from reports.heard import tell_secretariat, tell_units
from reports.months import Month
from reports.receipts import Issuers
from reports.snapshots import LONGEST_REASON, MonthlySnapshot, countable, refuse_unfinished

# How long units may have to explain, from the moment they were asked, however often it is lengthened.
LONGEST = timedelta(days=60)


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
        """Those that will publish their month and have not yet."""
        return self.filter(state__in=UNDER_WAY)

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
        DROPPED = "dropped", "已取消"

    # Approval is final: what was published is put right by another bulletin of the month, with a reason. What was dropped is begun anew.
    MOVES = {
        State.CHECKING: {State.EXPLAINING, State.DROPPED},
        State.EXPLAINING: {State.APPROVED, State.DROPPED},
    }

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    issuers = models.CharField("发文单位", max_length=12, choices=Issuers.choices)
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    reason = models.CharField("重新通报的理由", max_length=LONGEST_REASON, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.CHECKING)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    opened_at = models.DateTimeField("开始时间")
    # Empty as well where units were asked before this was kept and the bulletin is approved.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="请说明的人"
    )
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
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="取消人"
    )
    dropped_at = models.DateTimeField("取消时间", null=True)
    dropped_why = models.CharField("取消的理由", max_length=LONGEST_REASON, blank=True, db_default="")

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
                condition=Q(state__in=["checking", "dropped"], explain_until=None, asked_at=None, asked_by=None)
                | (~Q(state="checking") & Q(explain_until__isnull=False, asked_at__isnull=False)),
                name="bulletin_asked_until",
            ),
            models.CheckConstraint(
                condition=(Q(state="dropped", dropped_by__isnull=False, dropped_at__isnull=False) & ~Q(dropped_why=""))
                | (~Q(state="dropped") & Q(dropped_by=None, dropped_at=None, dropped_why="")),
                name="bulletin_dropped_why",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", approved_by__isnull=False, snapshot__isnull=False)
                | (~Q(state="approved") & Q(approved_by=None, snapshot=None, page=None)),
                name="bulletin_approved_is_published",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("opened_by")), name="bulletin_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(asked_by=None) | ~Q(approved_by=F("asked_by")),
                name="bulletin_approved_by_none_who_asked",
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
    def lengthen(self, until: datetime, reason: str, *, by: Any, at: datetime) -> None:
        """Units may explain until then; each that was asked is told, and until when it was before stays on record with the reason.

        Time that is over already is given anew. Raises ``PermissionDenied`` without the right, ``OutOfOrder`` while no unit is to explain, and
        ``ValidationError`` without a reason and for an end that is none later or too far from the asking.
        """
        refuse_strangers(self.area, by)
        reason = said_in(reason, "reason", "请写明延长的理由", longest=LONGEST_REASON)
        within_reach(until)
        bulletin = self.locked()
        if bulletin.state != Bulletin.State.EXPLAINING:
            raise OutOfOrder(f"{bulletin}现在是“{bulletin.get_state_display()}”，不能延长说明时间。")
        assert bulletin.explain_until is not None
        assert bulletin.asked_at is not None
        was, units = bulletin.explain_until, set(bulletin.asked.values_list("unit", flat=True))
        if not units:
            raise OutOfOrder("这次没有要单位说明的公文，不用延长。")
        if until <= max(was, at):
            raise ValidationError({"until": f"新的截止时间须晚于现在，也晚于原定的{when(was)}。"})
        if until > (last := bulletin.asked_at + LONGEST):
            raise ValidationError({"until": f"从请各单位说明起最长{LONGEST.days}天，最迟到{when(last)}。"})
        Bulletin.objects.filter(pk=self.pk).update(explain_until=until)
        row = bulletin.lengthenings.create(was=was, until=until, reason=reason, by=by, at=at)
        ledger.enter(
            Deed.BULLETIN_LENGTHENED, subject=ledger.subject_of(row), by=by, at=at, facts=facts_lengthened(row)
        )
        said = f"{self.month_told.label}逾期公文的说明时间延长到{when(until)}（原定{when(was)}），理由：{reason}"
        tell_units(bulletin, units, f"lengthened:{row.pk}", said, at)
        tell_secretariat(bulletin, f"lengthened:{row.pk}", f"{by}办理：{said}", at, but={by.pk})
        self.explain_until = until

    @transaction.atomic
    def drop(self, reason: str, *, by: Any, at: datetime) -> None:
        """It comes to nothing: nobody explains or decides any more, nothing that was decided relieves, and the month may be begun anew.

        The units that were asked and the rest of the secretariat know, with the reason. Raises ``PermissionDenied`` without the right,
        ``OutOfOrder`` once it is approved or dropped, and ``ValidationError`` without a reason.
        """
        refuse_strangers(self.area, by)
        reason = said_in(reason, "reason", "请写明取消的理由", longest=LONGEST_REASON)
        bulletin = self.locked()
        if bulletin.state == Bulletin.State.DROPPED:
            raise OutOfOrder(f"{bulletin}已由{bulletin.dropped_by}取消，没有重复办理。")
        if bulletin.state == Bulletin.State.APPROVED:
            raise OutOfOrder(f"{bulletin}已经审定，不能取消；有错的，写明理由重新通报。")
        facts = {"reason_digest": digest_of_reason(reason)}
        changes: dict[str, Any] = {"dropped_by": by, "dropped_at": at, "dropped_why": reason}
        move(bulletin, Bulletin.State.DROPPED, Deed.BULLETIN_DROPPED, by=by, at=at, facts=facts, **changes)
        units = set(bulletin.asked.values_list("unit", flat=True))
        said = f"{bulletin}已取消办理，理由：{reason}"
        tell_units(bulletin, units, "dropped", f"{said}。不用再说明；重新办理时另行通知。", at)
        tell_secretariat(bulletin, "dropped", f"{said}（{by}办理）", at, but={by.pk})
        self.refresh_from_db()


UNDER_WAY = (Bulletin.State.CHECKING, Bulletin.State.EXPLAINING)


class Lengthening(models.Model):
    """That units got more time to explain, until when instead of when, by whom and why; takes INSERT only."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="lengthenings", verbose_name="通报")
    was = models.DateTimeField("原定截止")
    until = models.DateTimeField("延长到")
    reason = models.CharField("理由", max_length=LONGEST_REASON)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "延长说明时间"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("was")), name="lengthened_to_later")]

    def __str__(self) -> str:
        return f"{self.bulletin}：说明时间延长到{when(self.until)}"


def facts_lengthened(row: Lengthening) -> dict[str, Any]:
    """What the ledger says of more time; the reason by its digest."""
    told = {"bulletin": row.bulletin_id, "was": ledger.instant(row.was), "until": ledger.instant(row.until)}
    return {**told, "reason_digest": digest_of_reason(row.reason)}


def refuse_strangers(area: Area, by: Any, *, deed: str = "办理通报") -> None:
    """Raises ``PermissionDenied`` for who does not report for the area."""
    if not overseen(by, Right.REPORT).covers(area.pk):
        raise PermissionDenied(f"只有{area.secretariat}可以{deed}。")


@transaction.atomic
def open_bulletin(
    month: Month, *, issuers: Issuers = Issuers.GOVERNMENT, area: Area, reason: str = "", by: Any, at: datetime
) -> Bulletin:
    """The month's bulletin is begun; nothing is frozen by that.

    Raises ``PermissionDenied`` without the right, ``NotCountable`` for a month that could not be published, ``OutOfOrder`` while another
    bulletin of the month is under way, and ``ValidationError`` where the month is published already and no reason is given.
    """
    refuse_strangers(area, by)
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
