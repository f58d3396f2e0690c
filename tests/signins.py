"""Signing in step by step in scenes: by the password, with an authenticator that we hold ourselves."""

import base64
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from accounts import totp
from accounts.codesecrets import CodeSecret
from accounts.people import User
from accounts.roles import Role
from cms.signing import filekeys
from tests.cast import MONDAY

PASSWORD = "one-for-the-Scene"
SECOND, FIRST = "/login/second/", "/login/register/"
EVERY_ROLE = [role.value for role in Role]


def known_by_password(*people: User) -> None:
    """Each of them signs in with ``PASSWORD``, set on Monday."""
    keys = [person.pk for person in people]
    User.objects.filter(pk__in=keys).update(password=make_password(PASSWORD), password_set_at=MONDAY)


def give_code(person: User, at: datetime = MONDAY) -> bytes:
    """The person has an authenticator since a while; its secret."""
    secret = totp.new_secret()
    locked = filekeys.wrap(secret, settings.KEY_ENCRYPTION_KEY, bound_to=f"accounts.codesecret:{person.pk}")
    CodeSecret.objects.create(person=person, locked=locked, added_at=at)
    return secret


def code(secret: bytes, at: datetime, later: int = 0) -> str:
    """What the authenticator shows then, or so many half minutes later."""
    return totp.code_of(secret, totp.step_at(at) + later)


def type_password(
    username: str, password: str = PASSWORD, *, client: Client | None = None, onward: str = "", **kwargs: Any
) -> Any:
    client = client or Client(REMOTE_ADDR="10.61.5.7", **kwargs)
    return client.post(reverse("login"), {"username": username, "password": password, "next": onward})


def browser(username: str, password: str = PASSWORD, address: str = "10.61.5.7") -> Client:
    """A browser in which this password was typed, right or wrong."""
    client = Client(REMOTE_ADDR=address)
    type_password(username, password, client=client)
    return client


def secret_on(answer: Any) -> bytes:
    """The secret that the page shows to be typed."""
    shown = re.search(r'id="code-secret" value="([A-Z2-7 ]+)"', answer.content.decode())
    assert shown
    return base64.b32decode(shown[1].replace(" ", ""))


def leads_to(answer: Any) -> str:
    return str(answer.headers.get("Location", ""))


def show(desk: Client, typed: str) -> Any:
    """What the page of the second factor answers to this code."""
    return desk.post(SECOND, {"code": typed})


def shown(person: User, secret: bytes, at: datetime = MONDAY) -> Client:
    """A browser in which the whole sign-in was done."""
    desk = browser(person.username)
    assert leads_to(show(desk, code(secret, at))) == "/"
    return desk


def is_in(client: Client) -> bool:
    """Whether the browser shows what only who is signed in sees."""
    return bool(client.get(reverse("notices")).status_code == 200)


def words_of(answers: Iterable[Any]) -> str:
    return "".join(answer.content.decode() for answer in answers)
