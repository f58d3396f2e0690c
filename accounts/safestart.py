"""The site does not start where it would be unsafe: each reason in one sentence, all of them at once."""

from collections.abc import Callable
from typing import Any

from django.core.checks import ERROR, CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from accounts.checks import no_demo_people_in_production
from cms.checks import keys_are_kept_in_earnest, secrets_are_our_own, what_is_answered_is_kept

# What ``manage.py check --deploy`` says as well; here it keeps the site from starting.
_ASKED: tuple[Callable[..., Any], ...] = (
    secrets_are_our_own,
    keys_are_kept_in_earnest,
    what_is_answered_is_kept,
    no_demo_people_in_production,
)


def refuse_unsafe() -> None:
    """Nothing speaks against starting; raises ``ImproperlyConfigured`` with every reason that does. A demo starts as it is.

    A database that cannot be asked yet is no reason. The connection is not handed to a forked worker.
    """
    try:
        found: list[CheckMessage] = [fault for ask in _ASKED for fault in ask(None, databases=["default"])]
    finally:
        if not connections["default"].in_atomic_block:
            connections["default"].close()
    reasons = [str(fault.msg) for fault in found if fault.level >= ERROR]
    if reasons:
        raise ImproperlyConfigured("\n".join(["系统没有启动：", *reasons]))
