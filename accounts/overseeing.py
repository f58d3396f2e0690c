"""Which areas a person oversees: whose units, papers, rules and calendar a page of oversight is about (Articles 6, 28 and 29).

A right of oversight held at a unit that runs an area is about that area; held elsewhere it is about the area of the unit. Who runs the
platform sees to every area. Nobody oversees another area by overseeing his own: the city's secretariat does not see what a county
sends to its own units (docs/decisions/2026-11-28-areas.md).
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.grants import area_from
from accounts.holders import holders
from accounts.roles import FOR_ALL_AREAS, OF_AN_AREA, Right, grants_by, units_away, units_of
from accounts.units import Unit
from cms.areas import Area


@dataclass(frozen=True)
class Overseen:
    """The areas that one person oversees by one right: these, or every one."""

    areas: frozenset[int] = frozenset()
    every: bool = False

    def __bool__(self) -> bool:
        return self.every or bool(self.areas)

    def __or__(self, other: "Overseen") -> "Overseen":
        return Overseen(self.areas | other.areas, self.every or other.every)

    def covers(self, area: int) -> bool:
        return self.every or area in self.areas

    def of(self, *paths: str) -> Q:
        """What belongs to one of these areas, as a condition: by whichever of the paths to an area says so first."""
        if self.every:
            return Q()
        found, unsaid = Q(pk=None), Q()
        for path in paths:
            found |= unsaid & Q(**{f"{path}__in": self.areas})
            unsaid &= Q(**{f"{path}__isnull": True})
        return found

    def units(self, path: str = "unit") -> Q:
        """What is of the units that belong to these areas."""
        return self.of(f"{path}__area")


def overseen(user: Any, right: Right) -> Overseen:
    """The areas for which the person holds this right of oversight."""
    held = grants_by(user, right)
    if any(grant.is_at_home and grant.role in FOR_ALL_AREAS for grant in held):
        return Overseen(every=True)
    return Overseen(frozenset(grant.area for grant in held))


def oversees(user: Any, right: Right, unit: Unit) -> bool:
    """Whether the person holds this right of oversight for the area to which the unit belongs."""
    return overseen(user, right).covers(unit.area_id)


def overseers(right: Right, area: int) -> set[int]:
    """Primary keys of the active people who hold this right of oversight for the area today."""
    found = holders(right).annotate(
        overseen=area_from("content_object__"), code=area_from("content_object__", "__code")
    )
    for_all = Q(code=settings.AREA, permission__codename__in=sorted(FOR_ALL_AREAS))
    return set(found.filter(for_all | Q(overseen=area)).values_list("user_id", flat=True))


def area_overseen(person: Any, right: Right | None = None) -> Area:
    """The area that a page of oversight is about for this person: the one overseen by this right, or by any where none is named.

    The home area comes before another; who oversees none has the area of the own units. One query, and none where the same area was asked
    for already in this request.
    """
    today, code = timezone.localdate(), code_overseen(person, right)
    day, kept = getattr(person, "_areas_overseen", (None, dict[str, Area]()))
    if day != today:
        kept = {}
        person._areas_overseen = (today, kept)
    if code not in kept:
        kept[code] = Area.objects.get(code=code) if code else _area_of_own(person)
    found: Area = kept[code]
    return found


def area_away(person: Any) -> Area | None:
    """The area to which all units of the person belong, where that is not the home area; a query in that case alone."""
    away = units_away(person)
    if not away or away != units_of(person):
        return None
    areas = list(Area.objects.filter(pk__in=Unit.objects.filter(pk__in=away).order_by().values("area")))
    return areas[0] if len(areas) == 1 else None


def code_overseen(person: Any, right: Right | None = None) -> str:
    """The code of the area that the person oversees by this right, or by any; the home area before another, empty for none. No query."""
    asked = OF_AN_AREA if right is None else (right,)
    codes = {grant.area_code for each in asked for grant in grants_by(person, each)}
    return settings.AREA if settings.AREA in codes else min(codes, default="")


def _area_of_own(person: Any) -> Area:
    own = list(Area.objects.filter(pk__in=Unit.objects.filter(pk__in=units_of(person)).order_by().values("area")))
    return own[0] if len(own) == 1 else Area.objects.home()
