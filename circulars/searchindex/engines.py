"""The pairs of characters of all passages, as each database keeps and asks them.

SQLite has a full-text table beside the passages, without their text, every pair a word of eight hex digits. PostgreSQL has an inverted index
on what the function ``circulars_pairs`` makes of a passage; it reckons the pairs as ``cms.bigrams.pairs`` does, each a signed integer.
Neither knows a place: whether the phrase itself stands there the passage must be asked.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, F, Func

from cms.bigrams import pairs

TABLE = "circulars_passage_pairs"


class Holds(Func):
    """That a passage has all these pairs, as the index tells it."""

    output_field = BooleanField()

    def __init__(self, needed: Collection[int] = (), *, expressions: Any = None) -> None:
        super().__init__(F("pk"), F("folded"))
        self._needed = sorted(needed)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        key, parameters = compiler.compile(self.source_expressions[0])
        words = " AND ".join(map(_word, self._needed))
        return f"{key} IN (SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s)", [*parameters, words]  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        folded, parameters = compiler.compile(self.source_expressions[1])
        return f"circulars_pairs({folded}) @> %s::integer[]", [*parameters, list(map(_integer, self._needed))]


def enter(passages: Iterable[tuple[int, str]]) -> None:
    """The passages, key and folded text, can be found."""
    _tell(f"INSERT INTO {TABLE} (rowid, pairs) VALUES (%s, %s)", passages)  # noqa: S608  our own words


def strike(passages: Iterable[tuple[int, str]]) -> None:
    """The passages, with the folded text that they were entered with, can be found no more."""
    _tell(f"INSERT INTO {TABLE} ({TABLE}, rowid, pairs) VALUES ('delete', %s, %s)", passages)  # noqa: S608


def pack() -> None:
    """Nothing is left of what was struck: SQLite keeps it until its index is packed."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')")  # noqa: S608


def empty() -> None:
    """No passage can be found; all of them are to be deleted in the same act."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('delete-all')")  # noqa: S608


@contextmanager
def at_once() -> Iterator[None]:
    """PostgreSQL translates no question into a program of its own here: that takes longer than to answer it."""
    if connection.vendor == "sqlite":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        yield


def _tell(statement: str, passages: Iterable[tuple[int, str]]) -> None:
    """Only SQLite must be told; an index of PostgreSQL's own follows its table."""
    if connection.vendor == "sqlite":
        rows = [(key, " ".join(map(_word, sorted(pairs(folded))))) for key, folded in passages]
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)


def _word(pair: int) -> str:
    return f"{pair:08x}"


def _integer(pair: int) -> int:
    """32 bits as PostgreSQL's integer has them, with a sign."""
    return pair - (1 << 32) if pair >> 31 else pair
