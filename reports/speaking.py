"""Who speaks for a unit of which oversight asks something: who receives there, and who leads it (Articles 6 and 28)."""

from collections.abc import Collection
from typing import Any

from accounts.holders import holders_of
from accounts.roles import Right, units_where

SPEAKING = (Right.RECEIVE, Right.MANAGE_STAFF)


def units_spoken_for(user: Any) -> frozenset[int]:
    """Primary keys of the units for which the person answers and explains."""
    return frozenset().union(*(units_where(user, right) for right in SPEAKING))


def people_speaking(units: Collection[int]) -> set[int]:
    """Everybody who speaks for one of these units; one question for each right."""
    return {person for person, _ in speakers_of(units)}


def speakers_of(units: Collection[int]) -> set[tuple[int, int]]:
    """The same, each (person, unit)."""
    return {each for right in SPEAKING for each in holders_of(right, units)} if units else set()
