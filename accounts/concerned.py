"""Whom a fault of a unit concerns: those who work with the system there, and the two offices to which it is reported (Article 13)."""

from typing import Any

from accounts.holders import holders, people_with
from accounts.overseeing import overseers, oversees
from accounts.roles import OF_THE_PLATFORM, Right, may, units_where
from accounts.units import Unit

# Who speaks for a unit that is in trouble: whoever works with the system there.
CONCERNED = (Right.RECEIVE, Right.READ, Right.SEAL, Right.APPROVE)
# The two to whom a fault is reported, and by which right a person belongs to them.
OFFICES = {"secretariat": Right.INSPECT, "network_office": Right.OPERATE}


def offices_for(user: Any, unit: Unit) -> list[str]:
    """At which of the two offices of the unit's area the person is."""
    return [
        office
        for office, right in OFFICES.items()
        if (may(user, right) if right in OF_THE_PLATFORM else oversees(user, right, unit))
    ]


def units_concerning(user: Any) -> frozenset[int]:
    """Primary keys of the units of whose faults the person speaks."""
    return frozenset().union(*(units_where(user, right) for right in CONCERNED))


def is_concerned(user: Any, unit: int) -> bool:
    return unit in units_concerning(user)


def concerned_people(unit: int) -> set[int]:
    """Primary keys of those who hear what becomes of a fault of the unit: who receives there, and who leads it."""
    return people_with(Right.RECEIVE, unit) | people_with(Right.READ, unit)


def offices_people(unit: Unit, *offices: str) -> set[int]:
    """Primary keys of everybody at these of the two offices of the unit's area, at both when none is named."""
    rights = [OFFICES[office] for office in offices or OFFICES]
    return {person for right in rights for person in _at(right, unit)}


def _at(right: Right, unit: Unit) -> set[int]:
    """The network office is the platform's; a secretariat is the area's."""
    if right in OF_THE_PLATFORM:
        return set(holders(right).values_list("user_id", flat=True))
    return overseers(right, unit.area_id)
