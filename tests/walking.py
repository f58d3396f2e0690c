"""Walking through the site as somebody, and what is on record before and after."""

from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import resolve

from accounts.people import User
from cms.accesslog import Access, Look
from config.doorkeeper import DoorMiddleware

# A request as a link makes it, and as a script makes it.
PLAIN: dict[str, str] = {}
AJAX = {"X-Requested-With": "XMLHttpRequest"}

# Look-ins tell when somebody looked, as the log does, and no act depends on them.
_BESIDE_THE_RECORD = {"cms.Access", "accounts.LookIn", "sessions.Session", "wagtailadmin.EditingSession"}


def desk(pk: int) -> Client:
    """The person's browser, signed in now; a fault is answered as in production, not raised."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=pk), backend="accounts.signin.NamedPersonBackend")
    return client


def everything() -> dict[str, list[Any]]:
    """All that is on record, row by row, except the log of looks and the sessions of browsers."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.label not in _BESIDE_THE_RECORD
    }


def shown(client: Client, path: str, **headers: Any) -> tuple[int, str]:
    """Status and everything that reaches the reader: headers and body, the page after a redirect included."""
    response = client.get(path, follow=True, headers=headers or None)
    body = b"".join(response) if response.streaming else response.content
    return response.status_code, f"{response.redirect_chain} {response.headers} {body.decode(errors='replace')}"


_resolved = cache(resolve)


def is_admitted(person: User, path: str, method: str = "GET", **headers: str) -> bool:
    """What the door of this address says to the person; no view has run."""
    request = RequestFactory().generic(method, path, headers=headers or None)
    request.user, request.resolver_match = person, _resolved(path.partition("?")[0])
    request.session = SessionBase()
    try:
        DoorMiddleware(lambda _: None).process_view(request, None, (), {})  # type: ignore[arg-type, return-value]
    except Http404:
        return False
    return True


def refusals(person: User | int) -> list[str]:
    """The addresses that were refused to the person, in order."""
    pk = person if isinstance(person, int) else person.pk
    return list(Access.objects.filter(look=Look.REFUSED, person=pk).order_by("pk").values_list("subject", flat=True))
