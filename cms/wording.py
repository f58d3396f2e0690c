"""Questions worded once: the framework takes longer to word what is asked at every step than the database takes to answer it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

Given = int | str | date | datetime | Collection[int]

# Stands for a set of keys of records among the places.
SEVERAL = frozenset[int]()
# A question about larger sets is asked as the framework words it: those who ask it are few.
_FEW = 25
_MEMBER = -1_000  # members of a set are counted down from here in the wording


@dataclass(frozen=True)
class _Wording:
    """The statement for one engine and one size of every set; ``converters`` make of a column what its field is, moments above all."""

    statement: str
    parameters: tuple[Any, ...]
    converters: dict[int, tuple[list[Any], Any]]


class Worded:
    """A question whose wording depends on nothing that is given with it; ``ask`` gives the rows that its queryset would give.

    ``question`` takes what is given by name and returns a ``values_list``. ``places`` are values like those given, which stand for them in
    the wording and occur nowhere else in it; ``SEVERAL`` stands for a set of keys.
    """

    def __init__(self, question: Callable[..., models.QuerySet[Any, Any]], **places: Given) -> None:
        self._question, self._places = question, places
        self._worded: dict[tuple[str, ...], _Wording | None] = {}

    def ask(self, **given: Given) -> list[tuple[Any, ...]]:
        """The answer for what is given now; one query."""
        sets = {
            name: sorted(value)
            for name, value in given.items()
            if not isinstance(value, str) and isinstance(value, Collection)
        }
        if any(len(members) > _FEW for members in sets.values()):
            return list(self._question(**given))
        places = self._places | _numbered(sets)
        kind = (connection.vendor, *(f"{name}:{len(members)}" for name, members in sorted(sets.items())))
        if kind not in self._worded:
            self._worded[kind] = _worded(self._question(**places))
        wording = self._worded[kind]
        if wording is None:
            return []
        said = {
            adapted: value for name in places for adapted, value in _pairs(places[name], sets.get(name, given[name]))
        }
        with connection.cursor() as cursor:
            cursor.execute(wording.statement, [said.get(parameter, parameter) for parameter in wording.parameters])
            return [_converted(row, wording.converters) for row in cursor.fetchall()]


def _numbered(sets: dict[str, list[int]]) -> dict[str, list[int]]:
    """Places for the members of each set, no two alike."""
    return {
        name: [_MEMBER - number * (_FEW + 1) - member for member in range(len(members))]
        for number, (name, members) in enumerate(sets.items())
    }


def _worded(question: models.QuerySet[Any, Any]) -> _Wording | None:
    """None for a question that asks of nothing at all, an empty set."""
    compiler = question.query.get_compiler(connection=connection)
    try:
        statement, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    return _Wording(statement, parameters, compiler.get_converters([column for column, *_ in compiler.select]))


def _pairs(place: Any, value: Any) -> list[tuple[Any, Any]]:
    """What stands in the wording for what is given, both as the engine takes them."""
    if isinstance(place, list):
        return list(zip(place, value, strict=True))
    return [(_adapted(place), _adapted(value))]


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _converted(row: tuple[Any, ...], converters: dict[int, tuple[list[Any], Any]]) -> tuple[Any, ...]:
    if not converters:
        return row
    values = list(row)
    for place, (steps, column) in converters.items():
        for step in steps:
            values[place] = step(values[place], column, connection)
    return tuple(values)
