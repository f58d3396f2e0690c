"""The register as it is looked through: under the headings of the categories, a body's own subordinates right below it (Article 2)."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.units import CITY_LEVELS, Category, Unit


@dataclass(frozen=True)
class Branch:
    """A body of the city and its own subordinates, however deep, in the register's order."""

    unit: Unit
    below: tuple[Unit, ...] = ()


@dataclass(frozen=True)
class Heading:
    """One category with the bodies that stand under it."""

    category: Category
    branches: tuple[Branch, ...]

    @property
    def size(self) -> int:
        return sum(1 + len(branch.below) for branch in self.branches)


def headings(units: Iterable[Unit]) -> list[Heading]:
    """The units, given in the register's order, each once; who has no superior among them stands under the heading itself."""
    units = list(units)
    at_path = {unit.path: unit for unit in units}
    below: dict[str, list[Unit]] = {}
    tops = []
    for unit in units:
        superior = _superior(unit, at_path)
        if superior is None:
            tops.append(unit)
        else:
            below.setdefault(superior.path, []).append(unit)
    by_category: dict[str, list[Branch]] = {}
    for unit in tops:
        by_category.setdefault(unit.category, []).append(Branch(unit, tuple(below.get(unit.path, ()))))
    return [Heading(category, tuple(by_category[category])) for category in Category if category.value in by_category]


def _superior(unit: Unit, at_path: dict[str, Unit]) -> Unit | None:
    """The body of the city below which the unit stands; none for a body of the city itself."""
    for depth in range(CITY_LEVELS, unit.depth):
        if found := at_path.get(unit.path[: depth * Unit.steplen]):
            return found
    return None
