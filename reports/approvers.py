"""Who may not approve a bulletin: whoever had a hand in it, and whose own unit it excuses or names (Article 28).

Our reading: of two people of a secretariat one opens, asks and decides, the other approves. What the secretariat's own office explains is
decided by nobody and comes to nothing, and figures name it whoever approves: neither keeps its people from approving
(docs/decisions/2026-11-28-how-a-bulletin-comes-about.md).
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from accounts.grants import area_from
from accounts.holders import holders
from accounts.roles import Right, units_of
from accounts.units import Unit
from reports.bulletins import Bulletin
from reports.explanations import Explanation


def barred(bulletin: Bulletin, user: Any) -> str:
    """Why the person is not the one to approve it, as a sentence; empty where nothing they did and nothing accepted says so."""
    if bulletin.opened_by_id == user.pk:
        return "通报由您办理，须由秘书科的另一人审定。"
    if bulletin.asked_by_id == user.pk:
        return "各单位由您请其说明，须由秘书科的另一人审定。"
    decided = Explanation.objects.filter(asked__bulletin=bulletin).with_ruling().filter(Q(accepted__isnull=False))
    if decided.filter(by=user.pk).exists():
        return "您代单位写过本次的说明，须由没有写过说明的另一人审定。"
    if decided.filter(Q(ruled_by_id=user.pk)).exists():
        return "您认定过本次的说明，须由没有作认定的另一人审定；由办理人重新认定的，您可以审定。"
    own = units_of(user)
    mine = Q(asked__unit__in=own) | Q(asked__unit__served_by__in=own)
    if excused := decided.filter(mine, Q(accepted=True)).select_related("asked").first():
        return f"采纳了您单位（{excused.asked.unit_name}）的说明，须由其他单位的另一人审定。"
    return ""


def barred_as_named(bulletin: Bulletin, user: Any, named: Collection[int]) -> str:
    """Why the person is not the one to approve it where these units would be named, as a sentence; empty where none is their own."""
    own = units_of(user)
    seats = holders(Right.REPORT).annotate(overseen=area_from("content_object__")).filter(overseen=bulletin.area_id)
    at_seat = Q(pk__in=seats.values("content_object")) | Q(served_by__in=seats.values("content_object"))
    mine = Unit.objects.filter(Q(pk__in=own) | Q(served_by__in=own), pk__in=named)
    if unit := mine.exclude(pk__in=Unit.objects.filter(at_seat).values("pk")).first():
        return f"通报要点名您单位（{unit.short_name}），须由其他单位的另一人审定。"
    return ""
