"""The mark on a database that is being restored: while it is there nothing serves it (Article 17).

It is set before the first row is read in and goes in the transaction that enters the restoring in the ledger, so whatever interrupts it
leaves a database that nobody can take for a good one.
"""

from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

TABLE = "unfinished_restore"
UNFINISHED = (
    "数据库是一次没有完成、没有通过核查或者只作演练的恢复，不能使用。请清空数据库，再执行 manage.py restore 重新恢复。"
)


def set_mark(backup: str, at: datetime) -> None:
    """The database is marked as one that is being restored from this back-up."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (backup varchar(64) NOT NULL, since varchar(40) NOT NULL)")
        cursor.execute(f"INSERT INTO {TABLE} VALUES (%s, %s)", [backup, at.isoformat()])  # noqa: S608  our own name


def lift_mark() -> None:
    """The database is as good as any; call it in the transaction that says why."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def is_marked() -> bool:
    """Whether the database is marked; a database that cannot be asked is not."""
    try:
        with connection.cursor() as cursor:
            return TABLE in connection.introspection.table_names(cursor)
    except DatabaseError:
        return False
    finally:
        if not connection.in_atomic_block:
            connection.close()  # it is not handed to a forked worker


def refuse_unfinished() -> None:
    """Nothing starts on a database that is marked; raises ``ImproperlyConfigured``."""
    if is_marked():
        raise ImproperlyConfigured(UNFINISHED)
