"""What every page of the desk shows around its content: the rail, the unit, the server's time, unread messages, the alarm, the lock."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.handovers.leaving import has_left
from accounts.lookins import last_look_in
from accounts.outages import at_hand
from accounts.overseeing import code_overseen
from accounts.people import User
from accounts.roles import Right, may
from accounts.units import Unit
from cms.calendars import missing_year
from cms.messages import unread_of
from cms.sweep import is_alive
from cms.wording import Worded
from config.deskrail import desk_rail
from config.doors import SEARCHING
from config.railgroups import folds

TYPE_SIZES = (100, 125, 150, 200)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's context; what costs a query is asked only where a template shows it."""
    now = timezone.localtime()
    user = getattr(request, "user", None)
    context: dict[str, Any] = {
        "now": now,
        "demo": settings.DEMO,
        "type_size": _type_size(request),
        "platform_stops": SimpleLazyObject(lambda: [(stop.is_on(now), stop.sentence(now)) for stop in at_hand(now)]),
    }
    if user is None or not user.is_authenticated:
        return context
    path = request.get_full_path()
    groups = SimpleLazyObject(lambda: desk_rail(user, now, path))
    head = SimpleLazyObject(lambda: _head_of(user))
    return context | {
        "rail_groups": groups,
        "rail_folds": SimpleLazyObject(lambda: folds(groups)),
        "has_left": SimpleLazyObject(lambda: has_left(user)),
        "rail_waiting": SimpleLazyObject(lambda: [item for group in groups for item in group.items if item.count]),
        "worker_is_alive": SimpleLazyObject(lambda: is_alive(now)),
        "unread_count": SimpleLazyObject(lambda: head[1]),
        "desk_unit": SimpleLazyObject(lambda: head[0]),
        "calendar_missing": SimpleLazyObject(
            lambda: missing_year(now, code_overseen(user, Right.SET_RULES)) if may(user, Right.SET_RULES) else None
        ),
        "searches": SimpleLazyObject(lambda: any(may(user, right) for right in SEARCHING)),
        "receives": SimpleLazyObject(lambda: may(user, Right.RECEIVE)),
        "look_in": (look_in := last_look_in(request.session)),
        "look_in_is_over": bool(look_in and look_in.is_over(now)),
        "idle_minutes": settings.DESK_IDLE_MINUTES,
        "session_ends_in": request.session.get_expiry_age(),
    }


def _head_of(user: Any) -> tuple[str, int]:
    """The unit of the person's own post, as the header names it, and how many messages they have not read; one query."""
    return next(((name or "", unread or 0) for name, unread in _HEAD.ask(person=user.pk)), ("", 0))


def _head(person: int) -> QuerySet[Any, Any]:
    own = Unit.objects.filter(posts__person=person, posts__held_to=None).order_by("posts__pk").values("short_name")
    return User.objects.filter(pk=person).values_list(Subquery(own[:1]), Subquery(unread_of(person)))


_HEAD = Worded(_head, person=-1)


def _type_size(request: HttpRequest) -> int:
    size = request.COOKIES.get("type_size", "")
    return int(size) if size in map(str, TYPE_SIZES) else TYPE_SIZES[0]
