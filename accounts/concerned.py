"""Whom a fault of a unit concerns: those who work with the system there, and the two offices to which it is reported (Article 13)."""

from typing import Any

from accounts.holders import holders, people_with
from accounts.roles import Right, units_where

# Who speaks for a unit that is in trouble: whoever works with the system there.
CONCERNED = (Right.RECEIVE, Right.READ, Right.SEAL, Right.APPROVE)
# The two to whom a fault is reported, and by which right a person belongs to them.
OFFICES = {"secretariat": Right.INSPECT, "network_office": Right.OPERATE}


def units_concerning(user: Any) -> frozenset[int]:
    """Primary keys of the units of whose faults the person speaks."""
    return frozenset().union(*(units_where(user, right) for right in CONCERNED))


def is_concerned(user: Any, unit: int) -> bool:
    return unit in units_concerning(user)


def concerned_people(unit: int) -> set[int]:
    """Primary keys of those who hear what becomes of a fault of the unit: who receives there, and who leads it."""
    return people_with(Right.RECEIVE, unit) | people_with(Right.READ, unit)


def offices_people(*offices: str) -> set[int]:
    """Primary keys of everybody at these of the two offices, at both when none is named."""
    rights = [OFFICES[office] for office in offices or OFFICES]
    return {person for right in rights for person in holders(right).values_list("user_id", flat=True)}
