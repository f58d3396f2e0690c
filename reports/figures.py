"""What is counted of receipts, and the rates, averages and places that follow from counts (Articles 22 and 28)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from accounts.units import Category
from circulars.deadlines import Urgency

REQUIRED = ("on_time", "late", "unsigned")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts of receipts, and the rates and averages that follow from them; None where nothing was required."""

    on_time: int = 0
    late: int = 0
    unsigned: int = 0
    relief: int = 0
    not_due: int = 0
    urgent_required: int = 0
    urgent_on_time: int = 0
    normal_signed: int = 0
    normal_taken: int = 0  # office minutes over the normal circulars signed for
    urgent_signed: int = 0
    urgent_taken: int = 0  # minutes by the wall clock over the urgent ones
    returned: int = 0
    urges: int = 0
    to_register: int = 0  # required and not returned: what the unit keeps it enters in its book
    registered: int = 0  # of these, entered by the time by which they were to be signed for

    @property
    def required(self) -> int:
        return self.on_time + self.late + self.unsigned

    @property
    def on_time_rate(self) -> Fraction | None:
        return _share(self.on_time, self.required)

    @property
    def signed_rate(self) -> Fraction | None:
        return _share(self.on_time + self.late, self.required)

    @property
    def urgent_on_time_rate(self) -> Fraction | None:
        return _share(self.urgent_on_time, self.urgent_required)

    @property
    def registered_rate(self) -> Fraction | None:
        """及时登记率: beside the rate of record, never part of it."""
        return _share(self.registered, self.to_register)

    @property
    def normal_hours(self) -> Decimal | None:
        """The average time of a normal circular in office hours, to one decimal."""
        return _rounded(self.normal_taken, self.normal_signed * 60, "0.1")

    @property
    def urgent_minutes(self) -> Decimal | None:
        """The average time of an urgent circular in whole minutes."""
        return _rounded(self.urgent_taken, self.urgent_signed, "1")


COUNTS = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, kw_only=True)
class UnitFigures(Figures):
    """The figures of one unit, under the name it bore when the last circular of the span was sent."""

    unit_id: int
    name: str
    category: str
    rank: int | None = None

    @property
    def category_label(self) -> str:
        return str(Category(self.category).label)

    @property
    def remark(self) -> str:
        parts = [f"催签 {self.urges} 次"] if self.urges else []
        parts += [f"退回 {self.returned} 件"] if self.returned else []
        return "；".join(parts)


def figures_of(row: dict[str, Any]) -> Figures:
    """The figures of one counted group of one urgency and one verdict; how long it took counts only where the unit is judged."""
    count, verdict = row["count"], row["verdict"]
    is_required = verdict in REQUIRED
    timed, taken = (0, 0) if verdict == "relief" else (row["timed"], row["taken"])
    common = Figures(
        **{verdict: count},
        returned=row["sent_back"],
        urges=row["urged"],
        to_register=count - row["sent_back"] if is_required else 0,
        registered=row["entered"] if is_required else 0,
    )
    if row["urgency"] == Urgency.NORMAL:
        return replace(common, normal_signed=timed, normal_taken=taken)
    return replace(
        common,
        urgent_required=count if is_required else 0,
        urgent_on_time=common.on_time,
        urgent_signed=timed,
        urgent_taken=taken,
    )


def totals(figures: Iterable[Figures]) -> Figures:
    """The figures of all together: rates and averages follow from the sums, never from other rates."""
    figures = list(figures)
    return Figures(**{name: sum(getattr(one, name) for one in figures) for name in COUNTS})


def by_category(figures: Iterable[UnitFigures]) -> dict[str, Figures]:
    """The figures of each category of units under its label, in the order of the register."""
    groups: dict[str, list[UnitFigures]] = {}
    for one in figures:
        groups.setdefault(one.category_label, []).append(one)
    return {label: totals(group) for label, group in groups.items()}


def ranked(figures: list[UnitFigures]) -> list[UnitFigures]:
    """The higher rate on time stands first, then the more circulars; equals share a place, nothing required has none."""
    merits = [(one.on_time_rate, one.required) for one in figures]
    places: dict[Any, int] = {}
    for place, merit in enumerate(sorted((m for m in merits if m[0] is not None), reverse=True), 1):
        places.setdefault(merit, place)
    return [replace(one, rank=places.get(merit)) for one, merit in zip(figures, merits, strict=True)]


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _rounded(total: int, parts: int, step: str) -> Decimal | None:
    """The average as people round it: half goes up."""
    return (Decimal(total) / parts).quantize(Decimal(step), ROUND_HALF_UP) if parts else None
