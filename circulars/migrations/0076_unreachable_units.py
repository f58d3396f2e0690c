"""Since when a unit counts as unreachable under the numbers that it has on file, of each round (Article 24)."""

from django.db import migrations, models

from cms.insertonly import insert_only

ROUNDS = insert_only("circulars_deliveryround", but=("return_reason", "insisted_why"))


class Migration(migrations.Migration):
    dependencies = [("circulars", "0075_archive_takes_insert_only")]

    operations = [
        migrations.AddField("delivery", "unreachable_at", models.DateTimeField("号码没有报备或有误", null=True)),
        # Guarded anew, so that the new column is among those that nobody changes.
        migrations.RunPython(ROUNDS.reverse_code, ROUNDS.code),
        migrations.AddField("deliveryround", "unreachable_at", models.DateTimeField("号码没有报备或有误", null=True)),
        ROUNDS,
    ]
