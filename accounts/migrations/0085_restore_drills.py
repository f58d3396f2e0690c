"""Drills of restoring: entered and never changed (Article 17)."""

from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0075_offices_that_acknowledge"),
    ]

    operations = [
        migrations.CreateModel(
            name="Drill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="备份")),
                ("manifest", models.CharField(blank=True, max_length=64, verbose_name="清单摘要")),
                ("made_at", models.DateTimeField(null=True, verbose_name="备份时间")),
                ("size", models.BigIntegerField(verbose_name="字节数")),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(verbose_name="完成时间")),
                ("is_good", models.BooleanField(verbose_name="可以使用")),
                ("verdict", models.CharField(max_length=500, verbose_name="结论")),
            ],
            options={
                "verbose_name": "恢复演练",
                "verbose_name_plural": "恢复演练",
                "default_permissions": (),
                "indexes": [models.Index(fields=["-finished_at"], name="drill_finished")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("finished_at__gte", models.F("started_at"))),
                        name="drill_finished_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_good", True), ("manifest", ""), _negated=True),
                        name="drill_good_of_a_known_one",
                    ),
                ],
            },
        ),
        insert_only("accounts_drill"),
    ]
