"""人员配备: who leads, receives and otherwise serves for each unit, and what is missing or too much of it (Articles 23 to 25).

A unit has exactly one leader and one or two clerks. An incomplete unit is listed and goes on working; only a filing that would make it
over-full is refused. A third clerk serves while a handover of the unit is open, until its limit.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.connections import Connection
from accounts.declarations import STAFF, declared
from accounts.handovers.overlaps import overlaps_until
from accounts.holders import people_with
from accounts.people import Post, User
from accounts.roles import Right, Role, may, roles_of
from accounts.units import Unit, UnitQuerySet

LEADERS, MOST_CLERKS = 1, 2
# The other roles of a unit, whose changes are filed alike; as many as the unit wants. Its principal serves above who files.
OTHERS = (
    Role.DRAFTER,
    Role.REVIEWER,
    Role.APPROVER,
    Role.REGISTRAR,
    Role.SEAL_KEEPER,
    Role.SENDER,
    Role.DIVISION_HEAD,
    Role.HANDLER,
    Role.READER,
    Role.ARCHIVIST,
)
OF_A_UNIT = (*STAFF, *OTHERS)
# What one may be for a division.
OF_A_DIVISION = frozenset({Role.DIVISION_HEAD, Role.HANDLER, Role.READER})


@dataclass(frozen=True)
class Member:
    """One leader or clerk of a unit, since when, and until when the conditions are declared; None where they are not."""

    post: Post
    declared_until: date | None

    @property
    def person(self) -> User:
        return self.post.person


@dataclass(frozen=True)
class Staffing:
    """The leader and the clerks of one unit as they serve today."""

    unit: Unit
    leaders: tuple[Member, ...]
    clerks: tuple[Member, ...]
    is_handing_over: bool = False

    @property
    def members(self) -> tuple[Member, ...]:
        return self.leaders + self.clerks

    @property
    def faults(self) -> list[str]:
        """What the unit must put right, each in a few words; empty when it is complete."""
        undeclared = [member.person.name for member in self.members if member.declared_until is None]
        return [
            *counted(len(self.leaders), len(self.clerks), is_handing_over=self.is_handing_over),
            *([f"任职条件没有申报或已过期：{'、'.join(undeclared)}"] if undeclared else []),
        ]


def counted(leaders: int, clerks: int, *, is_handing_over: bool) -> list[str]:
    """What Article 23 says of so many leaders and clerks."""
    most = MOST_CLERKS + is_handing_over
    found = []
    if leaders != LEADERS:
        found.append("没有分管领导" if not leaders else f"分管领导 {leaders} 名，应为 1 名")
    if not clerks:
        found.append("没有收发员")
    elif clerks > most:
        found.append(f"收发员 {clerks} 名，应为 1 至 2 名")
    return found


def staffed_units() -> UnitQuerySet:
    """The units of which people are asked: connected bodies that run their own desk."""
    units: UnitQuerySet = Unit.objects.all().bodies().filter(connected=True, served_by=None)
    return units.in_order()


def filing_units() -> UnitQuerySet:
    """Those whose changes are filed: these, who has asked to be connected and needs people first (Article 7), and the dissolved, whose people leave (Article 15)."""
    asking = Q(pk__in=Unit.objects.bodies().filter(pk__in=Connection.objects.open().values("unit"), served_by=None))
    ran_its_desk = Q(served_by=None) | Q(served_by=F("successor"))
    dissolved = Q(state=Unit.State.DISSOLVED, connected=True, is_division=False) & ran_its_desk
    found: UnitQuerySet = Unit.objects.filter(Q(pk__in=staffed_units()) | asking | dissolved)
    return found.order_by("state", "sort_order", "code")  # those in use before the dissolved


def staffing_of(units: Iterable[Unit], at: datetime) -> list[Staffing]:
    """How each of these units is staffed, in their order; three questions, however many there are."""
    asked, today = list(units), timezone.localdate(at)
    keys = [unit.pk for unit in asked]
    until, open_handovers = declared(keys, today), units_handing_over(keys, at)
    held: dict[tuple[int, str], list[Member]] = {}
    for post in _staff(keys, today).select_related("person").order_by("held_from", "pk"):
        member = Member(post, until.get((post.person_id, post.unit_id)))
        held.setdefault((post.unit_id, post.role), []).append(member)
    return [
        Staffing(
            unit,
            tuple(held.get((unit.pk, Role.LEADER), ())),
            tuple(held.get((unit.pk, Role.CLERK), ())),
            unit.pk in open_handovers,
        )
        for unit in asked
    ]


def too_many(unit: Unit, role: str, *, coming: int, going: int, at: datetime) -> str:
    """Why one more leader or clerk cannot come, as a sentence; empty when there is a place, and for all other roles.

    ``coming`` are others whose arrival is filed and not yet in effect, ``going`` those who leave by the same filing.
    """
    if role not in STAFF:
        return ""
    serving = _staff([unit.pk], timezone.localdate(at)).filter(role=role).count() + coming - going
    if role == Role.LEADER:
        if serving < LEADERS:
            return ""
        return f"“{unit}”已有分管领导，或者已报备一名待确认。更换的，请用“接替”报备。"
    if serving < MOST_CLERKS + bool(units_handing_over([unit.pk], at)):
        return ""
    return f"“{unit}”的收发员加上已报备待确认的已满 {MOST_CLERKS} 名。更换的，请用“接替”报备；只有本单位交接没有办完时才能有第三名。"


def other_posts(unit: Unit, on: date) -> models.QuerySet[Post]:
    """The posts in other roles of the unit and its divisions that are held on this day."""
    places = [unit.pk, *divisions_of(unit).values_list("pk", flat=True)]
    held = Post.objects.in_force(on).filter(unit__in=places, role__in=OTHERS, person__is_active=True)
    return held.select_related("person", "unit").order_by("unit__path", "role", "held_from", "pk")


def divisions_of(*bodies: Unit) -> UnitQuerySet:
    """The divisions that these bodies have right below them, those that are no more among them."""
    below = Q(pk__in=[])
    for body in bodies:
        below |= Q(path__startswith=body.path, depth=body.depth + 1)
    found: UnitQuerySet = Unit.objects.filter(below, is_division=True)
    return found.in_order()


def may_file(user: Any, unit: Unit, *, about: Collection[int]) -> bool:
    """Whether the person may file changes of the unit's staff that concern these people: who leads the unit, never for oneself.

    Where nobody of the unit could, the network office does so on the unit's letter. Of a dissolved unit, whose desk its successor runs, people
    still leave.
    """
    if user.pk in about or (unit.is_active and unit.served_by_id is not None) or unit.state == Unit.State.CLOSED:
        return False
    return may(user, Right.MANAGE_STAFF, unit.pk) or files_on_paper(user, unit, about=about)


def files_on_paper(user: Any, unit: Unit, *, about: Collection[int]) -> bool:
    """Whether the person is of the network office and nobody of the unit can file this."""
    if Role.NETWORK_OFFICE not in roles_of(user) or may(user, Right.MANAGE_STAFF, unit.pk):
        return False
    return not people_with(Right.MANAGE_STAFF, unit.pk) - set(about)


def units_handing_over(units: Collection[int], at: datetime) -> set[int]:
    """Those of the units that may have a clerk too many now: a handover of a clerk is open and within its days."""
    return {unit for unit, until in overlaps_until(units).items() if at <= until}


def _staff(units: Collection[int], on: date) -> Any:
    return Post.objects.in_force(on).filter(unit__in=units, role__in=STAFF, person__is_active=True)
