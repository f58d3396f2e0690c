"""Several counts as one question: what a page shows beside its lists costs it no query each."""

from typing import Any

from django.db.models import CharField, Count, QuerySet, Value


def counted(**asked: QuerySet[Any]) -> dict[str, int]:
    """How many rows each of these finds, by the names they are given, in one query. None may join a table that multiplies its rows."""
    parts = [_tally(name, rows) for name, rows in asked.items()]
    return dict.fromkeys(asked, 0) | dict(parts[0].union(*parts[1:], all=True))


def tally(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    """How many rows this finds, as a question to be asked along with others: ``sum`` of its rows says it."""
    return _tally("", rows).values_list("found", flat=True)


def _tally(name: str, rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    marked = rows.order_by().annotate(asked=Value(name, CharField())).values("asked")
    return marked.annotate(found=Count("pk")).values_list("asked", "found")
