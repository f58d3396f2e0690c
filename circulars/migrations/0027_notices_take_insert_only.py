"""A notice can be inserted, and the result of a text be written as long as it is not settled; nothing else, on both engines."""

from django.db import migrations

from cms.insertonly import insert_only

TABLE, TRIGGER = "circulars_notice", "circulars_notice_is_settled"


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE ON {TABLE} WHEN OLD.settled_at IS NOT NULL "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is settled'); END"
        )
        return
    schema_editor.execute(
        f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE ON {TABLE} FOR EACH ROW "
        "WHEN (OLD.settled_at IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    )


def unguard(apps, schema_editor):
    on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {TABLE}"
    schema_editor.execute(f"DROP TRIGGER {TRIGGER}{on}")


class Migration(migrations.Migration):
    dependencies = [("circulars", "0026_notices_by_text_and_phone")]

    operations = [
        insert_only(TABLE, but=("result", "reached_at", "settled_at")),
        migrations.RunPython(guard, unguard),
    ]
