"""通讯畅通: whether the people who answer for a unit can be reached by telephone, as tried by the offices and told by texts (Article 18).

Each try is entered once and stays; what fails is asked of the last one. The number stands there masked, so that a later number is known to be
another.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.declarations import STAFF
from accounts.deeds import Deed
from accounts.holders import holders_of
from accounts.overseeing import Overseen, overseen
from accounts.people import Post, User
from accounts.roles import Right
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell
from cms.phonewords import mobile_of
from cms.textmessages import WAITS, TextMessage, masked

# Whoever failed to be reached by a text so long ago has been tried again since, or rung up.
TEXTS_OF = timedelta(days=2)
_TEXTS = UUID("6f1d3a52-8f0e-4f57-9a55-0c3d1b7a2e11")


class ReachabilityCheck(models.Model):
    """One try to reach one person of one unit, and what came of it; takes INSERT only."""

    class Way(models.TextChoices):
        CALL = "call", "电话"
        TEXT = "text", "短信"

    class Result(models.TextChoices):
        ANSWERED = "answered", "接通"
        NO_ANSWER = "no_answer", "无人接听"
        SUSPENDED = "suspended", "停机或关机"
        NO_SUCH_NUMBER = "no_such_number", "空号"
        WRONG_NUMBER = "wrong_number", "号码有误"
        NOT_DELIVERED = "not_delivered", "短信未送达"

    CALL_RESULTS = (
        Result.ANSWERED,
        Result.NO_ANSWER,
        Result.SUSPENDED,
        Result.NO_SUCH_NUMBER,
        Result.WRONG_NUMBER,
    )

    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="人员")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    number = models.CharField("号码（隐去中间四位）", max_length=20)
    way = models.CharField("方式", max_length=5, choices=Way.choices)
    result = models.CharField("结果", max_length=20, choices=Result.choices)
    tried_at = models.DateTimeField("时间")
    tried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="抽查人"
    )
    key = models.UUIDField("提交号")

    class Meta:
        verbose_name = verbose_name_plural = "通讯抽查"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["key", "person", "unit"], name="reachability_entered_once"),
            models.CheckConstraint(
                condition=Q(way="call", tried_by__isnull=False) & ~Q(result="not_delivered")
                | Q(way="text", tried_by=None, result="not_delivered"),
                name="reachability_by_call_or_text",
            ),
        ]
        indexes = [models.Index(fields=["unit", "person", "-tried_at"], name="reachability_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.get_result_display()}"

    @property
    def failed(self) -> bool:
        return self.result != self.Result.ANSWERED


@dataclass(frozen=True)
class Line:
    """One leader or clerk, and the last try to reach them under the number that they have now."""

    post: Post
    last: ReachabilityCheck | None

    @property
    def fails(self) -> bool:
        """Whether there is no number, or the last try under it failed."""
        return not self.post.person.mobile or (self.last is not None and self.last.failed)


def may_check(user: Any) -> bool:
    """The secretariat with its duty officers, and the network office."""
    return bool(areas_checked(user))


def areas_checked(user: Any) -> Overseen:
    """Whose units' numbers they may try."""
    return overseen(user, Right.INSPECT) | overseen(user, Right.CONFIRM_STAFF)


def lines_of(units: Collection[int], at: datetime) -> list[Line]:
    """The leaders and clerks of these units with the last try each, in the order of the register; two questions."""
    posts = Post.objects.in_force(timezone.localdate(at)).filter(unit__in=units, role__in=STAFF, person__is_active=True)
    posts = posts.select_related("person", "unit").order_by("unit__sort_order", "unit__code", "role", "pk")
    later = ReachabilityCheck.objects.filter(
        person=models.OuterRef("person"), unit=models.OuterRef("unit"), pk__gt=models.OuterRef("pk")
    )
    newest = ReachabilityCheck.objects.filter(~models.Exists(later), unit__in=units).select_related("tried_by")
    last = {(each.person_id, each.unit_id): each for each in newest}
    found = []
    for post in posts:
        tried = last.get((post.person_id, post.unit_id))
        is_of_this_number = tried is not None and tried.number == masked(post.person.mobile)
        found.append(Line(post, tried if is_of_this_number else None))
    return found


@transaction.atomic
def enter_check(person: User, unit: Unit, result: str, *, key: UUID, by: Any, at: datetime) -> ReachabilityCheck:
    """What came of ringing this person up is on record; who leads the unit knows of a failure.

    Raises ``PermissionDenied`` for who is of neither office, ``OutOfOrder`` for who holds no such post, has no number, or a result of no call;
    the same ``key`` again is the same call.
    """
    if not areas_checked(by).covers(unit.area_id):
        raise PermissionDenied(f"通讯抽查由{unit.area.secretariat}、值班员和市网信办登记。")
    today = timezone.localdate(at)
    if not Post.objects.in_force(today).filter(person=person, unit=unit, role__in=STAFF).exists():
        raise OutOfOrder(f"{person}现在不是“{unit}”的分管领导或收发员。")
    if not person.mobile:
        raise OutOfOrder(f"{person}没有登记移动号码，请通知单位报送。")
    if result not in ReachabilityCheck.CALL_RESULTS:
        raise OutOfOrder("请选择抽查的结果。")
    check, made = ReachabilityCheck.objects.get_or_create(
        key=key,
        person=person,
        unit=unit,
        defaults={
            "number": masked(person.mobile),
            "way": ReachabilityCheck.Way.CALL,
            "result": result,
            "tried_at": at,
            "tried_by": by,
        },
    )
    if made:
        facts = {"person": person.pk, "result": result}
        ledger.enter(
            Deed.REACHABILITY_CHECKED, subject=ledger.subject_of(check), by=by, at=at, unit=unit.pk, facts=facts
        )
        _tell_unit([check], at=at)
    return check


def sweep_failed_texts(at: datetime) -> None:
    """Whom a text of the last days did not reach, because the gateway said so of the number, is on record as such once for each text."""
    texts = TextMessage.objects.filter(
        state=TextMessage.State.FAILED,
        answered_at__gt=at - TEXTS_OF,
        claimed_at__gte=F("next_try_at"),  # else it was withdrawn while it waited for another try
        tries__lte=len(WAITS),  # else the gateway was too busy to say anything of the number
    )
    failed = {
        uuid5(_TEXTS, key): (number, when) for key, number, when in texts.values_list("key", "number", "answered_at")
    }
    entered = set(ReachabilityCheck.objects.filter(key__in=list(failed)).values_list("key", flat=True))
    fresh = {key: told for key, told in failed.items() if key not in entered}
    if not fresh:
        return
    owners: dict[str, list[Post]] = {}
    posts = Post.objects.in_force(timezone.localdate(at)).filter(role__in=STAFF, person__mobile__gt="")
    for post in posts.select_related("person", "unit").order_by("pk"):
        owners.setdefault(mobile_of(post.person.mobile), []).append(post)
    checks = {
        (key, post.person_id, post.unit_id): ReachabilityCheck(
            key=key,
            person=post.person,
            unit=post.unit,
            number=masked(post.person.mobile),
            way=ReachabilityCheck.Way.TEXT,
            result=ReachabilityCheck.Result.NOT_DELIVERED,
            tried_at=when or at,
        )
        for key, (number, when) in fresh.items()
        for post in owners.get(mobile_of(number), ())
    }
    ReachabilityCheck.objects.bulk_create(checks.values(), ignore_conflicts=True)
    _tell_unit(list(checks.values()), at=at)


def _tell_unit(checks: Collection[ReachabilityCheck], *, at: datetime) -> None:
    """Who leads the unit and the person concerned know that a number does not work."""
    failed = [check for check in checks if check.failed]
    leading: dict[int, set[int]] = {}
    for person, unit in holders_of(Right.MANAGE_STAFF, {check.unit_id for check in failed}) if failed else ():
        leading.setdefault(unit, set()).add(person)
    for check in failed:
        tell(
            leading.get(check.unit_id, set()) | {check.person_id},
            key=f"reach:{check.key}:{check.person_id}:{check.unit_id}",
            text=f"{check.unit}{check.person}的移动号码{check.get_result_display()}（{timezone.localtime(check.tried_at):%m-%d %H:%M}）。"
            "通讯工具须 24 小时畅通，请核实，号码有变的随即报送。",
            link=reverse("accounts:contact_card", args=[check.unit.code]),
            at=at,
        )
