"""What was mistyped in a register is put right, and what it said before is kept; a clean-up empties texts alone (Articles 5 and 19)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0080_circulation_is_a_step"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EntryCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="更正原因")),
                ("at", models.DateTimeField(verbose_name="更正时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="更正人",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="circulars.incoming",
                        verbose_name="收文登记",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正登记",
                "verbose_name_plural": "更正登记",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CorrectedField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=20, verbose_name="栏目")),
                ("before", models.CharField(blank=True, max_length=300, verbose_name="原来")),
                ("after", models.CharField(blank=True, max_length=300, verbose_name="更正为")),
                (
                    "correction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fields",
                        to="circulars.entrycorrection",
                        verbose_name="更正登记",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正内容",
                "verbose_name_plural": "更正内容",
                "ordering": ["pk"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("correction", "field"), name="corrected_once_each")],
            },
        ),
        insert_only("circulars_entrycorrection", but=("reason",)),
        insert_only("circulars_correctedfield", but=("before", "after")),
    ]
