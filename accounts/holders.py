"""Who holds a right for a unit: the other direction of ``accounts.roles.units_where``."""

from collections.abc import Collection
from datetime import date
from functools import cache

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.grants import UnitUserObjectPermission, area_from, grants_in_force
from accounts.roles import OF_THE_PLATFORM, Right, Role, roles_with, states_with
from cms.wording import Worded


def holders(right: Right) -> QuerySet[UnitUserObjectPermission]:
    """The grants by which active people may do this deed today."""
    return _holding(right, timezone.localdate())


def people_with(right: Right, unit: int) -> set[int]:
    """Primary keys of the active people who may do this deed for the unit now."""
    return {person for (person,) in _at_a_unit(right).ask(unit=unit, on=timezone.localdate())}


def staffed(right: Right, units: Collection[int]) -> set[int]:
    """Those of the units for which some active person may do this deed now; one question for all of them."""
    return {unit for _, unit in holders_of(right, units)}


def holders_of(right: Right, units: Collection[int]) -> list[tuple[int, int]]:
    """(person, unit) for every active person who may do this deed for one of the units now; one question for all of them."""
    grants = holders(right).filter(content_object_id__in=units)
    return list(grants.order_by("user_id", "content_object_id").values_list("user_id", "content_object_id"))


def holders_in(role: Role, units: Collection[int]) -> list[tuple[int, int]]:
    """(person, unit) for every active person who serves one of the units in this role now: whom a matter goes up to."""
    grants = grants_in_force(timezone.localdate()).filter(permission__codename=role, user__is_active=True)
    grants = grants.filter(content_object_id__in=units).order_by("user_id", "content_object_id")
    return list(grants.values_list("user_id", "content_object_id"))


def _holding(right: Right, on: date) -> QuerySet[UnitUserObjectPermission]:
    """A dissolved unit's people hold what is left to them (``accounts.roles.LEFT``)."""
    found = grants_in_force(on).filter(
        permission__codename__in=sorted(roles_with(right)),
        content_object__state__in=sorted(states_with(right)),
        user__is_active=True,
    )
    if right in OF_THE_PLATFORM:
        found = found.alias(overseen=area_from("content_object__", "__code")).filter(overseen=settings.AREA)
    return found


@cache
def _at_a_unit(right: Right) -> Worded:
    return Worded(
        lambda unit, on: _holding(right, on).filter(content_object_id=unit).values_list("user_id"),
        unit=-1,
        on=date(1, 1, 1),
    )
