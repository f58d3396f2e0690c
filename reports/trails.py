"""The twelve months that end with a report's: what each unit did in every one, as far as it was known then (Article 28).

A month that had been published by the report's as-of time counts as it was published; the others as they stood at that time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.db.models.functions import TruncMonth

from accounts.units import Unit
from cms.workdays import ZONE
from reports.figures import Figures, UnitFigures, figures_of, ranked, totals
from reports.monthly import MonthReport
from reports.months import Month, Months, months_back
from reports.receipts import groups
from reports.snapshots import MonthlySnapshot

LENGTH = 12


@dataclass(frozen=True)
class Trail:
    """The months, the oldest first, and of each the figures of the units by their keys, with their places in their category."""

    months: tuple[Month, ...]
    figures: Mapping[Month, Mapping[int, UnitFigures]]
    units: tuple[Unit, ...]  # all that were sent anything in one of them, in the order of the register
    names: Mapping[int, str]  # as they were called last
    published: Mapping[Month, MonthlySnapshot]

    def of(self, unit: int, month: Month | None) -> UnitFigures | None:
        """The unit's figures of the month; None where it was sent nothing then, and for months further back."""
        return self.figures[month].get(unit) if month and month in self.figures else None

    def late_months(self, unit: int) -> int:
        """In how many months on end, this one included, the unit was late or left something unsigned; twelve at most."""
        count = 0
        for month in reversed(self.months):
            found = self.of(unit, month)
            if found is None or not found.late + found.unsigned:
                break
            count += 1
        return count

    def year(self) -> list[Month]:
        """The months of the last one's year up to it."""
        return [month for month in self.months if month.year == self.months[-1].year]


def trail_of(report: MonthReport) -> Trail:
    """The trail of the report's month; five queries."""
    months = tuple(reversed(months_back(report.month, LENGTH)))
    published = {
        month: snapshot
        for month, snapshot in MonthlySnapshot.objects.known_at(report.as_of, report.issuers, report.area).items()
        if month in months[:-1]
    }
    prefetch_related_objects(list(published.values()), "rows")
    counted = _counted(report, [month for month in months[:-1] if month not in published])
    seen = {one.unit_id for one in report.figures}
    seen |= {unit for by_unit in counted.values() for unit in by_unit}
    seen |= {one.unit_id for snapshot in published.values() for one in snapshot.figures}
    units = tuple(Unit.objects.filter(pk__in=seen).in_order())
    figures = {
        month: _placed([_named(unit, found[unit.pk]) for unit in units if unit.pk in found])
        for month, found in counted.items()
    }
    figures |= {month: _placed(snapshot.figures) for month, snapshot in published.items()}
    figures[report.month] = _placed(report.figures)
    names = {unit.pk: unit.short_name for unit in units}
    names |= {one.unit_id: one.name for _, snapshot in sorted(published.items()) for one in snapshot.figures}
    names |= {one.unit_id: one.name for one in report.figures}
    return Trail(months, {month: figures.get(month, {}) for month in months}, units, names, published)


def _counted(report: MonthReport, months: list[Month]) -> dict[Month, dict[int, Figures]]:
    """The figures of these months as they stood at the report's as-of time, in one question for all of them."""
    if not months:
        return {}
    span, sent_in = Months(months[0], months[-1]), TruncMonth("sent_at", tzinfo=ZONE)
    found: dict[Month, dict[int, list[Figures]]] = {month: {} for month in months}
    for row in groups(span, "unit_id", sent_in, as_of=report.as_of, issuers=report.issuers, area=report.area):
        month = Month.of(row["label"])
        if month in found:
            found[month].setdefault(row["key"], []).append(figures_of(row))
    return {month: {unit: totals(parts) for unit, parts in by_unit.items()} for month, by_unit in found.items()}


def _named(unit: Unit, figures: Figures) -> UnitFigures:
    return UnitFigures(unit_id=unit.pk, name=unit.short_name, category=unit.category, **vars(figures))


def _placed(figures: list[UnitFigures]) -> dict[int, UnitFigures]:
    """The figures by unit, ranked anew within each category."""
    by_category: dict[str, list[UnitFigures]] = {}
    for one in figures:
        by_category.setdefault(one.category, []).append(one)
    return {one.unit_id: one for group in by_category.values() for one in ranked(group)}
