"""Somebody who writes while another reads: an act that is done just before the first question to a table is answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def meanwhile(table: str, act: Callable[[], Any]) -> Iterator[None]:
    """Within this the act is done once, between what was read before and the first rows of the table."""
    done: list[bool] = []

    def before(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not done and sql.startswith("SELECT") and f'FROM "{table}"' in sql:
            done.append(True)
            act()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(before):
        yield
    assert done, f"nobody asked for rows of {table}"
