"""Whom one telephones or texts at a unit, under which numbers, and who sees them whole (Articles 18, 21, 23 and 24).

The numbers of people are personal data. ``sees_numbers`` decides alone who reads them whole: the own unit, the secretariat of its area
and its duty officers, the network office, and who sends, for a unit that must be told of an urgent circular of theirs; everybody else reads 138****1234.
Who shows whole numbers writes the look down (``note_numbers``).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.grants import grants_in_force
from accounts.overseeing import overseen
from accounts.roles import Right, Role, units_of
from accounts.units import Unit
from cms.accesslog import Look, note
from cms.textmessages import masked
from cms.together import Asking, alone

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

    @property
    def masked(self) -> "Contact":
        """The same for whoever may not ring them up."""
        return replace(self, mobile=masked(self.mobile), office_phone=masked(self.office_phone))


def sees_numbers(user: Any, unit: int, *, must_tell: bool = False) -> bool:
    """Whether the person reads the numbers of this unit's people whole.

    ``must_tell``: an urgent circular for which the person sends waits there unsigned, and the unit may have to be rung up.
    """
    if must_tell or unit in units_of(user):
        return True
    looked_after = overseen(user, Right.INSPECT) | overseen(user, Right.CONFIRM_STAFF)
    return bool(looked_after) and Unit.objects.filter(looked_after.of("area"), pk=unit).exists()


def note_numbers(request: HttpRequest) -> None:
    """Whole numbers of people stand on the answer to this request: who looked is on record."""
    note(Look.OPENED, at=timezone.now(), person=request.user, subject=f"联系电话 {request.path}")


def contacts_of(units: Collection[int]) -> dict[int, list[Contact]]:
    """The active clerks and then the leaders of each of the units today; one question for all of them."""
    return alone(asking_contacts(units))


def asking_contacts(units: Collection[int]) -> Asking[dict[int, list[Contact]]]:
    """The same, as part of a page that asks together."""
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
    (rows,) = yield (grants.order_by("user_id").values_list(*fields),)
    for unit, role, *person in rows:
        found[unit].append(Contact(person[0], person[1], Role(role), person[2], person[3]))
    return {unit: sorted(people, key=lambda contact: _CALLED.index(contact.role)) for unit, people in found.items()}
