"""Keeps PINs and private keys out of error reports, without needing Django to be there.

Django's reports look up the calls for a wrapper of this very name that says which variables to hide; a scene watches that they still do.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def sensitive_variables(*names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """These variables of the decorated function, or all where none is named, and those of whatever it calls are shown as stars."""

    def decorator(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def sensitive_variables_wrapper(*func_args: P.args, **func_kwargs: P.kwargs) -> R:
            sensitive_variables_wrapper.sensitive_variables = names or "__ALL__"  # type: ignore[attr-defined]
            return function(*func_args, **func_kwargs)

        return sensitive_variables_wrapper

    return decorator
