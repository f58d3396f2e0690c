"""Only who comes from an allowed network is answered at all (Article 11)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.networks import is_admitted
from accounts.outsiders import write_down
from accounts.units import Category, Unit
from cms.clientaddress import address_now
from config.sessions import SessionStore

# Whoever watches over the machine asks for it, from wherever that is; it says nothing of what is kept here.
PULSE = "/healthz"
# What follows is a key: of it nothing is written down.
WALLS = "/wall/"


def written_down(path: str) -> str:
    """The address as it is kept: of a wall's the key that it ends in is left out."""
    return WALLS if path.startswith(WALLS) else path


class NetworkMiddleware:
    """Stands before everything that knows people, behind the session that it asks: others get a page that names whom to call, whatever they asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        now, session = timezone.now(), cast(SessionStore, request.session)
        if request.path == PULSE or is_admitted(address_now(), lambda: session.allowed_networks(now)):
            return self.get_response(request)
        write_down(address_now(), written_down(request.path), now)
        asked = Unit.objects.filter(category=Category.IT_OFFICE).exclude(duty_phone="").in_order().first()
        context = {"address": address_now(), "duty_phone": asked.duty_phone if asked else ""}
        return render(request, "outside.html", context, status=HTTPStatus.FORBIDDEN)
