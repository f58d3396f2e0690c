"""Who held which roles at a unit on a day that may be long past, and what these allowed (Articles 6, 23 and 28).

Posts and stand-ins are dated and stay when they end; who ran the desk on that day the unit's changes say. Which rights a role has is read from
the table that is in force now: what a role may do is a matter of the product, and changes with its versions only.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q

from accounts.deeds import Deed
from accounts.people import Post
from accounts.roles import LEFT, RIGHTS, Role
from accounts.standins import StandIn
from accounts.unitchanges import UnitChange
from accounts.units import Unit
from cms.ledger import Entry
from cms.workdays import ONE_DAY, ZONE

_ENDS = (UnitChange.Kind.DISSOLVED, UnitChange.Kind.MERGED, UnitChange.Kind.CLOSED)


@dataclass(frozen=True)
class Held:
    """One role of one person on that day."""

    name: str
    username: str
    role: str
    rights: list[str]
    held_from: date
    held_to: date | None
    how: str


@dataclass(frozen=True)
class UnitThen:
    """A unit on a day: who ran its desk, whether it stood, and who held what."""

    unit: Unit
    day: date
    server: Unit | None
    state: str
    held: list[Held]

    @property
    def state_label(self) -> str:
        return str(Unit.State(self.state).label)


def unit_then(unit: Unit, day: date) -> UnitThen:
    """Who could act for the unit on that day, by own posts, in another's place, or as people of the unit that ran its desk; six queries."""
    changes = list(UnitChange.objects.filter(unit=unit).order_by("on_day", "pk"))
    server, state = _server(unit, changes, day), _state(unit, changes, day)
    units = {unit.pk: "", **({server.pk: f"由{server.short_name}代管"} if server else {})}
    ends = datetime.combine(day + ONE_DAY, time(), ZONE)
    posts = Post.objects.in_force(day).filter(unit__in=units).select_related("person")
    stand_ins = StandIn.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=datetime.combine(day, time(), ZONE)),
        unit__in=units,
        starts_on__lte=day,
        ends_on__gte=day,
        arranged_at__lt=ends,
    ).select_related("person", "absent")
    held = [
        (post.person, post.role, post.held_from, post.held_to, units[post.unit_id] or "任职")
        for post in posts.order_by("unit_id", "role", "person__name", "pk")
    ]
    for each in stand_ins.order_by("unit_id", "role", "pk"):
        how = f"代{each.absent}{'，当日收回' if each.ended_at and each.ended_at < ends else ''}"
        held.append((each.person, each.role, each.starts_on, each.ends_on, how))
    closed = _closed_then({person.pk for person, *_ in held}, ends)
    return UnitThen(
        unit,
        day,
        server,
        state,
        [
            Held(
                name=str(person),
                username=person.username,
                role=str(Role(role).label),
                rights=_rights(role, state),
                held_from=first,
                held_to=last,
                how=f"{how}，账户已停用" if person.pk in closed else how,
            )
            for person, role, first, last, how in held
        ],
    )


def _rights(role: str, state: str) -> list[str]:
    rights = RIGHTS[Role(role)]
    return [
        str(right.label) for right in sorted(rights & LEFT[state] if state in LEFT else rights, key=lambda r: r.value)
    ]


def _server(unit: Unit, changes: list[UnitChange], day: date) -> Unit | None:
    """The unit whose people ran the desk on that day."""
    served = [each for each in changes if each.kind == UnitChange.Kind.SERVED]
    if not served:
        return unit.served_by
    before = [each for each in served if each.on_day <= day]
    name = before[-1].became if before else served[0].was
    if not name:
        return None
    return Unit.objects.filter(Q(name=name) | Q(names__name=name)).distinct().first()


def _state(unit: Unit, changes: list[UnitChange], day: date) -> str:
    """Whether it stood on that day."""
    ended = [each for each in changes if each.kind in _ENDS and each.on_day <= day]
    if not ended:
        return Unit.State.ACTIVE if any(each.kind in _ENDS for each in changes) else unit.state
    return Unit.State.CLOSED if ended[-1].kind == UnitChange.Kind.CLOSED else Unit.State.DISSOLVED


def _closed_then(people: set[int], ends: datetime) -> set[int]:
    """Those of the people whose account was closed at the end of that day, as the ledger has it."""
    subjects = {f"accounts.user:{person}": person for person in people}
    kinds = (Deed.ACCOUNT_CLOSED, Deed.ACCOUNT_REOPENED)
    last: dict[int, str] = {}
    entries = Entry.objects.filter(subject__in=subjects, deed__in=kinds, happened_at__lt=ends)
    for subject, deed in entries.order_by("pk").values_list("subject", "deed"):
        last[subjects[subject]] = deed
    return {person for person, deed in last.items() if deed == Deed.ACCOUNT_CLOSED}
