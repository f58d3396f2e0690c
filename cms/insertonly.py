"""Tables that take INSERT and nothing else: what a migration says of them, for both engines (Article 28).

SQLite makes a table anew when a column is added to it and forgets its triggers: a migration that does so guards the table again.
"""

from collections.abc import Collection
from typing import Any

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% takes insert only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def insert_only(table: str, *, but: Collection[str] = ()) -> migrations.RunPython:
    """The step of a migration after which triggers refuse UPDATE, DELETE and TRUNCATE on this table; its way back drops them.

    The columns in ``but`` may still be changed: texts that a clean-up after a secret must be able to empty (Article 5).
    """

    def guard(apps: Any, schema_editor: Any) -> None:
        update = f"UPDATE OF {', '.join(_other_columns(schema_editor, table, but))}" if but else "UPDATE"
        if schema_editor.connection.vendor == "sqlite":
            for name, event in (("update", update), ("delete", "DELETE")):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} takes insert only'); END"
                )
            return
        schema_editor.execute(_FUNCTION, params=None)  # its own percent sign is no place for a parameter
        schema_editor.execute(
            f"CREATE TRIGGER {table}_insert_only BEFORE {update} OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )

    def unguard(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}")
            return
        for trigger in ("insert_only", "no_truncate"):
            schema_editor.execute(f"DROP TRIGGER {table}_{trigger} ON {table}")

    return migrations.RunPython(guard, unguard)


_EARLY = """
CREATE OR REPLACE FUNCTION refuse_early_delete() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz > now() - make_interval(days => TG_ARGV[1]::int) THEN
    RAISE EXCEPTION '% keeps its rows for a while', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$
"""


def insert_then_purge(table: str, column: str, days: int, *, but: Collection[str] = ()) -> migrations.RunPython:
    """The step after which triggers refuse UPDATE and TRUNCATE, and DELETE of a row whose time is not so many days past by the database's clock.

    The columns in ``but`` may still be changed, as with ``insert_only``.
    """

    def guard(apps: Any, schema_editor: Any) -> None:
        update = f"UPDATE OF {', '.join(_other_columns(schema_editor, table, but))}" if but else "UPDATE"
        if schema_editor.connection.vendor == "sqlite":
            events = {"update": update, "early_delete": "DELETE"}
            young = f"WHEN OLD.{column} > datetime('now', '-{days} days')"
            for name, event in events.items():
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} {young if event == 'DELETE' else ''} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} keeps its rows for a while'); END"
                )
            return
        for function in (_FUNCTION, _EARLY):
            schema_editor.execute(function, params=None)
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE {update} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_early_delete BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_early_delete('{column}', '{days}')"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )

    def unguard(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for name in ("update", "early_delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{name}")
            return
        for name in ("update", "early_delete", "truncate"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{name} ON {table}")

    return migrations.RunPython(guard, unguard)


def _other_columns(schema_editor: Any, table: str, but: Collection[str]) -> list[str]:
    with schema_editor.connection.cursor() as cursor:
        described = schema_editor.connection.introspection.get_table_description(cursor, table)
    return [schema_editor.quote_name(column.name) for column in described if column.name not in but]
