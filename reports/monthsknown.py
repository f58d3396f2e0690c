"""What is known of several months: as published, else as our own records have it, else as it was handed in for earlier years (Article 28)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import models
from django.db.models import Q

from cms.areas import Area
from reports.breakdowns import Side, broken_down
from reports.earlier import EarlierFigures
from reports.figures import Figures, UnitFigures, by_category, totals
from reports.months import Month
from reports.receipts import Issuers, month_figures
from reports.snapshots import MonthlySnapshot


class Source(models.TextChoices):
    """Where the figures of a month come from."""

    PUBLISHED = "published", "已公布"
    COUNTED = "counted", "按现有记录统计"
    IMPORTED = "imported", "据导入数据"
    NONE = "none", "没有数据"


@dataclass(frozen=True)
class MonthKnown:
    """The figures of one month and their source; none where nothing is known."""

    month: Month
    source: Source
    figures: list[UnitFigures]
    version: int = 0

    @cached_property
    def totals(self) -> Figures:
        return totals(self.figures)

    @cached_property
    def by_category(self) -> dict[str, Figures]:
        return by_category(self.figures)

    @cached_property
    def by_unit(self) -> dict[int, UnitFigures]:
        return {one.unit_id: one for one in self.figures}

    @property
    def said(self) -> str:
        """The source in words."""
        return f"公布的第 {self.version} 版" if self.version else str(self.source.label)


def months_known(months: Sequence[Month], *, as_of: datetime, issuers: Issuers, area: Area) -> list[MonthKnown]:
    """Each of these months, in their order; a handful of queries for each that was not published.

    What was handed in for earlier years is of the circulars of the government and its office, as the bulletins are.
    """
    published = _published(months, issuers=issuers, area=area)
    earlier = _earlier(months, issuers=issuers, area=area)
    found = []
    for month in months:
        if snapshot := published.get(month):
            found.append(MonthKnown(month, Source.PUBLISHED, snapshot.figures, snapshot.version))
        elif counted := month_figures(month, as_of=as_of, issuers=issuers, area=area):
            found.append(MonthKnown(month, Source.COUNTED, counted))
        elif imported := earlier.get(month):
            found.append(MonthKnown(month, Source.IMPORTED, imported))
        else:
            found.append(MonthKnown(month, Source.NONE, []))
    return found


@dataclass(frozen=True)
class _Stretch:
    """From the beginning of one month to the end of another."""

    starts_at: datetime
    ends_at: datetime


def totals_of_months(
    months: Sequence[Month], *, as_of: datetime, issuers: Issuers, area: Area
) -> list[tuple[Month, Source, Figures]]:
    """The figures of all units together in each of these months, in their order; what was published is not counted again."""
    published = _published(months, issuers=issuers, area=area)
    counted = {
        Month.of(line.key): line.figures
        for stretch in _stretches(month for month in sorted(months) if month not in published)
        for line in broken_down(Side.MONTH, stretch, as_of=as_of, issuers=issuers, area=area)
    }
    earlier = _earlier(months, issuers=issuers, area=area)
    found = []
    for month in months:
        if month in published:
            found.append((month, Source.PUBLISHED, published[month].totals))
        elif month in counted:
            found.append((month, Source.COUNTED, counted[month]))
        elif month in earlier:
            found.append((month, Source.IMPORTED, totals(earlier[month])))
        else:
            found.append((month, Source.NONE, Figures()))
    return found


def _stretches(months: Iterable[Month]) -> list[_Stretch]:
    """As few stretches as have these months and no other."""
    found: list[_Stretch] = []
    for month in months:
        begins = found.pop().starts_at if found and found[-1].ends_at == month.starts_at else month.starts_at
        found.append(_Stretch(begins, month.ends_at))
    return found


def _published(months: Sequence[Month], *, issuers: Issuers, area: Area) -> dict[Month, MonthlySnapshot]:
    """The version of each published month that counts, with its rows; two queries."""
    wanted = Q(pk=None)
    for month in months:
        wanted |= Q(year=month.year, month=month.month)
    kept = MonthlySnapshot.objects.filter(wanted, area=area, issuers=issuers).order_by("version")
    newest = {snapshot.month_told: snapshot.pk for snapshot in kept.only("year", "month", "version")}
    chosen = MonthlySnapshot.objects.filter(pk__in=newest.values()).prefetch_related("rows")
    return {snapshot.month_told: snapshot for snapshot in chosen}


def _earlier(months: Sequence[Month], *, issuers: Issuers, area: Area) -> dict[Month, list[UnitFigures]]:
    if issuers is not Issuers.GOVERNMENT:
        return {}
    found: dict[Month, list[UnitFigures]] = {}
    for row in EarlierFigures.objects.in_force(area, months):
        found.setdefault(row.told, []).append(row.figures)
    return found
