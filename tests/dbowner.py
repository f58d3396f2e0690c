"""The owner of the database: nobody of the product, and not to be stopped by it."""

from django.db import connection


def as_its_owner(*statements):
    """What a superuser of the database can do: the guards are put aside, and put back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%%_no_%%'")
        guards = cursor.fetchall()
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement)
        for _, sql in guards:
            cursor.execute(sql)
