"""自办和代管: on which days a unit ran its own desk, as its changes say (Articles 2 and 18)."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.unitchanges import UnitChange
from accounts.units import Category, Unit, UnitQuerySet


def with_own_desk() -> UnitQuerySet:
    """The units that run their own desk, or did until another succeeded them; whose desk another runs is there when that one is."""
    succeeded = ~Q(state=Unit.State.ACTIVE) & Q(served_by=F("successor"))
    return _bodies().filter(Q(served_by=None) | succeeded)


def had_own_desk() -> UnitQuerySet:
    """These, and the units that did until another began to run it."""
    return _bodies().filter(Q(pk__in=with_own_desk()) | Q(_began_to_be_served()))


def served_by_now() -> UnitQuerySet:
    """Those of the units that take part whose desk another began to run: earlier days are still their own."""
    taking_part = Unit.objects.bodies().filter(connected=True).values("pk")
    return had_own_desk().filter(pk__in=taking_part).exclude(served_by=None)


def changes_of_desks(units: Collection[int]) -> QuerySet[Any, Any]:
    """What ``Desks`` is made of, for these units."""
    served = UnitChange.objects.filter(unit__in=units, kind=UnitChange.Kind.SERVED).order_by("on_day", "pk")
    return served.values_list("unit_id", "on_day", "was", "became")


class Desks:
    """Who ran the desks of some units on which day, as the changes of their desks say."""

    def __init__(self, changes: Iterable[tuple[int, date, str, str]]) -> None:
        self.changes: dict[int, list[tuple[date, bool, bool]]] = {}
        for unit, on_day, was, became in changes:
            self.changes.setdefault(unit, []).append((on_day, not was, not became))

    def changed(self, unit: Unit) -> bool:
        """Whether the desk of the unit ever went from one to another."""
        return unit.pk in self.changes

    def is_own(self, unit: Unit, day: date) -> bool:
        """Whether the unit's own people ran it on this day; a change counts from its day on. Where nothing ever changed it is as it is."""
        changes = self.changes.get(unit.pk)
        if not changes:
            return True
        before = [is_own for on_day, _, is_own in changes if on_day <= day]
        return before[-1] if before else changes[0][1]


def _bodies() -> UnitQuerySet:
    found: UnitQuerySet = Unit.objects.filter(is_division=False).exclude(category=Category.PROVIDER)
    return found


def _began_to_be_served() -> Exists:
    return Exists(UnitChange.objects.filter(unit=OuterRef("pk"), kind=UnitChange.Kind.SERVED, was=""))
