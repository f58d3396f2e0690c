"""Cases of delay; their steps insert only, but for words about a purged paper (Article 28)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0041_keys_of_the_desk"),
        ("circulars", "0083_open_entries_and_work_by_unit"),
        ("reports", "0020_spot_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DelayCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(verbose_name="轮次")),
                ("facts", models.JSONField(verbose_name="责任认定的事实")),
                ("digest", models.CharField(max_length=64, verbose_name="事实摘要")),
                ("state_until", models.DateField(verbose_name="陈述期限")),
                ("appeal_until", models.DateTimeField(null=True, verbose_name="申诉期限")),
                ("opened_at", models.DateTimeField(verbose_name="立案时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待单位陈述"),
                            ("stated", "待决定"),
                            ("decided", "已决定"),
                            ("appealed", "申诉待复核"),
                            ("settled", "已复核"),
                        ],
                        db_default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="circulars.delivery",
                        verbose_name="收文",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="立案人",
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
                "verbose_name": "问责案件",
                "verbose_name_plural": "问责案件",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CaseStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "立案"),
                            ("stated", "单位陈述"),
                            ("decided", "决定"),
                            ("appealed", "申诉"),
                            ("settled", "申诉复核"),
                        ],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "不予问责"),
                            ("reminded", "提醒谈话"),
                            ("criticised", "通报批评"),
                            ("referred", "移送有权机关追责"),
                            ("upheld", "维持原决定"),
                            ("changed", "变更原决定"),
                            ("revoked", "撤销原决定"),
                        ],
                        max_length=12,
                        verbose_name="结果",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=1000, verbose_name="内容")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="reports.delaycase",
                        verbose_name="问责案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "问责经过",
                "verbose_name_plural": "问责经过",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="delaycase",
            index=models.Index(fields=["unit", "-opened_at"], name="delay_case_unit"),
        ),
        migrations.AddConstraint(
            model_name="delaycase",
            constraint=models.UniqueConstraint(fields=("delivery", "round"), name="delay_case_once"),
        ),
        migrations.AddConstraint(
            model_name="casestep",
            constraint=models.UniqueConstraint(fields=("case", "kind"), name="case_step_once"),
        ),
        insert_only("reports_casestep", but=("text",)),
    ]
