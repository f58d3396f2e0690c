"""What posts and stand-ins grant: guardian object permissions on units and the groups that open the Wagtail admin.

A post is the truth. Grants are derived from it in the same transaction and compared by the sweep; who asks for them asks for those
in force, so that a right ends with the last day of its post or stand-in, swept away or not. Codename of a grant = role; a unit's people
act for the units it serves as well.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from wagtail.models import GroupPagePermission

from accounts.people import Post, User, end_sessions
from accounts.roles import ADMIN_RIGHTS, OF_THE_PLATFORM, RIGHTS, Right, Role, roles_with, states_with
from accounts.standins import StandIn
from accounts.units import Unit
from cms.pages import HomePage
from cms.wording import Worded

ADMIN_GROUP = "公文拟办审签"
NOTICE_GROUP = "通知公告"


class UnitUserObjectPermission(UserObjectPermissionBase):
    """A role that a person holds for a unit, as django-guardian knows it."""

    content_object = models.ForeignKey(Unit, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "单位授权"
        verbose_name_plural = "单位授权"


class UnitGroupObjectPermission(GroupObjectPermissionBase):
    """Guardian asks for the group side as well; roles are never granted to groups."""

    content_object = models.ForeignKey(Unit, models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = "单位组授权"
        verbose_name_plural = "单位组授权"


def drafting_group(unit: Unit) -> Group:
    """The group whose members may start drafts in the unit's sections."""
    group, _ = Group.objects.get_or_create(name=f"拟稿 {unit.code}")
    return group


def grants_in_force(on: date) -> models.QuerySet[UnitUserObjectPermission]:
    """The grants that a post or a stand-in of this day gives."""
    held = {"person": models.OuterRef("user"), "role": models.OuterRef("permission__codename")}
    here = Q(unit=models.OuterRef("content_object")) | Q(unit=models.OuterRef("content_object__served_by"))
    by_post = models.Exists(Post.objects.in_force(on).filter(here, **held))
    by_stand_in = models.Exists(StandIn.objects.in_force(on).filter(here, **held))
    return UnitUserObjectPermission.objects.filter(by_post | by_stand_in)


class Held(NamedTuple):
    """One role at one unit in this state, and the area that is overseen by it: what the unit or who serves it runs, else its own."""

    unit: int
    role: str
    state: str
    area: int
    area_code: str
    own_code: str  # of the area to which the unit itself belongs

    @property
    def is_at_home(self) -> bool:
        return self.area_code == settings.AREA


def area_from(unit: str, of_area: str = "") -> Coalesce:
    """What is overseen from the unit at this path: an area's key, or another of its columns."""
    return Coalesce(*(f"{unit}{way}{of_area}" for way in ("runs", "served_by__runs", "area")))


_OF_A_PERSON = Worded(
    lambda person, on: (
        grants_in_force(on)
        .filter(user_id=person)
        .values_list(
            "content_object_id",
            "permission__codename",
            "content_object__state",
            area_from("content_object__"),
            area_from("content_object__", "__code"),
            "content_object__area__code",
        )
    ),
    person=-1,
    on=date(1, 1, 1),
)


def grants_of(person: int, on: date) -> frozenset[tuple[int, str]]:
    """(unit, role) that posts and stand-ins of this day give the person; one query."""
    return frozenset((held.unit, held.role) for held in held_by(person, on))


def held_by(person: int, on: date) -> frozenset[Held]:
    """The same with the state of each unit, which says how much of the role is left, and with the area that is overseen from there."""
    return frozenset(Held(*row) for row in _OF_A_PERSON.ask(person=person, on=on))


def due_grants(on: date, person: User | None = None) -> set[tuple[int, int, str]]:
    """(person, unit, role) that the posts and stand-ins of this date ask for, units served by the post's unit included."""
    posts, stand_ins = Post.objects.in_force(on), StandIn.objects.in_force(on)
    if person is not None:
        posts, stand_ins = posts.filter(person=person), stand_ins.filter(person=person)
    served: dict[int, list[int]] = {}
    for unit, server in Unit.objects.filter(served_by__isnull=False).values_list("pk", "served_by_id"):
        served.setdefault(server, []).append(unit)
    return {
        (holder, unit, role)
        for held in (posts, stand_ins)
        for holder, own, role in held.values_list("person_id", "unit_id", "role")
        for unit in (own, *served.get(own, ()))
    }


@transaction.atomic
def derive(on: date, person: User | None = None) -> int:
    """Grants and groups equal what the posts of this date ask for; returns how many grants differed.

    Whose grants changed is signed out: no browser goes on with what somebody might do yesterday.
    """
    one_at_a_time()
    wanted = due_grants(on, person)
    standing = UnitUserObjectPermission.objects.all()
    if person is not None:
        standing = standing.filter(user=person)
    found = {
        (user, unit, role): key
        for key, user, unit, role in standing.values_list("pk", "user_id", "content_object_id", "permission__codename")
    }
    permission = role_permissions()
    UnitUserObjectPermission.objects.filter(
        pk__in=[key for grant, key in found.items() if grant not in wanted]
    ).delete()
    UnitUserObjectPermission.objects.bulk_create(
        [
            UnitUserObjectPermission(user_id=user, content_object_id=unit, permission=permission[role])
            for user, unit, role in sorted(wanted - found.keys())
        ],
        ignore_conflicts=True,
    )
    differing = wanted ^ found.keys()
    concerned = {user for user, _, _ in differing}
    _derive_groups(wanted, concerned)
    end_sessions(concerned)
    if person is not None and person.pk in concerned:
        person.refresh_from_db(fields=["session_stamp"])
    return len(differing)


def derive_groups_at(units: models.QuerySet[Unit]) -> None:
    """Who serves one of these units has the groups that the grants ask for: another area is overseen from there than before."""
    one_at_a_time()
    wanted = due_grants(timezone.localdate())
    keys = set(units.order_by().values_list("pk", flat=True))
    _derive_groups(wanted, {person for person, unit, _ in wanted if unit in keys})


def one_at_a_time() -> None:
    """Nobody else derives until this transaction ends: what another has read before would grant again what this one takes away."""
    Group.objects.select_for_update().get(pk=_admin_group().pk)


def derive_now(person: User | None = None) -> int:
    """``derive`` for today's date in the rule's time zone."""
    return derive(timezone.localdate(), person)


def sweep_grants(at: datetime) -> None:
    """Posts that began or ended at midnight have their effect."""
    derive(timezone.localdate(at))


def role_permissions() -> dict[str, Permission]:
    """The permission row of each role, made when missing."""
    content_type = ContentType.objects.get_for_model(Unit)
    rows = {p.codename: p for p in Permission.objects.filter(content_type=content_type)}
    for role in Role:
        if role not in rows:
            rows[role.value] = Permission.objects.create(
                content_type=content_type, codename=role.value, name=role.label
            )
    return rows


def _derive_groups(wanted: set[tuple[int, int, str]], people: set[int]) -> None:
    if not people:
        return
    codes = dict(Unit.objects.filter(state__in=states_with(Right.DRAFT)).values_list("pk", "code"))
    admin = _admin_group()
    notices = _notice_group()
    group_pk = dict(Group.objects.values_list("name", "pk"))
    asked: dict[int, set[int]] = {person: set() for person in people}
    drafting, publishing = roles_with(Right.DRAFT), roles_with(Right.PUBLISH_NOTICE)
    away = frozenset(_units_of_other_areas()) if any(role in publishing for _, _, role in wanted) else frozenset()
    for person, unit, role in wanted:
        if person not in asked:
            continue
        if (RIGHTS[Role(role)] - OF_THE_PLATFORM if unit in away else RIGHTS[Role(role)]) & ADMIN_RIGHTS:
            asked[person].add(admin.pk)
        if role in publishing and unit not in away:
            asked[person].add(notices.pk)
        if role in drafting and unit in codes:
            name = f"拟稿 {codes[unit]}"
            if name not in group_pk:
                group_pk[name] = Group.objects.create(name=name).pk
            asked[person].add(group_pk[name])
    membership: Any = User.groups.through
    standing: dict[int, set[int]] = {person: set() for person in people}
    for person, group in membership.objects.filter(user_id__in=people).values_list("user_id", "group_id"):
        standing[person].add(group)
    for person in people:
        membership.objects.filter(user_id=person, group_id__in=standing[person] - asked[person]).delete()
    membership.objects.bulk_create(
        [membership(user_id=person, group_id=group) for person in people for group in asked[person] - standing[person]],
        ignore_conflicts=True,
    )


def _units_of_other_areas() -> models.QuerySet[Unit, int]:
    """The units from which another area than the home area is overseen."""
    others = Unit.objects.annotate(overseen=area_from("", "__code")).exclude(overseen=settings.AREA)
    return others.order_by().values_list("pk", flat=True)


def _admin_group() -> Group:
    group, made = Group.objects.get_or_create(name=ADMIN_GROUP)
    if made:
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    return group


def _notice_group() -> Group:
    """Whoever may publish notices may write, publish and take them down under the home page."""
    group, made = Group.objects.get_or_create(name=NOTICE_GROUP)
    if made:
        home = HomePage.objects.get().page_ptr
        for permission in Permission.objects.filter(
            content_type__app_label="wagtailcore", codename__in=("add_page", "change_page", "publish_page")
        ):
            GroupPagePermission.objects.create(group=group, page=home, permission=permission)
    return group
