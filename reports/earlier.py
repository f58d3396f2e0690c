"""往年数据: how many circulars units signed for in months before this system counted them, as somebody handed it in (Article 28).

Nothing is ever changed: what a later sheet says of the same unit and month stands before what an earlier one said. Such figures are used
where there are none of our own, and say where they come from.
"""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.units import Unit
from cms import ledger
from cms.areas import Area
from reports.deeds import Deed
from reports.figures import UnitFigures
from reports.months import Month

LONGEST_SOURCE = 100
MOST = 100_000  # receipts of one unit in one month: more is a slip


class EarlierImport(models.Model):
    """One sheet that was taken in, whole; takes INSERT only. ``digest`` is over its lines, and stands in the ledger."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    made_at = models.DateTimeField("导入时间")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="导入人")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "往年数据导入"
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} 导入的往年数据"


class EarlierFiguresQuerySet(models.QuerySet["EarlierFigures"]):
    def in_force(self, area: Area, months: Collection[Month]) -> "list[EarlierFigures]":
        """Of these months the line of each unit that counts, with its unit, in the order of the register; one query."""
        wanted = Q(pk=None)
        for month in months:
            wanted |= Q(year=month.year, month=month.month)
        rows = self.filter(wanted, batch__area=area).select_related("unit").order_by("batch_id", "pk")
        newest = {(row.unit_id, row.year, row.month): row for row in rows}
        return sorted(newest.values(), key=lambda row: (row.unit.sort_order, row.unit.code))


class EarlierFigures(models.Model):
    """One unit in one month of which we have no records; takes INSERT only."""

    batch = models.ForeignKey(EarlierImport, models.PROTECT, related_name="rows", verbose_name="导入")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    on_time = models.PositiveIntegerField("按时签收")
    late = models.PositiveIntegerField("逾期签收")
    unsigned = models.PositiveIntegerField("未签收")
    source = models.CharField("来源", max_length=LONGEST_SOURCE)

    objects = EarlierFiguresQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "往年数据"
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(F("year"), F("month"), name="earlier_month")]
        constraints = [
            models.UniqueConstraint("batch", "unit", "year", "month", name="earlier_month_once"),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="earlier_of_a_month"),
            models.CheckConstraint(condition=~Q(source=""), name="earlier_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.told.label}"

    @property
    def told(self) -> Month:
        return Month(self.year, self.month)

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.on_time, self.late, self.unsigned

    @property
    def figures(self) -> UnitFigures:
        """The figures of the unit, under the name and category it has now."""
        unit, (on_time, late, unsigned) = self.unit, self.counts
        return UnitFigures(
            unit_id=unit.pk,
            name=unit.short_name,
            category=unit.category,
            on_time=on_time,
            late=late,
            unsigned=unsigned,
        )


def facts_of(batch: EarlierImport, *, lines: int) -> dict[str, Any]:
    """What the ledger says of a sheet."""
    return {"area": batch.area.code, "lines": lines, "figures": batch.digest}


def digest_of(rows: Iterable[EarlierFigures]) -> str:
    """SHA-256 over the canonical lines: whose, of when, every count and the source."""
    said = [[row.unit_id, row.year, row.month, *row.counts, row.source] for row in rows]
    return hashlib.sha256(ledger.canonical(said).encode()).hexdigest()


def take_in_lines(rows: list[EarlierFigures], *, area: Area, by: Any, at: datetime) -> EarlierImport:
    """The lines stand, all of them, and the ledger says so; call it within a transaction."""
    batch = EarlierImport.objects.create(area=area, made_at=at, made_by=by, digest=digest_of(rows))
    for row in rows:
        row.batch = batch
    EarlierFigures.objects.bulk_create(rows, batch_size=500)
    ledger.enter(
        Deed.EARLIER_TAKEN, subject=ledger.subject_of(batch), by=by, at=at, facts=facts_of(batch, lines=len(rows))
    )
    return batch
