"""How two units stand to each other: superior, subordinate, same level or unrelated (2012 regulation arts. 14 to 17).

Plain functions over units taken from the register by ``Unit.objects.with_standing()``; a pair costs no query. The tree says whose subordinate
a unit is. An office that runs the desk of the body above it speaks for that body, so it stands where the body stands; no department
does, so a department and a county government are of the same level and neither commands the other.
"""

from collections.abc import Iterable
from enum import StrEnum

from accounts.units import Category, Unit

# From the top down; a level that is not named here compares with nothing but itself.
LEVELS = ("central", "provincial", "prefecture", "county", "township")

# Bodies of a government that do not speak for it: they may ask a government of the next level for nothing in a commanding tone.
WITHOUT_COMMAND = frozenset(
    {
        Category.IT_OFFICE,
        Category.DEPARTMENT,
        Category.COUNTY_DEPARTMENT,
        Category.INSTITUTION,
        Category.CENTRAL_PROVINCIAL,
        Category.ENTERPRISE,
    }
)


class Relation(StrEnum):
    """What one unit is to another."""

    SUPERIOR = "superior"
    SUBORDINATE = "subordinate"
    SAME_LEVEL = "same_level"
    UNRELATED = "unrelated"


def relation(one: Unit, other: Unit) -> Relation:
    """What ``one`` is to ``other``; a unit is to itself of the same level."""
    if is_superior(one, other):
        return Relation.SUPERIOR
    if is_superior(other, one):
        return Relation.SUBORDINATE
    if one.path == other.path or (one.level and one.level == other.level):
        return Relation.SAME_LEVEL
    return Relation.UNRELATED


def is_superior(one: Unit, other: Unit) -> bool:
    """The other unit stands below the first one, or below the body for which the first one speaks."""
    place, its_place = _place(one), _place(other)
    if place == its_place:
        return is_above(one, other)
    return its_place.startswith(place)


def is_above(one: Unit, other: Unit) -> bool:
    """The other unit hangs below the first one in the tree, at whatever depth."""
    return other.path != one.path and other.path.startswith(one.path)


def speaks_for_another(unit: Unit) -> bool:
    """The unit is the office of a body above it, whose desk it runs (政府办公室)."""
    return _place(unit) != unit.path


def is_of_higher_level(one: Unit, other: Unit) -> bool:
    """Both levels are known, and the first unit's is the higher."""
    if one.level not in LEVELS or other.level not in LEVELS:
        return False
    return LEVELS.index(one.level) < LEVELS.index(other.level)


def between(unit: Unit, superior: Unit, units: Iterable[Unit]) -> list[Unit]:
    """Those of the units through whose hands a paper goes from the unit up to its superior, the nearest first."""
    return [each for each in _upwards(unit, units) if len(each.path) > len(_place(superior)) and each != superior]


def direct_superior(unit: Unit, units: Iterable[Unit]) -> Unit | None:
    """The nearest of the units that stands above the unit, or above the body for which it speaks; none at the top."""
    return next(iter(_upwards(unit, units)), None)


def _upwards(unit: Unit, units: Iterable[Unit]) -> list[Unit]:
    place = _place(unit)
    above = [each for each in units if place.startswith(each.path) and place != each.path and not each.is_division]
    return sorted(above, key=lambda each: -len(each.path))


def _place(unit: Unit) -> str:
    """Where in the tree the unit speaks: its own place, or that of the highest body above it whose desk it runs."""
    served = [each.path for each in unit.serves.all() if is_above(each, unit)]
    return min([unit.path, *served], key=len)
