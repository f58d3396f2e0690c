"""Opening a handover: the post ends at once, what can move moves, and everybody concerned knows (Articles 23 and 26)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.deeds import Deed
from accounts.handovers.items import keys_left, propose
from accounts.handovers.overlaps import overlaps_until
from accounts.handovers.record import Handover
from accounts.holders import holders, people_with
from accounts.people import Post, User
from accounts.roles import Right, Role, may
from accounts.standins import end_with_post
from accounts.units import Unit, body_of
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.limits import limit_due
from cms.messages import tell
from cms.offices import office_of
from cms.ruleversions import RuleVersion
from cms.workdays import CalendarMissing

# Who leaves one of these is replaced by a change that is filed by letter (Article 24), or serves above the unit's leaders.
FILED = frozenset({Role.CLERK, Role.LEADER, Role.PRINCIPAL})


@transaction.atomic
def hand_over_post(post: Post, receiver: User | None, *, by: Any, at: datetime) -> Handover:
    """``open_handover``, as the leader of the unit does it for a post whose change need not be filed.

    The network office does it on the unit's letter for a principal, who serves above the leaders, and where nobody sees to the staff, as at a
    provider. Raises ``PermissionDenied`` for anybody else, ``OutOfOrder`` for a post that changes by filing or is one's own.
    """
    is_for_the_office = may(by, Right.MANAGE_UNITS) and is_on_paper(post)
    if not (is_for_the_office or may(by, Right.MANAGE_STAFF, body_of(post.unit).pk)):
        raise PermissionDenied("人员离岗由本单位分管领导或者主要负责人办理。")
    if post.role in FILED and not is_for_the_office:
        raise OutOfOrder("收发员、分管领导的变动须以函件报备，备案后自动开始交接。")
    if post.person_id == by.pk:
        raise OutOfOrder("不能办理本人的离岗，请另一位领导办理。")
    return open_handover(post, receiver, by=by, at=at)


def is_on_paper(post: Post) -> bool:
    """Whether nobody of the unit can end this post, so that its letter goes to the network office."""
    if post.role == Role.PRINCIPAL:
        return True
    return post.role not in FILED and not people_with(Right.MANAGE_STAFF, body_of(post.unit).pk)


def open_handover(post: Post, receiver: User | None, *, filing: Any = None, by: Any, at: datetime) -> Handover:
    """The post has ended and its rights with it; its handover is open, its limit runs and what can move is the receiver's.

    Whoever calls has asked whether ``by`` may. ``filing`` is the record of the change, if it was filed. Raises ``OutOfOrder`` for a post that
    is not held today, a receiver who is the giver, and where an earlier handover of the same post is still open.
    """
    giver, unit, role = post.person, post.unit, post.role
    if receiver is not None and receiver.pk == giver.pk:
        raise OutOfOrder("接收人不能是移交人本人。")
    if not Post.objects.in_force(timezone.localdate(at)).filter(pk=post.pk).exists():
        raise OutOfOrder(f"{giver}现在不担任“{unit}”的{Role(role).label}。")
    try:
        with transaction.atomic():
            handover = Handover.objects.create(
                unit=unit,
                role=role,
                giver=giver,
                receiver=receiver,
                filing=ledger.subject_of(filing) if filing is not None else "",
                opened_at=at,
                opened_by=by,
                limit_at=limit_of(unit, at),
            )
            post.leave(by=by, at=at)
            end_with_post(giver, unit, role, by=by, at=at)
            facts = {"role": role, "giver": giver.pk, "receiver": receiver.pk if receiver else None}
            handover.enter(Deed.HANDOVER_OPENED, by, at, facts | {"filing": handover.filing})
            handover.settle_supervisor(at)
            handover.hand_on(by, at)
            propose(handover)
            _tell_of(handover, at)
    except IntegrityError:
        raise OutOfOrder(f"{giver}上一次离任的交接还没有办完，请先办完。") from None
    return handover


def overlap_until(unit: Unit) -> datetime | None:
    """Until when the unit may have a clerk too many: of its open handovers of clerks the last whose days of overlap end; None without one.

    Our reading of Article 23: working days from the opening, the day itself not counted, to the close of the last; while the calendar of a year
    is missing there are none to count and the overlap is not allowed.
    """
    return overlaps_until([unit.pk]).get(unit.pk)


def limit_of(unit: Unit, at: datetime) -> datetime | None:
    """By when a handover that is opened then must be done; None while the calendar of the year is missing."""
    rules = RuleVersion.objects.in_force(unit.area, at).rule_set
    try:
        return limit_due("handover", at, office_of(unit.area), rules).at
    except CalendarMissing:
        return None


def _tell_of(handover: Handover, at: datetime) -> None:
    handover.tell(
        {handover.giver_id},
        "opened",
        f"您在“{handover.unit}”的{handover.get_role_display()}权限已停止，请填写清单、签字移交。",
        at,
    )
    if handover.receiver_id:
        handover.tell({handover.receiver_id}, "opened", f"请接收{handover}，清单移交后逐项核对。", at)
    word = "" if handover.receiver_id else "还没有接收人，请指定，并"
    handover.tell(handover.supervisors(at), "opened", f"{handover}已开始，{word}请监督。", at)
    for key in keys_left(handover):
        tell(
            holders(Right.MANAGE_KEYS).values_list("user_id", flat=True),
            key=f"handover:{handover.pk}:key:{key.pk}",
            text=f"{key}的保管人{handover.giver}已离岗，请收回或者吊销；收回以前交接不能办结。",
            link=reverse("accounts:key", args=[key.pk]),
            at=at,
        )
