"""A dated stand-in for an absent reviewer, approver or leader."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_slips"),
    ]

    operations = [
        migrations.CreateModel(
            name="StandIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("drafter", "拟稿人"),
                            ("reviewer", "核稿人"),
                            ("approver", "签发人"),
                            ("principal", "主要负责人"),
                            ("registrar", "登记员"),
                            ("seal_keeper", "印章保管人"),
                            ("sender", "发文员"),
                            ("clerk", "收发员"),
                            ("leader", "分管领导"),
                            ("division_head", "科室负责人"),
                            ("handler", "承办人"),
                            ("reader", "传阅人"),
                            ("archivist", "档案员"),
                            ("secretariat", "秘书科"),
                            ("network_office", "网信办"),
                            ("provider", "保障单位"),
                            ("duty_officer", "值班员"),
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                            ("audit_admin", "审计管理员"),
                        ],
                        max_length=20,
                        verbose_name="职责",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="代行起始日")),
                ("ends_on", models.DateField(verbose_name="代行截止日")),
                ("reason", models.CharField(max_length=200, verbose_name="事由")),
                ("arranged_at", models.DateTimeField(verbose_name="安排时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="收回时间")),
                (
                    "absent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stood_in_for",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="被代行人",
                    ),
                ),
                (
                    "arranged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="安排人",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stand_ins",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代行人",
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
                "verbose_name": "代行安排",
                "verbose_name_plural": "代行安排",
                "indexes": [models.Index(fields=["person", "ends_on"], name="stand_in_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="stand_in_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("absent")), _negated=True), name="stand_in_is_another"
                    ),
                ],
            },
        ),
    ]
