"""监交: who supervises a handover and signs for it (Article 26).

The leader of the unit does, never one of the two who hand over and take over. Where no other leader serves the unit, as when its only leader
leaves, the leaders of its direct superior do; where those are wanting too, secretariat or network office. A signature by which one
supervises is given by an own post, never by who stands in
(docs/decisions/2026-11-27-who-signs-for-a-handover.md).
"""

from collections.abc import Collection
from datetime import date

from accounts.overseeing import overseers
from accounts.people import Post
from accounts.relations import direct_superior
from accounts.roles import Right, roles_with
from accounts.units import Unit


def supervisor_of(unit: Unit, parties: Collection[int], on: date) -> Unit | None:
    """The unit whose leaders supervise a handover at ``unit`` between these people; None: secretariat and network office do."""
    superior = direct_superior(unit, Unit.objects.with_standing())
    for body in (unit, superior):
        if body is not None and leaders_of(body, on) - set(parties):
            return body
    return None


def supervising(unit: Unit, supervisor: Unit | None, parties: Collection[int], on: date) -> set[int]:
    """Primary keys of the people who may sign for a handover at the unit, the parties not among them."""
    found = leaders_of(supervisor, on) if supervisor else overseers(Right.CONFIRM_STAFF, unit.area_id)
    return found - set(parties)


def leaders_of(unit: Unit, on: date) -> set[int]:
    """Primary keys of the active people who see to the staff of the unit, or of the unit that serves it, by a post of their own."""
    posts = Post.objects.in_force(on).filter(role__in=roles_with(Right.MANAGE_STAFF), person__is_active=True)
    return set(posts.filter(unit__in={unit.pk, unit.served_by_id} - {None}).values_list("person_id", flat=True))
