"""The roots of the ledger's full subtrees, insert-only like its leaves."""

from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("cms", "0014_revocations")]

    operations = [
        migrations.CreateModel(
            name="Tile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("height", models.PositiveSmallIntegerField(verbose_name="高度")),
                ("number", models.BigIntegerField(verbose_name="序号")),
                ("hash", models.CharField(max_length=64, verbose_name="摘要")),
            ],
            options={
                "verbose_name": "台账子树",
                "verbose_name_plural": "台账子树",
                "constraints": [models.UniqueConstraint(fields=("height", "number"), name="tile_once")],
            },
        ),
        insert_only("cms_tile"),
    ]
