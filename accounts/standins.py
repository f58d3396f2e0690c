"""代行 and 代签: a dated stand-in for an absent reviewer, approver or clerk (Articles 9 and 23; 2012 regulation art. 22).

A stand-in holds the absent person's role for the days named and no longer, and only while the absent person holds it. What is decided or
signed for meanwhile is on record as done in that person's place. Who receives for an absent clerk is named by a leader of the unit
(docs/decisions/2026-11-27-a-leader-names-who-signs-for-absent-clerks.md).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone

from accounts.deeds import Deed
from accounts.people import Post, User
from accounts.roles import RIGHTS, Right, Role, roles_with
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell

# The roles whose absence would stop drafts on their way; whoever holds one may hand it on for some days.
SEATS = (Role.REVIEWER, Role.APPROVER, Role.PRINCIPAL, Role.LEADER)
# The roles whose absence would stop papers on their way, in or out.
ROLES = (*SEATS, Role.CLERK)
LEADERS = (Role.LEADER, Role.PRINCIPAL)


class StandInRefused(OutOfOrder):
    """The arrangement cannot stand; the sentence says why, ``field`` what to put right, if it is one thing."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class StandInQuerySet(models.QuerySet["StandIn"]):
    def in_force(self, on: date) -> "StandInQuerySet":
        """Arrangements for this day whose absent person still holds the post, and who stands in still serves the unit."""
        serving = Post.objects.in_force(on).filter(unit=models.OuterRef("unit"))
        held = serving.filter(person=models.OuterRef("absent"), role=models.OuterRef("role"))
        served = serving.filter(person=models.OuterRef("person"))
        return self.filter(
            models.Exists(held), models.Exists(served), starts_on__lte=on, ends_on__gte=on, ended_at=None
        )

    def standing(self, on: date) -> "StandInQuerySet":
        """Arrangements that are in force on this day or later, not taken back."""
        return self.filter(ends_on__gte=on, ended_at=None)

    def known_to(self, user: Any, on: date) -> "StandInQuerySet":
        """Those that concern the person, absent or standing in, all of the units whose principal leader they are, and 代签 where they lead."""
        for_clerks = Q(role=Role.CLERK, unit__in=units_led(user, on, LEADERS))
        return self.filter(Q(absent=user.pk) | Q(person=user.pk) | Q(unit__in=units_led(user, on)) | for_clerks)


class StandIn(models.Model):
    """That one person acts in another's place, in one role of one unit, from one day to another (both inclusive)."""

    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="stood_in_for", verbose_name="被代行人"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="stand_ins", verbose_name="代行人"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    role = models.CharField("职责", max_length=20, choices=Role.choices)
    starts_on = models.DateField("代行起始日")
    ends_on = models.DateField("代行截止日")
    reason = models.CharField("事由", max_length=200)
    arranged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="安排人")
    arranged_at = models.DateTimeField("安排时间")
    ended_at = models.DateTimeField("收回时间", null=True)

    objects = StandInQuerySet.as_manager()

    class Meta:
        verbose_name = "代行安排"
        verbose_name_plural = "代行安排"
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="stand_in_ends_after_start"),
            models.CheckConstraint(condition=~Q(person=F("absent")), name="stand_in_is_another"),
        ]
        indexes = [models.Index(fields=["person", "ends_on"], name="stand_in_person")]

    def __str__(self) -> str:
        return f"{self.person} 代行 {self.absent}（{self.get_role_display()}）"

    @transaction.atomic
    def take_back(self, *, by: Any, at: datetime) -> None:
        """The arrangement has ended and its rights with it, at once; raises ``OutOfOrder`` when it had ended before."""
        from accounts.grants import derive

        if not may_arrange(by, self.absent_id, self.unit_id, self.role, timezone.localdate(at)):
            raise PermissionDenied(_refusal(self.role, "收回"))
        if not StandIn.objects.filter(pk=self.pk, ended_at=None).update(ended_at=at):
            raise OutOfOrder("这项代行已经收回。")
        self.ended_at = at
        ledger.enter(Deed.STAND_IN_ENDED, subject=ledger.subject_of(self), by=by, at=at, unit=self.unit_id)
        derive(timezone.localdate(at), self.person)


def units_led(
    user: Any, on: date, roles: Collection[Role] = roles_with(Right.APPROVE_IMPORTANT)
) -> models.QuerySet[Unit]:
    """The units whose principal leader (or, by ``roles``, leader) the person is by a post of their own: who stands in hands nothing on."""
    posts = Post.objects.in_force(on).filter(person=user.pk, person__is_active=True, role__in=roles)
    led = posts.values("unit")
    return Unit.objects.filter(Q(pk__in=led) | Q(served_by__in=led))


def may_arrange(user: Any, absent: int, unit: int, role: str, on: date) -> bool:
    """The person concerned, for an own post, and the principal leader of the unit; for a clerk's post any leader of the unit, and no clerk."""
    if role == Role.CLERK:
        return units_led(user, on, LEADERS).filter(pk=unit).exists()
    own = Post.objects.in_force(on).filter(person=absent, unit=unit, role__in=SEATS)
    return (user.pk == absent and own.exists()) or units_led(user, on).filter(pk=unit).exists()


def _refusal(role: str, act: str) -> str:
    """Who alone could do this, for somebody who may not."""
    if role == Role.CLERK:
        return f"收发员的代签由本单位分管领导或主要负责人{act}，代行领导的不能。"
    whose = "被代行人本人" if act == "收回" else "本人"
    return f"只有{whose}或单位主要负责人能{act}代行，代行主要负责人的不能。"


def posts_to_arrange(user: Any, on: date) -> models.QuerySet[Post]:
    """For which posts the person may arrange a stand-in, the own ones first: ``may_arrange`` for many."""
    seats = Q(role__in=SEATS) & (Q(person=user.pk) | Q(unit__in=units_led(user, on)))
    clerks = Q(role=Role.CLERK, unit__in=units_led(user, on, LEADERS))
    posts = Post.objects.in_force(on).filter(seats | clerks).select_related("person", "unit")
    return posts.order_by(Case(When(person=user.pk, then=0), default=1), "unit__pk", "person__name", "pk")


def colleagues(units: Collection[Unit], on: date) -> models.QuerySet[User]:
    """Who may stand in: people in service with a post in one of the units."""
    here = Post.objects.in_force(on).filter(unit__in=units)
    return User.objects.filter(is_active=True, posts__in=here).distinct().order_by("name", "pk")


@transaction.atomic
def arrange(
    absent: Any, person: Any, unit: Unit, role: Role, *, first: date, last: date, reason: str, by: Any, at: datetime
) -> StandIn:
    """The person acts in the absent one's place on these days, both inclusive; both are told.

    Raises ``PermissionDenied`` when ``by`` may not arrange it and ``StandInRefused`` when the dates, the post or the person do not allow it.
    """
    from accounts.grants import derive, one_at_a_time

    today = timezone.localdate(at)
    if not may_arrange(by, absent.pk, unit.pk, role, today):
        raise PermissionDenied(_refusal(role, "安排"))
    if role not in ROLES or not Post.objects.in_force(today).filter(person=absent, unit=unit, role=role).exists():
        raise StandInRefused(f"{absent} 现在不担任“{unit}”的{Role(role).label}，不能安排代行。", "post")
    if last < first or last < today:
        raise StandInRefused("代行的截止日不能早于起始日，也不能早于今天。", "last")
    if first < today:
        raise StandInRefused("代行从安排之后算起，起始日不能早于今天。", "first")
    if person.pk == absent.pk or not colleagues([unit], today).filter(pk=person.pk).exists():
        raise StandInRefused("代行人须是本单位在职的另一人。", "person")
    if role == Role.CLERK and _receives_already(person, unit, today):
        raise StandInRefused(f"{person} 本来就可以签收“{unit}”的公文，不需要安排代签。", "person")
    if not reason.strip():
        raise StandInRefused("请写明事由。", "reason")
    one_at_a_time()
    same = StandIn.objects.filter(absent=absent, unit=unit, role=role, ended_at=None)
    if overlap := same.filter(starts_on__lte=last, ends_on__gte=first).first():
        raise StandInRefused(f"{overlap.starts_on} 至 {overlap.ends_on} 已由 {overlap.person} 代行，请先收回再安排。")
    arranged = StandIn.objects.create(
        absent=absent,
        person=person,
        unit=unit,
        role=role,
        starts_on=first,
        ends_on=last,
        reason=reason.strip()[:200],
        arranged_by=by,
        arranged_at=at,
    )
    ledger.enter(
        Deed.STAND_IN_ARRANGED,
        subject=ledger.subject_of(arranged),
        by=by,
        at=at,
        unit=unit.pk,
        facts={
            "absent": absent.pk,
            "person": person.pk,
            "role": role,
            "from": first.isoformat(),
            "to": last.isoformat(),
        },
    )
    tell(
        {absent.pk, person.pk} - {by.pk},
        key=f"stand-in:{arranged.pk}",
        text=f"{first} 至 {last}，由 {person} 代行 {absent} 在“{unit}”的{Role(role).label}职责。",
        at=at,
    )
    derive(today, person)
    return arranged


@transaction.atomic
def end_with_post(person: Any, unit: Unit, role: str, *, by: Any, at: datetime) -> None:
    """No arrangement outlasts the post: none made for who left it, none made with who serves the unit no more. Called when the post has ended.

    Should the same person come back to the post, nobody is in their place before it is arranged anew.
    """
    ending = Q(absent=person.pk, role=role)
    if not Post.objects.in_force(timezone.localdate(at)).filter(person=person.pk, unit=unit).exists():
        ending |= Q(person=person.pk)
    for stand_in in StandIn.objects.filter(ending, unit=unit, ended_at=None).select_related("absent", "person"):
        StandIn.objects.filter(pk=stand_in.pk).update(ended_at=at)
        ledger.enter(Deed.STAND_IN_ENDED, subject=ledger.subject_of(stand_in), by=by, at=at, unit=unit.pk)
        tell(
            {stand_in.absent_id, stand_in.person_id} - {person.pk},
            key=f"stand-in:{stand_in.pk}:ended",
            text=f"{stand_in}：{person}已离岗，代行随之结束。",
            at=at,
        )


@dataclass(frozen=True)
class Place:
    """For which unit the person acts in the place of another, and by which rights alone of that place."""

    absent: int
    unit: int
    rights: frozenset[Right]


def places_taken(user: Any, on: date) -> list[Place]:
    """In whose place the person acts on this day: what an own post gives, in the unit or in the one that serves it, is no such place."""
    stand_ins = list(StandIn.objects.in_force(on).filter(person=user.pk))
    if not stand_ins:
        return []
    own: dict[int | None, frozenset[Right]] = {}
    for unit, role in Post.objects.in_force(on).filter(person=user.pk).values_list("unit", "role"):
        own[unit] = own.get(unit, frozenset()) | RIGHTS[Role(role)]
    taken = []
    for stand_in in stand_ins:
        units = Unit.objects.filter(Q(pk=stand_in.unit_id) | Q(served_by=stand_in.unit_id))
        for unit, server in units.values_list("pk", "served_by"):
            by_own_post = own.get(unit, frozenset()) | own.get(server, frozenset())
            taken.append(Place(stand_in.absent_id, unit, RIGHTS[Role(stand_in.role)] - by_own_post))
    return taken


def signs_in_place_of(user: Any, unit: int, on: date) -> int | None:
    """For whom the person receives in this unit when no own post lets them (代签); None for a clerk of the unit."""
    for place in places_taken(user, on):
        if place.unit == unit and Right.RECEIVE in place.rights:
            return place.absent
    return None


def _receives_already(person: Any, unit: Unit, on: date) -> bool:
    units = [unit.pk, unit.served_by_id]
    posts = Post.objects.in_force(on).filter(person=person.pk, unit__in=units, role__in=roles_with(Right.RECEIVE))
    return posts.exists()
