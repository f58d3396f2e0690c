"""Whom one telephones or texts at a unit, and under which numbers (Articles 18, 21 and 23).

The numbers of people are personal data: who shows them says so in the log of looks.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from accounts.grants import grants_in_force
from accounts.roles import Role

# In the order in which one rings them up.
_CALLED = (Role.CLERK, Role.LEADER)


@dataclass(frozen=True)
class Contact:
    """One person who answers for a unit's circulars."""

    person: int
    name: str
    role: Role
    mobile: str
    office_phone: str


def contacts_of(units: Collection[int]) -> dict[int, list[Contact]]:
    """The active clerks and then the leaders of each of the units today; one question for all of them."""
    grants = grants_in_force(timezone.localdate()).filter(
        permission__codename__in=_CALLED, user__is_active=True, content_object_id__in=units
    )
    found: dict[int, list[Contact]] = {unit: [] for unit in units}
    fields = (
        "content_object_id",
        "permission__codename",
        "user_id",
        "user__name",
        "user__mobile",
        "user__office_phone",
    )
    for unit, role, *person in grants.order_by("user_id").values_list(*fields):
        found[unit].append(Contact(person[0], person[1], Role(role), person[2], person[3]))
    return {unit: sorted(people, key=lambda contact: _CALLED.index(contact.role)) for unit, people in found.items()}
