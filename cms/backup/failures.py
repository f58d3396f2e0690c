"""Why a back-up was not made or not restored, in a sentence."""

import sqlite3

from django.db import DatabaseError

from cms.diskwords import disk_words


class BackupFailed(Exception):
    """It is not done; the text is a sentence for whoever runs the machine."""


# What may come up while files and databases are copied; ``words`` tells each.
FAILURES = (BackupFailed, OSError, DatabaseError, sqlite3.Error)


def words(failed: Exception) -> str:
    """The sentence of a failure."""
    if isinstance(failed, OSError):
        where = f"“{failed.filename}”" if failed.filename else ""
        return f"{where}{disk_words(failed)}。"
    if isinstance(failed, BackupFailed):
        return str(failed)
    return f"数据库不能读写：{(str(failed).splitlines() or [''])[0][:200]}"
