"""Many lists as one question: what a page is put together from asks step by step, and each step of all its parts goes to the database at once.

A part that asks is a generator: it yields the querysets it needs and is given their rows, as often as one answer makes the next question.
"""

import json
from collections.abc import Callable, Generator, Iterable
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

T = TypeVar("T")
Lists = tuple[QuerySet[Any, Any], ...]
Asking = Generator[Lists, list[list[Any]], T]

# Of what JSON does not hold: how a value becomes text, and how it is read back. In SQLite dates are text anyway.
_SAID = {
    "sqlite": {"BinaryField": "CASE WHEN {0} IS NOT NULL THEN hex({0}) END"},
    "postgresql": {"BinaryField": "encode({0}, 'hex')", "JSONField": "{0}::text"},
}
_READ_BACK: dict[str, Callable[[str], Any]] = {
    "BinaryField": bytes.fromhex,
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "TimeField": time.fromisoformat,
}
_MOST_ARGUMENTS = 50  # columns are packed by so many: PostgreSQL takes 100 arguments, SQLite 127


def alone(asking: Asking[T]) -> T:
    """What the part comes to, each of its questions asked by itself."""
    return _driven(asking, lambda lists: [list(rows) for rows in lists])


def together(askings: Iterable[Asking[T]]) -> list[T]:
    """What each of the parts comes to, in their order; one query for each step of all of them."""
    return _driven(gathered(askings), fetched)


def gathered(askings: Iterable[Asking[T]]) -> Asking[list[T]]:
    """These parts as one: it asks at every step what those ask that have not ended."""
    parts = list(askings)
    ended: dict[int, T] = {}
    found: dict[int, list[list[Any]] | None] = dict.fromkeys(range(len(parts)))
    while True:
        asked: dict[int, Lists] = {}
        for number, rows in found.items():
            try:
                asked[number] = parts[number].send(rows)  # type: ignore[arg-type]  # a generator begins with None
            except StopIteration as end:
                ended[number] = end.value
        if not asked:
            return [ended[number] for number in range(len(parts))]
        answers = iter((yield tuple(rows for lists in asked.values() for rows in lists)))
        found = {number: [next(answers) for _ in lists] for number, lists in asked.items()}


def rows_of(*lists: QuerySet[Any, Any]) -> Asking[list[list[Any]]]:
    """A part that asks for these and comes to their rows."""
    return (yield lists)


def fetched(lists: Lists) -> list[list[Any]]:
    """The rows of each of these, as it would give them itself, in one query."""
    asked = [_Asked(rows) for rows in lists]
    worded = [(number, *words) for number, each in enumerate(asked) if (words := each.worded())]
    if worded:
        statement = " UNION ALL ".join(f"SELECT {number}, {packed}" for number, packed, _ in worded)
        with connection.cursor() as cursor:
            cursor.execute(statement, [parameter for *_, parameters in worded for parameter in parameters])
            for number, row in cursor.fetchall():
                asked[number].take(row)
    return [each.given() for each in asked]


def _driven(asking: Asking[T], fetch: Callable[[Lists], list[list[Any]]]) -> T:
    try:
        lists = next(asking)
        while True:
            lists = asking.send(fetch(lists))
    except StopIteration as end:
        value: T = end.value
        return value


class _Asked:
    """One of several lists: its rows come packed, each as one text, and become again what its queryset would have made of them."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self.rows, self.found = rows.all(), list[list[Any]]()
        self.read_back: dict[int, Callable[[str], Any]] = {}
        self.compiler = self.rows.query.get_compiler(connection=connection)

    def worded(self) -> tuple[str, tuple[Any, ...]] | None:
        """The end of a SELECT and its parameters; None where nothing at all is asked for."""
        try:
            statement, parameters = self.compiler.as_sql(with_col_aliases=True)
        except EmptyResultSet:
            return None
        said = _SAID[connection.vendor]
        kinds = [column.output_field.get_internal_type() for column, _, _ in self.compiler.select]
        self.read_back = {
            place: _READ_BACK[kind]
            for place, kind in enumerate(kinds)
            if kind in (_SAID["sqlite"] if connection.vendor == "sqlite" else _READ_BACK)
        }
        names = [
            said.get(kind, "{0}").format(f"packed.{connection.ops.quote_name(alias)}")
            for kind, (_, _, alias) in zip(kinds, self.compiler.select, strict=True)
        ]
        array, text = ("json_array", "") if connection.vendor == "sqlite" else ("json_build_array", "::text")
        parts = [names[first : first + _MOST_ARGUMENTS] for first in range(0, len(names), _MOST_ARGUMENTS)]
        row = ", ".join(f"{array}({', '.join(part)})" for part in parts)
        # SQLite keeps the order of a subquery only where that has a limit.
        kept = " LIMIT -1" if connection.vendor == "sqlite" and not self.rows.query.is_sliced else ""
        return f"{array}({row}){text} FROM ({statement}{kept}) packed", tuple(parameters)

    def take(self, packed: str) -> None:
        """One row more."""
        values = [value for part in json.loads(packed) for value in part]
        for place, back in self.read_back.items():
            if values[place] is not None:
                values[place] = back(values[place])
        self.found.append(values)

    def given(self) -> list[Any]:
        """The rows as records, tuples or values, whatever was asked for."""
        self.compiler.execute_sql = lambda *args, **kwargs: [self.found]
        self.rows.query.get_compiler = lambda *args, **kwargs: self.compiler  # type: ignore[method-assign]
        return list(self.rows)
