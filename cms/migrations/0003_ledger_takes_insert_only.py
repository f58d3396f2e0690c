"""Entries and leaves of the ledger can be inserted and nothing else, on both engines."""

from django.db import migrations

TABLES = ("cms_entry", "cms_leaf")
REFUSAL = "the ledger takes insert only"


def guard(apps, schema_editor):
    engine = schema_editor.connection.vendor
    if engine == "sqlite":
        for table in TABLES:
            for verb in ("update", "delete"):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
    elif engine == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION cms_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION cms_ledger_refuse()"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION cms_ledger_refuse()"
            )


def unguard(apps, schema_editor):
    engine = schema_editor.connection.vendor
    for table in TABLES:
        if engine == "sqlite":
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}")
        elif engine == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_insert_only ON {table}")
            schema_editor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    if engine == "postgresql":
        schema_editor.execute("DROP FUNCTION cms_ledger_refuse()")


class Migration(migrations.Migration):
    dependencies = [("cms", "0002_calendar_2025_2026")]

    operations = [migrations.RunPython(guard, unguard)]
