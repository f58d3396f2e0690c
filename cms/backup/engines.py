"""A database read out into one file and read in again, on either engine; what is counted is what lies in the file (Article 17)."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from cms.backup.copies import copy, settle
from cms.backup.failures import BackupFailed
from cms.backup.manifest import server_version
from cms.backup.marker import TABLE
from cms.backup.programs import program, run


@contextmanager
def dumped(target: Path) -> Iterator[Any]:
    """The database lies whole in ``target``; the cursor reads the same moment of it, whatever is committed meanwhile."""
    with _dumped_there(target) if connection.vendor == "postgresql" else _dumped_here(target) as cursor:
        yield cursor


@contextmanager
def _dumped_there(target: Path) -> Iterator[Any]:
    pg_dump = program("pg_dump", server=server_version())
    another: Any = connection.copy()
    try:
        another.set_autocommit(False)
        with another.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            where, environment = _connected()
            what = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
            run([str(pg_dump), *what, f"--file={target}", f"--dbname={where}"], environment)
            target.chmod(0o440)
            yield cursor
    finally:
        another.close()


@contextmanager
def _dumped_here(target: Path) -> Iterator[Any]:
    source = sqlite3.connect(_address(_file(), "ro"), uri=True, timeout=20)
    with closing(source), closing(sqlite3.connect(target)) as copied:
        source.backup(copied)  # in one step: nothing that is committed meanwhile is half in it
        copied.execute("PRAGMA journal_mode=DELETE")  # one file, whatever the source keeps beside it
    target.chmod(0o440)
    with closing(sqlite3.connect(_address(target, "ro"), uri=True)) as reading:
        yield reading.cursor()


def tables_there_are() -> list[str]:
    """The tables of the database that settings name, those of other schemas included."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name for (name,) in cursor.fetchall()]


def load(source: Path) -> None:
    """The marked and otherwise empty database holds what lies in the file, and its mark: all of it or nothing."""
    if connection.vendor == "postgresql":
        pg_restore = program("pg_restore", server=server_version())
        connection.close()
        where, environment = _connected()
        how = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
        run([str(pg_restore), *how, f"--dbname={where}", str(source)], environment)
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT backup, since FROM {TABLE}")  # noqa: S608  our own name
        mark = cursor.fetchone()
    connection.close()
    place = _file()
    unfinished = place.with_name(f"{place.name}.restoring")
    copy(source, unfinished, mode=0o600)
    with closing(sqlite3.connect(unfinished)) as copied:
        copied.execute(f"CREATE TABLE {TABLE} (backup varchar(64) NOT NULL, since varchar(40) NOT NULL)")
        copied.execute(f"INSERT INTO {TABLE} VALUES (?, ?)", mark)  # noqa: S608  our own name
        copied.commit()
    for end in ("-wal", "-shm"):
        place.with_name(place.name + end).unlink(missing_ok=True)
    unfinished.replace(place)
    settle(place.parent)


@contextmanager
def restored() -> Iterator[Any]:
    """A cursor that reads the database that settings name, as ``dumped`` read the other."""
    if connection.vendor == "postgresql":
        another: Any = connection.copy()
        try:
            another.set_autocommit(False)
            with another.cursor() as cursor:
                yield cursor
        finally:
            another.close()
        return
    with closing(sqlite3.connect(_address(_file(), "ro"), uri=True)) as reading:
        yield reading.cursor()


def _file() -> Path:
    name = str(connection.settings_dict["NAME"])
    if name.startswith("file:") or ":memory:" in name:
        raise BackupFailed("数据库在内存里，没有可以备份的文件。")
    return Path(name).resolve()


def _address(file: Path, mode: str) -> str:
    return f"{file.as_uri()}?mode={mode}"


def _connected() -> tuple[str, dict[str, str]]:
    """How PostgreSQL's programs find the database; the password goes by the environment, where others do not read it."""
    from psycopg2.extensions import make_dsn

    given: dict[str, Any] = connection.get_connection_params()
    password = given.pop("password", None)
    where = make_dsn(**{name: value for name, value in given.items() if isinstance(value, str | int)})
    return where, {**os.environ, **({"PGPASSWORD": password} if password else {})}
