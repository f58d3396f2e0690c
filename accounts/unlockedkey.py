"""The personal key of a log-in: opened once by its PIN, then split between the database's session and the browser (Article 10).

The session holds the key encrypted (of a key in a token its PIN), a cookie holds what opens it; the process keeps nothing from one request to the next. Both are bound to
this session and this key, so neither half is of use anywhere else. Signing out ends it.
"""

import os
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_variables

from accounts.keyproviders import issuers, provider_of
from accounts.sealpins import open_key, refuse_use
from accounts.seals import KeyKind, SealKey
from cms.signing.keys import KeyRefused, SigningKey

COOKIE, KEPT = "unlocked_key", "unlocked_key"
_HALF, _NONCE = 32, 12


@sensitive_variables("pin", "opened", "plain", "half")
def unlock(request: HttpRequest, response: HttpResponse, key: SealKey, pin: str, at: datetime) -> None:
    """The person's own certificate signs without its PIN until this session ends; raises what ``open_key`` raises."""
    if key.kind != KeyKind.CLERK:
        raise PermissionDenied("只有个人证书可以在登录后解锁使用；印章每次用印都要输入 PIN。")
    opened = open_key(key, pin, by=request.user, at=at)
    plain = provider_of(key).ticket(opened)
    half, nonce = os.urandom(_HALF), os.urandom(_NONCE)
    box = nonce + AESGCM(_whole(half, request)).encrypt(nonce, plain, _names(key))
    request.session[KEPT] = {"key": key.pk, "box": b64encode(box).decode()}
    response.set_cookie(COOKIE, b64encode(half).decode(), httponly=True, secure=settings.HTTPS, samesite="Strict")


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """The key is locked again."""
    request.session.pop(KEPT, None)
    response.delete_cookie(COOKIE, samesite="Strict")


@sensitive_variables("plain", "half", "box", "opened")
def unlocked(request: HttpRequest, at: datetime) -> tuple[SealKey, SigningKey] | None:
    """The key that this log-in has open, with its record; None where there is none or it may be used no more."""
    kept, cookie = request.session.get(KEPT), request.COOKIES.get(COOKIE, "")
    if not kept or not cookie:
        return None
    key = SealKey.objects.filter(pk=kept["key"]).select_related("unit").first()
    if key is None:
        return None
    try:
        refuse_use(key, by=request.user, at=at)
        box, half = b64decode(kept["box"]), b64decode(cookie, validate=True)
        plain = AESGCM(_whole(half, request)).decrypt(box[:_NONCE], box[_NONCE:], _names(key))
        opened = provider_of(key).open_again(key, plain, issuers())
    except (KeyRefused, PermissionDenied, InvalidTag, Error, ValueError):
        return None
    return key, opened


@contextmanager
def in_use(request: HttpRequest, at: datetime) -> Iterator[tuple[SealKey, SigningKey] | None]:
    """What ``unlocked`` gives, for one act; a key whose token refused the PIN then is locked again, so that no other act tries that PIN."""
    found = unlocked(request, at)
    try:
        yield found
    finally:
        if found and found[1].is_refused:
            request.session.pop(KEPT, None)


def _names(key: SealKey) -> bytes:
    """What a box belongs to: this key under the PIN that it has now, so that after another PIN was set the box opens no more."""
    return f"{key.bound_to}:{key.pins_set}".encode()


@sensitive_variables()
def _whole(half: bytes, request: HttpRequest) -> bytes:
    """The browser's half made into a key of this session alone."""
    session = (request.session.session_key or "").encode()
    return HKDF(hashes.SHA256(), 32, settings.SECRET_KEY.encode(), b"accounts.unlockedkey:" + session).derive(half)
