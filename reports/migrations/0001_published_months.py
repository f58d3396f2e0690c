"""Months as they were published: insert only (Article 28)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0041_keys_of_the_desk"),
        ("cms", "0029_old_looks_at_isolation_go"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthlySnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "issuers",
                    models.CharField(
                        choices=[("government", "市政府、市政府办公室"), ("all", "全部发文单位")],
                        max_length=12,
                        verbose_name="发文单位",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年")),
                ("month", models.PositiveSmallIntegerField(verbose_name="月")),
                ("version", models.PositiveSmallIntegerField(verbose_name="版次")),
                ("as_of", models.DateTimeField(verbose_name="统计截止")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="重新公布的理由")),
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
                        verbose_name="公布人",
                    ),
                ),
            ],
            options={
                "verbose_name": "月度统计",
                "verbose_name_plural": "月度统计",
                "ordering": ["-year", "-month", "-version"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SnapshotRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("name", models.CharField(max_length=200, verbose_name="单位名称")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("municipal_government", "市政府"),
                            ("secretariat", "市政府办公室"),
                            ("it_office", "市网信办"),
                            ("county", "县（市、区）人民政府"),
                            ("zone", "开发区、管委会"),
                            ("department", "市政府工作部门"),
                            ("institution", "市政府直属机构及事业单位"),
                            ("central_provincial", "中省驻延单位"),
                            ("enterprise", "市直有关企业"),
                            ("provider", "保障单位"),
                        ],
                        max_length=30,
                        verbose_name="类别",
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(null=True, verbose_name="排名")),
                ("counts", models.JSONField(verbose_name="件数")),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="reports.monthlysnapshot",
                        verbose_name="月度统计",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "月度统计行",
                "verbose_name_plural": "月度统计行",
                "ordering": ["ordinal"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="monthlysnapshot",
            constraint=models.UniqueConstraint(
                models.F("area"),
                models.F("issuers"),
                models.F("year"),
                models.F("month"),
                models.F("version"),
                name="snapshot_version_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="monthlysnapshot",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__gte", 1), ("month__lte", 12)), name="snapshot_of_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthlysnapshot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("version", 1)),
                    models.Q(("version__gt", 1), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="snapshot_again_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshotrow",
            constraint=models.UniqueConstraint(
                models.F("snapshot"), models.F("ordinal"), name="snapshot_row_in_its_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshotrow",
            constraint=models.UniqueConstraint(models.F("snapshot"), models.F("unit"), name="snapshot_unit_once"),
        ),
        insert_only("reports_monthlysnapshot", but=("reason",)),
        insert_only("reports_snapshotrow"),
    ]
