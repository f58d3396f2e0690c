"""Figures of earlier years as they were handed in: insert only (Article 28)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0041_keys_of_the_desk"),
        ("cms", "0029_old_looks_at_isolation_go"),
        ("reports", "0030_wall_screens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlierImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField(verbose_name="导入时间")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cms.area",
                        verbose_name="辖区",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
            ],
            options={
                "verbose_name": "往年数据导入",
                "verbose_name_plural": "往年数据导入",
                "ordering": ["-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="EarlierFigures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年")),
                ("month", models.PositiveSmallIntegerField(verbose_name="月")),
                ("on_time", models.PositiveIntegerField(verbose_name="按时签收")),
                ("late", models.PositiveIntegerField(verbose_name="逾期签收")),
                ("unsigned", models.PositiveIntegerField(verbose_name="未签收")),
                ("source", models.CharField(max_length=100, verbose_name="来源")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="reports.earlierimport",
                        verbose_name="导入",
                    ),
                ),
            ],
            options={
                "verbose_name": "往年数据",
                "verbose_name_plural": "往年数据",
                "ordering": ["pk"],
                "default_permissions": (),
                "indexes": [models.Index(models.F("year"), models.F("month"), name="earlier_month")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("batch"),
                        models.F("unit"),
                        models.F("year"),
                        models.F("month"),
                        name="earlier_month_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__gte", 1), ("month__lte", 12)), name="earlier_of_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="earlier_has_a_source"
                    ),
                ],
            },
        ),
        insert_only("reports_earlierimport"),
        insert_only("reports_earlierfigures"),
    ]
