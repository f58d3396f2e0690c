"""月度对比: a month beside the one before and the same of last year, for all units together, each category and each unit (Article 28)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from accounts.units import Category
from cms.areas import Area
from reports.figures import Figures
from reports.months import Month
from reports.monthsknown import MonthKnown, Source, months_known
from reports.receipts import Issuers


@dataclass(frozen=True)
class Line:
    """One line: what it is about and its figures in the three months; None where nothing is known of it there."""

    label: str
    now: Figures | None
    before: Figures | None
    year_ago: Figures | None

    @property
    def since_before(self) -> Decimal | None:
        """How the rate on time changed from the month before, in percentage points."""
        return points(self.now, self.before)

    @property
    def since_year_ago(self) -> Decimal | None:
        return points(self.now, self.year_ago)


@dataclass(frozen=True)
class Comparison:
    """The three months and the lines of each kind, all units together first."""

    now: MonthKnown
    before: MonthKnown
    year_ago: MonthKnown
    total: Line
    categories: list[Line]
    units: list[Line]

    @property
    def months(self) -> tuple[MonthKnown, MonthKnown, MonthKnown]:
        return self.now, self.before, self.year_ago

    @property
    def is_empty(self) -> bool:
        return all(known.source is Source.NONE for known in self.months)

    @property
    def sources(self) -> str:
        """Where the figures of each month come from, in a line."""
        return "；".join(f"{known.month.label}：{known.said}" for known in self.months)


def compared(month: Month, *, as_of: datetime, issuers: Issuers, area: Area) -> Comparison:
    """The month beside the other two; categories and units in the order of the register, a unit of any of the three under its latest name."""
    before, year_ago = month.previous, Month(month.year - 1, month.month) if month.year > 2000 else None
    wanted = [one for one in (month, before, year_ago) if one is not None]
    found = {known.month: known for known in months_known(wanted, as_of=as_of, issuers=issuers, area=area)}
    three = [found[one] if one else MonthKnown(month, Source.NONE, []) for one in (month, before, year_ago)]
    total = Line("合计", *(known.totals if known.figures else None for known in three))
    labels = [str(category.label) for category in Category]
    categories = [
        Line(label, *(known.by_category.get(label) for known in three))
        for label in labels
        if any(label in known.by_category for known in three)
    ]
    names = {one.unit_id: one.name for known in reversed(three) for one in known.figures}
    order = _in_order(known.by_unit for known in three)
    units = [Line(names[unit], *(known.by_unit.get(unit) for known in three)) for unit in order]
    return Comparison(three[0], three[1], three[2], total, categories, units)


def points(later: Figures | None, earlier: Figures | None) -> Decimal | None:
    """The later rate on time less the earlier in percentage points, to two decimals; None where one of them has none."""
    rates = [figures.on_time_rate if figures else None for figures in (later, earlier)]
    if rates[0] is None or rates[1] is None:
        return None
    change = (rates[0] - rates[1]) * 100
    return (Decimal(change.numerator) / change.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _in_order(months: Iterable[Iterable[int]]) -> list[int]:
    """Units as the newest month has them, those only of the others after them."""
    return list(dict.fromkeys(unit for month in months for unit in month))
