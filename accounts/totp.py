"""动态口令: the six digits of RFC 6238 (HMAC-SHA-1, thirty seconds), as plain functions; the clock is an argument."""

import base64
import hashlib
import hmac
import os
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS, DIGITS, BYTES = 30, 6, 20
# A clock that is half a minute off is forgiven: the step before and the one after are taken as well.
LEEWAY = 1


def new_secret() -> bytes:
    """160 bits of chance, as RFC 4226 recommends."""
    return os.urandom(BYTES)


def step_at(at: datetime) -> int:
    """The number of the half minute."""
    return int(at.timestamp()) // SECONDS


def code_of(secret: bytes, step: int) -> str:
    """What an authenticator shows in this half minute (RFC 4226, section 5.3)."""
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: bytes, typed: str, at: datetime) -> int | None:
    """The half minute whose code was typed: this one or one beside it; None for every other."""
    now, found = step_at(at), None
    for step in range(now - LEEWAY, now + LEEWAY + 1):
        if hmac.compare_digest(code_of(secret, step), typed):
            found = step
    return found


def base32_of(secret: bytes) -> str:
    """The secret as one types it into an authenticator that has no camera."""
    return base64.b32encode(secret).decode()


def address_of(secret: bytes, owner: str, issuer: str) -> str:
    """What the picture of the enrolment page says."""
    asked = {"secret": base32_of(secret), "issuer": issuer, "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{quote(issuer)}:{quote(owner)}?{urlencode(asked, quote_via=quote)}"
