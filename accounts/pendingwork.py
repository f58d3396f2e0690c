"""未办事项: what waits when somebody leaves a post, counted from the rows (Article 26).

The apps above register each kind of work they know of. Most work is the unit's and waits for whoever comes next; some hangs on a person and
goes on with whoever takes over.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.roles import Role
from accounts.units import Unit


@dataclass(frozen=True)
class Pending:
    """So many pieces of one kind of work wait."""

    name: str
    count: int


class Work:
    """One kind of work of a unit: what it is called, and in which roles one has it."""

    name: str
    roles: frozenset[Role]

    def waiting(self, giver: Any, units: Collection[int]) -> int:
        """How many pieces wait at these units, where ``giver`` served in one of the roles; of personal work the giver's."""
        raise NotImplementedError


class PersonalWork(Work):
    """Work that hangs on a person until another takes it over: nobody else can do it."""

    def left_with(self, person: Any) -> int:
        """How many pieces hang on the person, at whatever unit."""
        raise NotImplementedError

    def hand_on(self, giver: Any, receiver: Any, units: Collection[int], *, by: Any, at: datetime) -> int:
        """What hung on the giver at these units, and ``receiver`` may do, is the receiver's; returns how many pieces."""
        raise NotImplementedError


_KINDS: list[Work] = []


def register(work: Work) -> None:
    """This kind of work is asked for from now on."""
    _KINDS.append(work)


def waiting_at(giver: Any, unit: Unit, role: str) -> list[Pending]:
    """What waits where the giver served the unit in this role, the work of the unit and the giver's own."""
    return _waiting(_KINDS, giver, unit, role)


def hanging_at(giver: Any, unit: Unit, role: str) -> list[Pending]:
    """What the giver had to do there in this role and nobody else can do."""
    return _waiting([kind for kind in _KINDS if isinstance(kind, PersonalWork)], giver, unit, role)


def left_with(person: Any) -> list[Pending]:
    """What hangs on the person, at whatever unit."""
    return _any(Pending(kind.name, kind.left_with(person)) for kind in _KINDS if isinstance(kind, PersonalWork))


def hand_on(giver: Any, receiver: Any, unit: Unit, role: str, *, by: Any, at: datetime) -> list[Pending]:
    """All that can go over has gone over to the receiver; what it was."""
    units = _served_from(unit)
    kinds = [kind for kind in _KINDS if isinstance(kind, PersonalWork) and role in kind.roles]
    return _any(Pending(kind.name, kind.hand_on(giver, receiver, units, by=by, at=at)) for kind in kinds)


def listed(pending: Collection[Pending]) -> str:
    """As a sentence names it: 未办结的文稿 2 件、…"""
    return "、".join(f"{one.name} {one.count} 件" for one in pending)


def _waiting(kinds: Collection[Work], giver: Any, unit: Unit, role: str) -> list[Pending]:
    units = _served_from(unit)
    return _any(Pending(kind.name, kind.waiting(giver, units)) for kind in kinds if role in kind.roles)


def _any(found: Any) -> list[Pending]:
    return [pending for pending in found if pending.count]


def _served_from(unit: Unit) -> list[int]:
    """The unit and those whose desk it runs."""
    return [unit.pk, *Unit.objects.filter(served_by=unit).values_list("pk", flat=True)]
