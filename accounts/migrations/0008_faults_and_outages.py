"""Faults as units report them and stops of the platform as the network office announces them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_stand_ins"),
        ("cms", "0010_rule_versions_take_insert_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Fault",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("network", "网络线路"),
                            ("system", "系统打不开"),
                            ("seal", "电子印章密钥"),
                            ("computer", "计算机"),
                            ("printer", "打印机"),
                            ("other", "其他设备"),
                        ],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="情况")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待处理"), ("confirmed", "已恢复")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("detected_at", models.DateTimeField(verbose_name="发现时间")),
                ("reported_at", models.DateTimeField(verbose_name="报告时间")),
                ("report_due_at", models.DateTimeField(null=True, verbose_name="应报告时间")),
                ("restored_at", models.DateTimeField(null=True, verbose_name="恢复时间")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="确认时间")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报告人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="faults",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "故障",
                "verbose_name_plural": "故障",
                "indexes": [models.Index(fields=["unit", "detected_at"], name="fault_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("detected_at__lte", models.F("reported_at"))),
                        name="fault_detected_then_reported",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("restored_at", None), ("state", "open")),
                            models.Q(
                                ("confirmed_at__gte", models.F("restored_at")),
                                ("restored_at__gte", models.F("detected_at")),
                                ("state", "confirmed"),
                            ),
                            _connector="OR",
                        ),
                        name="fault_confirmed_has_times",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("outage", "平台中断"), ("maintenance", "停机维护")],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="情况")),
                ("starts_at", models.DateTimeField(verbose_name="开始时间")),
                ("ends_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("announced_at", models.DateTimeField(verbose_name="公告时间")),
                (
                    "announced_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="公告人",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outages",
                        to="cms.area",
                        verbose_name="辖区",
                    ),
                ),
            ],
            options={
                "verbose_name": "平台停用",
                "verbose_name_plural": "平台停用",
                "ordering": ["starts_at"],
                "indexes": [models.Index(fields=["area", "starts_at"], name="outage_area")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                        name="outage_ends_later",
                    )
                ],
            },
        ),
    ]
