"""锁定: a desk at which nobody has been for a while is locked until the same person's password opens it (Articles 10 and 18).

The session remembers when the person was last here and whether the desk is locked. A page that asks for news by itself is nobody here. A
session ends two hours after the password was typed, however often it is written to meanwhile, and ``SESSION_HOURS`` after it began, however
often the password opened it again.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

SEEN, LOCKED, BEGUN = "desk_seen", "desk_locked", "desk_begun"
# A page that renews a part of itself asks for it under this header.
FRAGMENT = "X-Fragment"
# A session is written no more often than this, however busy the person is.
AT_MOST_EVERY = timedelta(seconds=30)
# A session that has no more than this left is not opened again but begun anew.
ALL_BUT_OVER = timedelta(minutes=5)


def idle_limit() -> timedelta:
    """After how long without the person a desk locks."""
    return timedelta(minutes=settings.DESK_IDLE_MINUTES)


def is_locked(session: SessionBase) -> bool:
    return bool(session.get(LOCKED))


def lock(session: SessionBase) -> None:
    """Nothing but the password, signing out and the alarm is open to this session."""
    session[LOCKED] = True


def lock_if_idle(session: SessionBase, at: datetime) -> None:
    """The desk is locked if nobody has been here for as long as the limit says."""
    seen = session.get(SEEN)
    if seen is not None and at.timestamp() - seen > idle_limit().total_seconds():
        lock(session)


def was_here(session: SessionBase, at: datetime) -> None:
    """The person was at the desk at this moment."""
    seen = session.get(SEEN)
    if seen is None or at.timestamp() - seen >= AT_MOST_EVERY.total_seconds():
        session[SEEN] = at.timestamp()


def ends_at(session: SessionBase, at: datetime) -> datetime:
    """When a session that began as this one did is over for good, whatever happens in it; one that begins now, ``SESSION_HOURS`` from now."""
    begun = datetime.fromtimestamp(session.get(BEGUN, at.timestamp()), tz=at.tzinfo)
    return begun + timedelta(hours=settings.SESSION_HOURS)


def is_spent(session: SessionBase, at: datetime) -> bool:
    """Whether the session is over for good, or will be in a moment."""
    return at > ends_at(session, at) - min(ALL_BUT_OVER, timedelta(hours=settings.SESSION_HOURS) / 2)


def begin(sender: Any, request: Any, **kwargs: Any) -> None:
    """A password was typed: the desk is open, and the session lasts its two hours from now and not from the last time it was written.

    Nothing moves the moment at which it began, and with it the last at which it can end.
    """
    at = timezone.now()
    request.session.pop(LOCKED, None)
    request.session[SEEN] = at.timestamp()
    request.session.setdefault(BEGUN, at.timestamp())
    two_hours = at + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    request.session.set_expiry(min(two_hours, ends_at(request.session, at)))
