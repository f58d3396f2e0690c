"""How many rows each table has and a checksum over them, whatever their order: what must be equal before and after (Article 17)."""

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from cms.backup.failures import BackupFailed
from cms.backup.marker import TABLE
from cms.merkle import Frontier

# How PostgreSQL writes a row as text hangs on these.
_AS_TEXT = ("timezone = 'UTC'", "datestyle = 'ISO, YMD'", "intervalstyle = 'postgres'", "bytea_output = 'hex'")
_CHUNK = 5_000


class Counted(NamedTuple):
    """A table as it was: its rows, and the sum of their digests."""

    rows: int
    checksum: str


class Head(NamedTuple):
    """How many leaves the ledger has, and the root above them."""

    size: int
    root: str


def counted(cursor: Any, vendor: str) -> dict[str, Counted]:
    """Every table of the database that the cursor reads, by name."""
    if vendor == "postgresql":
        for setting in _AS_TEXT:
            cursor.execute(f"SET LOCAL {setting}")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        count = _counted_there
    else:
        # What a virtual table holds lies in tables of its own.
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
            "AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        count = _counted_here
    names = sorted(name for (name,) in cursor.fetchall() if name != TABLE)
    return {name: count(cursor, name) for name in names}


def head(cursor: Any) -> Head:
    """The head of the ledger, counted anew from all leaves."""
    cursor.execute('SELECT hash FROM cms_leaf ORDER BY "index"')
    tree = Frontier()
    try:
        for rows in _chunks(cursor):
            for (leaf,) in rows:
                tree.append(bytes.fromhex(leaf))
    except ValueError:
        raise BackupFailed("台账的叶被改动过，请执行 manage.py verify 核查。") from None
    return Head(tree.size, tree.root.hex() if tree.size else "")


def _counted_there(cursor: Any, name: str) -> Counted:
    """By the server: fifteen digits of the digest of each row, added up."""
    cursor.execute(
        "SELECT count(*), coalesce(sum(('x' || substr(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), 1, 15))::bit(60)::bigint), 0)"  # noqa: S608  a table's name
        f' FROM "{name}" t'
    )
    rows, total = cursor.fetchone()
    return Counted(rows, f"{int(total):x}")


def _counted_here(cursor: Any, name: str) -> Counted:
    cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608  a table's name
    count = total = 0
    for rows in _chunks(cursor):
        count += len(rows)
        total += sum(int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest()[:8], "big") for row in rows)
    return Counted(count, f"{total:x}")


def _chunks(cursor: Any) -> Iterable[list[Any]]:
    while rows := cursor.fetchmany(_CHUNK):
        yield rows
