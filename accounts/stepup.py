"""Who is about to seal shows the second factor once more, where the installation asks for it (``SEAL_STEP_UP``; Articles 4 and 10, ASVS 7.5.1).

The session remembers the moment for ten minutes; a sign-in, however whole, does not count as it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

SHOWN_AT, WANTED = "factor_shown_again_at", "factor_shown_again_for"
GOOD_FOR = timedelta(minutes=10)
View = Callable[..., HttpResponseBase]


def is_asked() -> bool:
    """Whether the installation asks for it at all."""
    return bool(settings.SEAL_STEP_UP)


def takes_codes() -> bool:
    """Whether a code will do; otherwise only a passkey does, which no other site can ask a person for."""
    return bool(settings.SEAL_STEP_UP == "any")


def is_fresh(session: SessionBase, at: datetime) -> bool:
    """Whether this session was shown the second factor within the last ten minutes, apart from the sign-in."""
    shown = session.get(SHOWN_AT)
    return shown is not None and 0 <= at.timestamp() - shown <= GOOD_FOR.total_seconds()


def shown(session: SessionBase, at: datetime) -> str:
    """From now on it is fresh; returns the page at which it was asked for."""
    session[SHOWN_AT] = at.timestamp()
    return str(session.pop(WANTED, "/"))


def after_second_factor(view: View) -> View:
    """The view, where the second factor is fresh or nobody asks for it; else the page that asks, from which it goes on to this one."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_asked() or is_fresh(request.session, timezone.now()):
            return view(request, *args, **kwargs)
        request.session[WANTED] = request.path
        return redirect("accounts:step_up")

    return asked
