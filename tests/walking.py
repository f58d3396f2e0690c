"""Walking through the site as somebody, and what is on record before and after."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.db.models import JSONField, Model
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import resolve

from accounts.people import User
from circulars.rail import RailGroup
from cms.accesslog import Access, Look
from config import frame
from config.deskrail import desk_rail
from config.doorkeeper import DoorMiddleware

# A request as a link makes it, and as a script makes it.
PLAIN: dict[str, str] = {}
AJAX = {"X-Requested-With": "XMLHttpRequest"}

# Look-ins tell when somebody looked, as the log does, and no act depends on them.
_BESIDE_THE_RECORD = {"cms.Access", "accounts.LookIn", "sessions.Session", "wagtailadmin.EditingSession"}


@contextmanager
def rail_held_still() -> Iterator[None]:
    """A walk that changes nothing meets the same rail on every page: it is worked out once for each person, on the first."""
    known: dict[int, list[RailGroup]] = {}

    def once(user: Any, now: datetime, path: str) -> list[RailGroup]:
        if user.pk not in known:
            known[user.pk] = desk_rail(user, now, path)
        return known[user.pk]

    with patch.object(frame, "desk_rail", once):
        yield


@pytest.fixture
def still_rail() -> Iterator[None]:
    with rail_held_still():
        yield


def desk(pk: int) -> Client:
    """The person's browser, signed in now; a fault is answered as in production, not raised."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=pk), backend="accounts.signin.NamedPersonBackend")
    return client


def everything() -> dict[str, list[dict[str, Any]]]:
    """All that is on record, row by row, except the log of looks and the sessions of browsers."""
    return {label: rows for label, rows in every_row().items() if label not in _BESIDE_THE_RECORD}


def every_row(*, include_auto_created: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Every row as it lies in the database, by its model.

    Asked in the database's own words: to word three hundred questions through the models takes the framework ten times as long as to answer them.
    """
    found = {}
    with connection.cursor() as cursor:
        for label, statement, names, texts in _tables(include_auto_created):
            cursor.execute(statement)
            found[label] = rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            for row in rows if texts else ():
                row.update({name: json.loads(row[name]) for name in texts if isinstance(row[name], str)})
    return found


@cache
def _tables(include_auto_created: bool) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """Of every model its label, the question for its rows, their columns, and which of these hold JSON."""
    return [_table(model) for model in apps.get_models(include_auto_created=include_auto_created) if _has_own(model)]


def _has_own(model: type[Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def _table(model: type[Model]) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    """Columns that it inherits stand in the table of the model that it inherits from."""
    named, fields, key = connection.ops.quote_name, model._meta.local_concrete_fields, model._meta.pk
    assert key is not None
    columns = ", ".join(named(str(field.column)) for field in fields)
    statement = f"SELECT {columns} FROM {named(model._meta.db_table)} ORDER BY {named(str(key.column))}"
    json_fields = tuple(field.attname for field in fields if isinstance(field, JSONField))
    return model._meta.label, statement, tuple(field.attname for field in fields), json_fields


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
