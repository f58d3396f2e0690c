"""Handed-over versions, seats with their limits, and decisions that name both."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_stand_ins"),
        ("circulars", "0010_recipient_lists"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CountersignTask",
            fields=[
                (
                    "task_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.task",
                    ),
                ),
            ],
            options={
                "verbose_name": "会签",
                "verbose_name_plural": "会签",
            },
            bases=("wagtailcore.task",),
        ),
        migrations.AddField(
            model_name="decision",
            name="in_place_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="被代行人",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="to_step",
            field=models.CharField(
                blank=True,
                choices=[("review", "核稿"), ("countersign", "会签"), ("approve", "签发"), ("recheck", "复核")],
                max_length=12,
                verbose_name="退回至",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
                verbose_name="单位",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="outcome",
            field=models.CharField(
                choices=[("agreed", "同意"), ("objected", "不同意"), ("returned", "退回"), ("voided", "改动后失效")],
                max_length=10,
                verbose_name="结论",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="step",
            field=models.CharField(
                choices=[("review", "核稿"), ("countersign", "会签"), ("approve", "签发"), ("recheck", "复核")],
                max_length=12,
                verbose_name="环节",
            ),
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[("review", "核稿"), ("countersign", "会签"), ("approve", "签发"), ("recheck", "复核")],
                        max_length=12,
                        verbose_name="环节",
                    ),
                ),
                ("lap", models.PositiveSmallIntegerField(default=1, verbose_name="次数")),
                (
                    "right",
                    models.CharField(max_length=20, verbose_name="所需职责"),
                ),
                ("opened_at", models.DateTimeField(verbose_name="送来时间")),
                ("warn_at", models.DateTimeField(null=True, verbose_name="提醒时间")),
                ("due_at", models.DateTimeField(null=True, verbose_name="办理期限")),
                ("warned_at", models.DateTimeField(null=True, verbose_name="已提醒")),
                ("escalated_at", models.DateTimeField(null=True, verbose_name="已上报")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="circulars.circularpage",
                        verbose_name="文稿",
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
                "verbose_name": "审签席位",
                "verbose_name_plural": "审签席位",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="turn",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decision",
                to="circulars.turn",
                verbose_name="席位",
            ),
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="稿次")),
                ("content", models.TextField(verbose_name="内容")),
                ("digest", models.CharField(max_length=64, verbose_name="文稿摘要")),
                ("at", models.DateTimeField(verbose_name="提交时间")),
                ("is_declared", models.BooleanField(default=False, verbose_name="声明不涉及国家秘密")),
                ("correction_reason", models.CharField(blank=True, max_length=200, verbose_name="校正说明")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="签发时间")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签发人",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="circulars.version",
                        verbose_name="所校正的签发稿",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="circulars.circularpage",
                        verbose_name="文稿",
                    ),
                ),
            ],
            options={
                "verbose_name": "送审稿",
                "verbose_name_plural": "送审稿",
                "ordering": ["page", "number"],
            },
        ),
        migrations.AddField(
            model_name="turn",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="turns",
                to="circulars.version",
                verbose_name="送审稿",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="circulars.version",
                verbose_name="送审稿",
            ),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, verbose_name="代码")),
                ("sentence", models.CharField(max_length=300, verbose_name="提示")),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="circulars.decision",
                        verbose_name="审签记录",
                    ),
                ),
            ],
            options={
                "verbose_name": "提示答复",
                "verbose_name_plural": "提示答复",
                "constraints": [
                    models.UniqueConstraint(fields=("decision", "code", "sentence"), name="warning_answered_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="version",
            index=models.Index(
                condition=models.Q(("approved_at__isnull", False)), fields=["approved_at"], name="version_approved"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("page", "number"), name="version_number_once"),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("approved_by", None)),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="version_approved_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="turn",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["unit", "right"], name="turn_open_of_unit"
            ),
        ),
        migrations.AddIndex(
            model_name="turn",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["due_at"], name="turn_open_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("page", "step", "unit"), name="turn_open_once_per_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.UniqueConstraint(fields=("version", "step", "lap", "unit"), name="turn_once_per_lap"),
        ),
    ]
