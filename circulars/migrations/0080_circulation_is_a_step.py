"""传阅 is a step that a unit may do without, as the others are (regulation art. 24(5)); whoever used it goes on using it."""

from django.db import migrations, models

from cms.insertonly import insert_only

LEVELS = insert_only("circulars_handlinglevels")


class Migration(migrations.Migration):
    dependencies = [("circulars", "0078_papers_are_handed_on")]

    operations = [
        # Guarded anew: SQLite makes the table anew and forgets its triggers.
        migrations.RunPython(LEVELS.reverse_code, LEVELS.code),
        migrations.AddField("handlinglevels", "circulation", models.BooleanField("传阅", db_default=True)),
        LEVELS,
        migrations.AddField("handling", "uses_circulation", models.BooleanField("用传阅", db_default=True)),
    ]
