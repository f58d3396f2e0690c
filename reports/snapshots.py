"""月度统计的公布: a month's figures as they were published, which nothing that happens later changes (Article 28).

Pages of the day go on living; what was made known stays. A month is published again as its next version, with a reason.
"""

import hashlib
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from accounts.overseeing import overseen
from accounts.roles import Right
from accounts.units import Category, Unit
from circulars.reasons import said_in
from cms import ledger
from cms.areas import Area
from cms.lifecycles import OutOfOrder
from reports.deeds import Deed
from reports.figures import COUNTS, Figures, UnitFigures, totals
from reports.grading import Scale, scale_kept, scale_of
from reports.months import Month
from reports.receipts import Issuers, month_figures, receipts_of

LONGEST_REASON = 300


class SnapshotQuerySet(models.QuerySet["MonthlySnapshot"]):
    def newest_of(self, month: Month, issuers: Issuers, area: Area) -> "MonthlySnapshot | None":
        """The version of the month that counts, if it was published."""
        asked = self.filter(area=area, issuers=issuers, year=month.year, month=month.month)
        return asked.order_by("-version").first()

    def known_at(self, at: datetime, issuers: Issuers, area: Area) -> "dict[Month, MonthlySnapshot]":
        """For each month that had been published by then, the version that counted; one query."""
        asked = self.filter(area=area, issuers=issuers, as_of__lte=at).order_by("version")
        return {snapshot.month_told: snapshot for snapshot in asked}


class MonthlySnapshot(models.Model):
    """One publication of a month's figures; takes INSERT only. ``digest`` is over the rows, and stands in the ledger."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    issuers = models.CharField("发文单位", max_length=12, choices=Issuers.choices)
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    version = models.PositiveSmallIntegerField("版次")
    as_of = models.DateTimeField("统计截止")
    reason = models.CharField("重新公布的理由", max_length=LONGEST_REASON, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="公布人")
    digest = models.CharField("摘要", max_length=64)
    grades = models.JSONField("评价标准", null=True)  # none where it was published before they were kept with it

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月度统计"
        default_permissions = ()
        ordering = ["-year", "-month", "-version"]
        constraints = [
            models.UniqueConstraint("area", "issuers", "year", "month", "version", name="snapshot_version_once"),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="snapshot_of_a_month"),
            models.CheckConstraint(
                condition=Q(version=1, reason="") | (Q(version__gt=1) & ~Q(reason="")),
                name="snapshot_again_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month_told.label}签收情况统计（第{self.version}版）"

    @property
    def month_told(self) -> Month:
        return Month(self.year, self.month)

    @property
    def scale(self) -> Scale:
        """What a rate is called in it."""
        return scale_kept(self.month_told, self.grades)

    @cached_property
    def figures(self) -> list[UnitFigures]:
        """The rows as they were published, in their order; one query."""
        return [row.figures for row in self.rows.all()]

    @cached_property
    def totals(self) -> Figures:
        return totals(self.figures)


class SnapshotRow(models.Model):
    """One unit in a publication: name, place and counts of then; takes INSERT only."""

    snapshot = models.ForeignKey(MonthlySnapshot, models.PROTECT, related_name="rows", verbose_name="月度统计")
    ordinal = models.PositiveSmallIntegerField("序号")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    name = models.CharField("单位名称", max_length=200)
    category = models.CharField("类别", max_length=30, choices=Category.choices)
    rank = models.PositiveSmallIntegerField("排名", null=True)
    counts = models.JSONField("件数")  # by the names of ``Figures``

    class Meta:
        verbose_name = verbose_name_plural = "月度统计行"
        default_permissions = ()
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint("snapshot", "ordinal", name="snapshot_row_in_its_place"),
            models.UniqueConstraint("snapshot", "unit", name="snapshot_unit_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def figures(self) -> UnitFigures:
        known = {name: self.counts[name] for name in COUNTS if name in self.counts}
        return UnitFigures(unit_id=self.unit_id, name=self.name, category=self.category, rank=self.rank, **known)


class NotCountable(OutOfOrder):
    """The month cannot be published as it stands; the sentence says why and what to do."""


@transaction.atomic
def publish(
    month: Month, *, issuers: Issuers = Issuers.GOVERNMENT, area: Area, reason: str = "", by: Any, at: datetime
) -> MonthlySnapshot:
    """The month's figures as known now are published, as its first version or, for a reason, as its next.

    Raises ``PermissionDenied`` without the right, ``NotCountable`` while the month lasts, when nothing was sent in it, or while due times
    wait for a calendar, and ``ValidationError`` when it is published already and no reason is given; then nothing is published.
    """
    if not overseen(by, Right.REPORT).covers(area.pk):
        raise PermissionDenied(f"只有{area.secretariat}可以公布本辖区的月度统计。")
    refuse_unfinished(month, at)
    Area.objects.select_for_update().get(pk=area.pk)  # one publication after the other
    before = MonthlySnapshot.objects.newest_of(month, issuers, area)
    if before is not None:
        reason = said_in(reason, "reason", f"{month.label}已经公布，重新公布请写明理由", longest=LONGEST_REASON)
    elif reason.strip():
        raise ValidationError({"reason": f"{month.label}还没有公布过，第一次公布不填理由。"})
    figures = countable(month, as_of=at, issuers=issuers, area=area)
    snapshot = MonthlySnapshot.objects.create(
        area=area,
        issuers=issuers,
        year=month.year,
        month=month.month,
        version=before.version + 1 if before else 1,
        as_of=at,
        reason=reason if before else "",
        made_by=by,
        digest=digest_of(figures),
        grades=scale_of(month).kept,
    )
    SnapshotRow.objects.bulk_create(
        SnapshotRow(
            snapshot=snapshot,
            ordinal=ordinal,
            unit_id=one.unit_id,
            name=one.name,
            category=one.category,
            rank=one.rank,
            counts=_counts(one),
        )
        for ordinal, one in enumerate(figures, 1)
    )
    ledger.enter(
        Deed.MONTH_PUBLISHED,
        subject=ledger.subject_of(snapshot),
        by=by,
        at=at,
        facts=facts_of(snapshot, units=len(figures)),
    )
    return snapshot


def refuse_unfinished(month: Month, at: datetime) -> None:
    """Raises ``NotCountable`` while the month lasts."""
    if at < month.ends_at:
        raise NotCountable(f"{month.label}还没有结束，到下月1日才能公布。")


def countable(month: Month, *, as_of: datetime, issuers: Issuers, area: Area) -> list[UnitFigures]:
    """The figures that could be published; raises ``NotCountable`` while due times wait for a calendar, and where nothing was sent."""
    if receipts_of(month, as_of=as_of, issuers=issuers, area=area).filter(due_pending=True).exists():
        raise NotCountable(f"{month.label}有公文的签收时限要等工作日历确定，请先载入日历，再公布。")
    if figures := month_figures(month, as_of=as_of, issuers=issuers, area=area):
        return figures
    raise NotCountable(f"{month.label}没有发送过公文，没有可公布的内容。")


def facts_of(snapshot: MonthlySnapshot, *, units: int) -> dict[str, Any]:
    """What the ledger says of a publication."""
    grades = {} if snapshot.grades is None else {"grades": snapshot.grades}
    return {
        "month": str(snapshot.month_told),
        "version": snapshot.version,
        "issuers": str(snapshot.issuers),
        "area": snapshot.area.code,
        "units": units,
        "figures": snapshot.digest,
        **grades,
    }


def digest_of(figures: list[UnitFigures]) -> str:
    """SHA-256 over the canonical rows: who, under which name and place, and every count."""
    rows = [[one.unit_id, one.name, one.category, one.rank, _counts(one)] for one in figures]
    return hashlib.sha256(ledger.canonical(rows).encode()).hexdigest()


def _counts(one: Figures) -> dict[str, int]:
    return {name: getattr(one, name) for name in COUNTS}
