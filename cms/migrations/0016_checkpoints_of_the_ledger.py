"""Signed checkpoints of the ledger, insert-only like its leaves."""

from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("cms", "0015_subtrees_of_the_ledger")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="条数")),
                ("root", models.CharField(max_length=64, verbose_name="根摘要")),
                ("made_at", models.DateTimeField(verbose_name="时间")),
                ("signature", models.BinaryField(verbose_name="签名")),
            ],
            options={
                "verbose_name": "台账检查点",
                "verbose_name_plural": "台账检查点",
                "indexes": [models.Index(fields=["-made_at"], name="checkpoint_made")],
            },
        ),
        insert_only("cms_checkpoint"),
    ]
