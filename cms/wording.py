"""Questions worded once: the framework takes longer to word what is asked at every step than the database takes to answer it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection, models


class Worded:
    """A question whose wording depends on nothing that is given with it; ``ask`` gives the rows that its queryset would give.

    ``question`` takes what is given by name and returns a ``values_list`` of columns that every engine hands over as they are (numbers and
    words, no moments). ``places`` are values like those given, which stand for them in the wording and occur nowhere else in it.
    """

    def __init__(self, question: Callable[..., models.QuerySet[Any, Any]], **places: int | date) -> None:
        self._question, self._places = question, places
        self._worded: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def ask(self, **given: int | date) -> list[tuple[Any, ...]]:
        """The answer for what is given now; one query."""
        if connection.vendor not in self._worded:
            self._worded[connection.vendor] = self._question(**self._places).query.sql_with_params()
        statement, parameters = self._worded[connection.vendor]
        said = {_adapted(place): _adapted(given[name]) for name, place in self._places.items()}
        with connection.cursor() as cursor:
            cursor.execute(statement, [said.get(parameter, parameter) for parameter in parameters])
            return cursor.fetchall()


def _adapted(value: int | date) -> Any:
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
