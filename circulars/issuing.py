"""发文样式: what the papers of a unit bear and where its seal stands, as dated rows (GB/T 9704-2012, 7.2.4 and 7.3.5; Article 4).

A change is a new row that counts from its day on; no row is ever edited, so what was set in type once is set so again. Next:
``circulars/renditions.py``, where a paper is set by the rows in force on its written date.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils import timezone

from accounts.roles import Right, may, units_where
from accounts.units import Category, Unit
from circulars.deeds import Deed
from circulars.numbering import Series
from circulars.reasons import refuse_marks
from cms import ledger
from cms.lifecycles import OutOfOrder

# Diameters in mm: governments of city and county, and all others (state council rule on seals, 国发〔1999〕25号, as units use it).
GOVERNMENT_SEAL, OTHER_SEAL = Decimal("45.0"), Decimal("42.0")
SMALLEST_SEAL, LARGEST_SEAL = Decimal("30.0"), Decimal("45.0")
FARTHEST = Decimal("10.0")  # mm by which a seal may be set off its place
_GOVERNMENTS = frozenset({Category.MUNICIPAL_GOVERNMENT, Category.COUNTY})


def usual_diameter(unit: Unit) -> Decimal:
    """The true size of a seal of a unit of this level, in mm."""
    return GOVERNMENT_SEAL if unit.category in _GOVERNMENTS else OTHER_SEAL


class IssuingTemplateQuerySet(models.QuerySet["IssuingTemplate"]):
    def for_registrar(self, user: Any) -> "IssuingTemplateQuerySet":
        """Of the units for which the person registers, the newest first."""
        rows = self.filter(unit_id__in=units_where(user, Right.REGISTER)).select_related("series", "entered_by")
        return rows.order_by("-start_on", "-pk")

    def in_force(self, units: Iterable[str], on: date, prefix: str = "") -> dict[str, "IssuingTemplate"]:
        """By unit code, the row that counts on this day: the one for this series before the one for all, the latest of each."""
        rows = self.filter(unit__code__in=list(units), start_on__lte=on).select_related("unit", "series")
        found: dict[str, IssuingTemplate] = {}
        for row in rows.order_by("start_on", "pk"):
            if row.series is None or row.series.prefix == prefix:
                kept = found.get(row.unit.code)
                if kept is None or row.series is not None or kept.series is None:
                    found[row.unit.code] = row
        return found


class IssuingTemplate(models.Model):
    """What the papers of a unit bear from a day on, those of one series or all; lengths in mm."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="issuing_templates", verbose_name="发文单位")
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="适用文号系列"
    )
    start_on = models.DateField("启用日期")
    mark = models.CharField("发文机关标志", max_length=100, blank=True)
    printing_office = models.CharField("印发机关", max_length=100, blank=True)
    annotation = models.CharField("附注", max_length=100, blank=True)
    seal_diameter = models.DecimalField(
        "印章直径（毫米）", max_digits=3, decimal_places=1,
        validators=[MinValueValidator(SMALLEST_SEAL), MaxValueValidator(LARGEST_SEAL)],
    )  # fmt: skip
    seal_right = models.DecimalField(
        "印章右移（毫米）", max_digits=3, decimal_places=1, default=Decimal(0),
        validators=[MinValueValidator(-FARTHEST), MaxValueValidator(FARTHEST)],
    )  # fmt: skip
    seal_down = models.DecimalField(
        "印章下移（毫米）", max_digits=3, decimal_places=1, default=Decimal(0),
        validators=[MinValueValidator(-FARTHEST), MaxValueValidator(FARTHEST)],
    )  # fmt: skip
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")

    objects = IssuingTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "发文样式"
        verbose_name_plural = "发文样式"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seal_diameter__gte=SMALLEST_SEAL, seal_diameter__lte=LARGEST_SEAL),
                name="seal_has_a_true_size",
            )
        ]
        indexes = [models.Index(fields=["unit", "-start_on"], name="issuing_template_in_force")]

    def __str__(self) -> str:
        return f"{self.unit} {self.start_on:%Y-%m-%d} 起"

    @property
    def facts(self) -> dict[str, str]:
        """What the row says, as the ledger keeps it."""
        return {
            "series": self.series.prefix if self.series else "",
            "start_on": self.start_on.isoformat(),
            "mark": self.mark,
            "printing_office": self.printing_office,
            "annotation": self.annotation,
            "seal_diameter": f"{self.seal_diameter:.1f}",
            "seal_right": f"{self.seal_right:.1f}",
            "seal_down": f"{self.seal_down:.1f}",
        }

    @transaction.atomic
    def enter(self, *, by: Any, at: datetime) -> "IssuingTemplate":
        """The row counts from its day on, and the ledger has it; said again word for word it is the row that is there.

        Raises ``PermissionDenied`` without the right to register for the unit, ``OutOfOrder`` for a day gone by, another unit's series or a mark of
        secrecy.
        """
        if not may(by, Right.REGISTER, self.unit_id):
            raise PermissionDenied(f"您没有“{self.unit}”的复核登记职责。")
        if self.start_on < timezone.localdate(at):
            raise OutOfOrder("启用日期不能早于今天：已经印制的公文不再改样式。")
        if self.series is not None and self.series.unit_id != self.unit_id:
            raise OutOfOrder("文号系列不是本单位的，请重新选择。")
        refuse_marks(self.mark, self.printing_office, self.annotation)
        Unit.objects.select_for_update().get(pk=self.unit_id)
        latest = (
            IssuingTemplate.objects.filter(unit=self.unit_id, series=self.series, start_on=self.start_on)
            .select_related("series")
            .order_by("-pk")
            .first()
        )
        if latest is not None and latest.facts == self.facts:
            return latest
        self.entered_by, self.entered_at = by, at
        self.save()
        ledger.enter(
            Deed.TEMPLATE_ENTERED,
            subject=ledger.subject_of(self),
            by=by,
            at=at,
            unit=self.unit_id,
            facts=self.facts,
        )
        return self
