"""A locked desk shows nothing: every address but a few leads to the page that asks for the password (Article 18)."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.desklock import FRAGMENT, is_locked, lock_if_idle, was_here
from accounts.lookins import look_in
from accounts.onward import standing_at

# Asked for by the page itself: nobody need be there.
BY_ITSELF = {"circulars:alarm", "circulars:locked_alarm", "healthz", "metrics", "reports:wall"}
# What a locked desk still does: count, open, be locked again, sign out.
OPEN_WHEN_LOCKED = BY_ITSELF | {"accounts:locked", "accounts:lock", "logout", "wagtailadmin_logout", "login"}
LOOK_INS = {"circulars:inbox"}
# The answer to a page that renews a part of itself (Reset Content): it asks for itself anew and is led to the lock.
MAKE_ANEW = 205


class LockMiddleware:
    """Stands inside the doors: who is let in there is sent to the lock if the desk is locked, and counts as here if not.

    A form sent from a locked desk is refused; it is sent again after the password.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponseBase | None:
        if not request.user.is_authenticated:
            return None
        name, now = request.resolver_match.view_name if request.resolver_match else "", timezone.now()
        lock_if_idle(request.session, now)
        if is_locked(request.session):
            if name in OPEN_WHEN_LOCKED:
                return None
            return HttpResponse(status=MAKE_ANEW) if FRAGMENT in request.headers else _to_the_lock(request)
        if name in BY_ITSELF or FRAGMENT in request.headers:
            return None
        was_here(request.session, now)
        if name in LOOK_INS and request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
            look_in(request.session, request.user, now)
        return None


def _to_the_lock(request: HttpRequest) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD"):
        messages.warning(request, "收发台已经锁定，刚才提交的没有办理，请核对后重新提交。")
    return redirect(f"{reverse('accounts:locked')}?{urlencode({'next': standing_at(request)})}")
