"""People and the dated posts they hold; a post is the only source of rights (Articles 10, 23 to 26)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.deeds import Deed
from accounts.roles import ADMINISTRATORS, Role
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import OutOfOrder


class User(AbstractUser):
    """One person with one account."""

    name = models.CharField("姓名", max_length=40)
    mobile = models.CharField("移动号码", max_length=20, blank=True)
    office_phone = models.CharField("办公电话", max_length=30, blank=True)
    is_demo = models.BooleanField("演示人员", default=False, editable=False)
    password_due = models.BooleanField("须设新密码", default=False, editable=False)
    password_set_at = models.DateTimeField("密码设定时间", null=True, editable=False)
    closed_unused_at = models.DateTimeField("因久未使用停用的时间", null=True, editable=False)
    unused_from = models.DateTimeField("未使用起算时间", null=True, editable=False)
    keyboard = models.BooleanField("键盘快捷键", default=True, db_default=True, editable=False)
    session_stamp = models.PositiveIntegerField("会话序号", default=0, editable=False)

    REQUIRED_FIELDS = ["name"]

    class Meta(AbstractUser.Meta):
        verbose_name = "人员"
        verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.name or self.username

    def forget_password(self) -> None:
        """The password opens nothing any more, but is known again when it is typed as a new one."""
        if not self.password.startswith(UNUSABLE_PASSWORD_PREFIX):
            self.password = UNUSABLE_PASSWORD_PREFIX + self.password

    def is_or_was_password(self, typed: str) -> bool:
        """Whether this is the person's password, or was before it was forgotten."""
        return check_password(typed, self.password.removeprefix(UNUSABLE_PASSWORD_PREFIX))

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """What a session must carry to go on: another password or another stamp, and it has ended."""
        return f"{super()._get_session_auth_hash(secret=secret)}.{self.session_stamp}"  # type: ignore[misc]  # not in the stubs


def end_sessions(people: Iterable[int]) -> None:
    """Every browser in which one of these people is signed in must sign in anew at its next request."""
    User.objects.filter(pk__in=list(people)).update(session_stamp=models.F("session_stamp") + 1)


class PostRefused(OutOfOrder):
    """The person cannot hold this post beside another one; the sentence says which."""


class PostQuerySet(models.QuerySet["Post"]):
    def in_force(self, on: date) -> "PostQuerySet":
        return self.filter(Q(held_to=None) | Q(held_to__gte=on), held_from__lte=on)


class Post(models.Model):
    """That a person serves a unit in a role, from one day to another (both inclusive)."""

    person = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name="人员")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name="单位")
    role = models.CharField("职责", max_length=20, choices=Role.choices)
    held_from = models.DateField("任职日期")
    held_to = models.DateField("离职日期", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "role"], condition=Q(held_to=None), name="post_held_once"
            ),
            models.CheckConstraint(
                condition=Q(held_to=None) | Q(held_to__gte=models.F("held_from")), name="post_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(role__in=sorted(ADMINISTRATORS), held_to=None),
                name="one_administrator_post_each",
            ),
        ]
        indexes = [models.Index(fields=["unit", "role"], name="post_unit_role")]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_role_display()} {self.person}"

    def leave(self, *, by: Any, at: datetime) -> None:
        """The post has ended and its rights with it, at once; the day before is the last day held."""
        from accounts.grants import derive_now

        today = timezone.localdate(at)
        with transaction.atomic():
            if self.held_from >= today:
                self.delete()
            else:
                self.held_to = date.fromordinal(today.toordinal() - 1)
                self.save(update_fields=["held_to"])
            ledger.enter(
                Deed.POST_LEFT,
                subject=ledger.subject_of(self.person),
                by=by,
                at=at,
                unit=self.unit_id,
                facts={"role": self.role},
            )
            derive_now(self.person)
            for stand_in in self.person.stood_in_for.filter(unit=self.unit_id, role=self.role, ended_at=None):
                derive_now(stand_in.person)


def posts_of(people: Iterable[User], on: Any, *, among: PostQuerySet | None = None) -> dict[int, list[Post]]:
    """The posts (of all, or of these) that each of these people holds on this day, by person; one query."""
    found: dict[int, list[Post]] = {person.pk: [] for person in people}
    posts = (
        (Post.objects.all() if among is None else among).in_force(on).filter(person__in=found).select_related("unit")
    )
    for post in posts.order_by("unit__sort_order", "unit__code", "pk"):
        found[post.person_id].append(post)
    return found


def take_post(person: User, unit: Unit, role: Role, *, by: Any, at: datetime) -> Post:
    """The person serves the unit in the role from the day of ``at``, with the rights that go with it.

    Raises ``PostRefused`` for a second of the three administrators' posts, and at a unit that is closed.
    """
    from accounts.grants import derive_now

    with transaction.atomic():
        post, made = _enter_post(person, unit, role, by=by, at=at)
        if made:
            derive_now(person)
    return post


@transaction.atomic
def take_posts(wanted: Iterable[tuple[User, Unit, Role]], *, by: Any, at: datetime) -> int:
    """The same for many at once, their rights derived together; returns how many posts are new."""
    from accounts.grants import derive_now

    new = sum(_enter_post(person, unit, role, by=by, at=at)[1] for person, unit, role in wanted)
    if new:
        derive_now()
    return new


def _enter_post(person: User, unit: Unit, role: Role, *, by: Any, at: datetime) -> tuple[Post, bool]:
    """The post is on record, and whether it was not before."""
    if unit.state == Unit.State.CLOSED:
        raise PostRefused(f"{unit}已注销，不能任职。")
    today = timezone.localdate(at)
    _refuse_second_administrator(person, unit, role, today)
    post, made = Post.objects.get_or_create(
        person=person, unit=unit, role=role, held_to=None, defaults={"held_from": today}
    )
    if made:
        ledger.enter(
            Deed.POST_TAKEN, subject=ledger.subject_of(person), by=by, at=at, unit=unit.pk, facts={"role": role}
        )
    return post, made


def _refuse_second_administrator(person: User, unit: Unit, role: Role, on: date) -> None:
    if role not in ADMINISTRATORS:
        return
    others = Post.objects.filter(Q(held_to=None) | Q(held_to__gte=on), person=person, role__in=ADMINISTRATORS)
    other = others.exclude(unit=unit, role=role).select_related("unit").first()
    if other is not None:
        raise PostRefused(
            f"三员分设：{person}已任{other.unit}的{other.get_role_display()}，不能兼任{unit}的{Role(role).label}。"
        )
