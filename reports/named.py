"""被通报: which units a bulletin names, and how often a unit was named in a year (Article 28)."""

from collections import Counter
from collections.abc import Collection
from fractions import Fraction

from django.db import models
from django.db.models import Count, Q

from accounts.units import Unit
from circulars.liability import Liability
from reports.bulletins import Bulletin
from reports.figures import UnitFigures
from reports.lateness import LateDelivery, RoundKey
from reports.monthly import MonthReport


class NamedUnit(models.Model):
    """That a bulletin names a unit, as it was approved; takes INSERT only."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="named", verbose_name="通报")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")

    class Meta:
        verbose_name = verbose_name_plural = "通报点名的单位"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["bulletin", "unit"], name="named_once_in_a_bulletin")]

    def __str__(self) -> str:
        return f"{self.bulletin}：{self.unit}"


def to_name(report: MonthReport, percent: int, excused: Collection[RoundKey] = ()) -> list[UnitFigures]:
    """The units of the month whose rate on time is below so many per cent, the lowest first.

    A receipt for whose lateness the sender answers, because it owed a call and gave none, is not held against the unit (Article 21), nor is
    one that is to be ``excused`` by an accepted explanation and is not relieved yet. Whom nothing was required of is not named.
    """
    left_out = Counter(row.unit for row in report.late if _is_left_out(row, excused))
    rated = [(_rate(one, left_out[one.unit_id]), one) for one in report.figures]
    low = [(rate, one) for rate, one in rated if rate is not None and rate * 100 < percent]
    return [one for _, one in sorted(low, key=lambda each: each[0])]


def _is_left_out(row: LateDelivery, excused: Collection[RoundKey]) -> bool:
    return row.liability == Liability.SENDER or (row.liability == Liability.RECIPIENT and row.key in excused)


def _rate(one: UnitFigures, left_out: int) -> Fraction | None:
    held = one.required - left_out
    return Fraction(one.on_time, held) if held > 0 else None


def times_named(report: MonthReport) -> dict[int, int]:
    """In how many bulletins on months of the year up to the report's each unit was named (被通报次数), by its key; two queries.

    A bulletin counts once its circular is sent, as known at the report's as-of time: what was published says the same for good. Of a month
    with several the latest that was sent counts alone: it put right the others. Who was never named is not in it.
    """
    as_of, sent = report.as_of, Q(page__circular__sent_at__lte=report.as_of)
    not_recalled = Q(page__circular__recalled_at=None) | Q(page__circular__recalled_at__gt=as_of)
    told = Bulletin.objects.filter(sent & not_recalled, area=report.area, issuers=report.issuers)
    told = told.filter(year=report.month.year, month__lte=report.month.month)
    latest = dict(told.order_by("snapshot__version").values_list("month", "pk"))
    found = NamedUnit.objects.filter(bulletin__in=latest.values()).values("unit").annotate(times=Count("pk"))
    return dict(found.order_by().values_list("unit", "times"))
