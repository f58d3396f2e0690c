"""The number of the request now being served: it stands in every log line and in the answer, so that the two are found together."""

import re
from contextvars import ContextVar
from uuid import uuid4

from django.conf import settings

HEADER = "X-Request-Id"
_GIVEN = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
_number: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The number of the request in hand, or nothing outside a request."""
    return _number.get()


def number_request(request) -> str:
    """``request_id`` answers for this request from now on: by the number that our own proxy gave it, else by a new one."""
    given = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
    number = given if _GIVEN.fullmatch(given) else uuid4().hex
    _number.set(number)
    return number


def end_request() -> None:
    """No request is in hand."""
    _number.set("")
