"""Versions of the rule can be inserted and nothing else, on both engines.

SQLite makes a table anew when a column is added to it and forgets its triggers: a migration that does so guards the table again.
"""

from typing import Any

from django.db import migrations

TABLE = "cms_ruleversion"
REFUSAL = "versions of the rule take insert only"


def guard(apps: Any, schema_editor: Any) -> None:
    engine = schema_editor.connection.vendor
    if engine == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(
                f"CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb.upper()} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
    elif engine == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION cms_rules_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_insert_only BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION cms_rules_refuse()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION cms_rules_refuse()"
        )


def unguard(apps: Any, schema_editor: Any) -> None:
    engine = schema_editor.connection.vendor
    if engine == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {TABLE}_no_{verb}")
    elif engine == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {TABLE}_insert_only ON {TABLE}")
        schema_editor.execute(f"DROP TRIGGER {TABLE}_no_truncate ON {TABLE}")
        schema_editor.execute("DROP FUNCTION cms_rules_refuse()")


class Migration(migrations.Migration):
    dependencies = [("cms", "0009_first_rule_version")]

    operations = [migrations.RunPython(guard, unguard)]
