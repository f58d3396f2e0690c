"""Where a word stands in everything that is kept."""

from pathlib import Path

from django.conf import settings
from django.db import connection


def traces(word: str) -> list[str]:
    """Every table and every file of the store in which the word stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            cells = [cell for row in cursor.fetchall() for cell in row]
            if any(word in str(bytes(cell) if isinstance(cell, memoryview) else cell) for cell in cells):
                found.append(table)
    stored = (path for path in Path(settings.ATTACHMENTS_ROOT).rglob("*") if path.is_file())
    return found + [path.name for path in stored if word.encode() in path.read_bytes()]
