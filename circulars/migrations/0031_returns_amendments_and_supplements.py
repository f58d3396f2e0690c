"""What a return came to, which circular another one corrects or annuls, and to whom a circular was sent after."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0030_words_of_returns_and_notices"),
        ("accounts", "0008_faults_and_outages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField("轮次")),
                (
                    "kind",
                    models.CharField("处理", max_length=10, choices=[("corrected", "另行更正"), ("left", "不再发送")]),
                ),
                ("reason", models.CharField("理由", max_length=300, blank=True)),
                ("at", models.DateTimeField("办理时间")),
                (
                    "by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+", verbose_name="办理人"
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        "circulars.delivery", on_delete=PROTECT, related_name="outcomes", verbose_name="收文"
                    ),
                ),
                (
                    "page",
                    models.OneToOneField(
                        "circulars.circularpage",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        verbose_name="更正稿",
                    ),
                ),
            ],
            options={
                "verbose_name": "退文处理",
                "verbose_name_plural": "退文处理",
                "constraints": [
                    models.UniqueConstraint(fields=("delivery", "round"), name="one_outcome_of_a_return"),
                    models.CheckConstraint(
                        condition=Q(kind="left", page=None, reason__gt="") | Q(kind="corrected", page__isnull=False),
                        name="return_outcome_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField("方式", max_length=12, choices=[("corrects", "更正"), ("annuls", "作废")]),
                ),
                ("at", models.DateTimeField("时间")),
                (
                    "circular",
                    models.ForeignKey(
                        "circulars.circular", on_delete=PROTECT, related_name="amendments", verbose_name="原件"
                    ),
                ),
                (
                    "by_circular",
                    models.ForeignKey(
                        "circulars.circular", on_delete=PROTECT, related_name="amends", verbose_name="更正、作废通知"
                    ),
                ),
            ],
            options={
                "verbose_name": "更正、作废",
                "verbose_name_plural": "更正、作废",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("circular", "by_circular", "kind"), name="amended_once_by_a_notice"
                    ),
                    models.CheckConstraint(condition=~Q(circular=F("by_circular")), name="amended_by_another"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Supplement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField("送达方式", max_length=10, choices=[("primary", "主送"), ("cc", "抄送")])),
                ("reason", models.CharField("补发理由", max_length=300)),
                ("consent", models.CharField("同意补发", max_length=200)),
                ("off_hours_reason", models.CharField("非工作时间发送理由", max_length=200, blank=True)),
                ("at", models.DateTimeField("补发时间")),
                (
                    "by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+", verbose_name="补发人"
                    ),
                ),
                (
                    "circular",
                    models.ForeignKey(
                        "circulars.circular", on_delete=PROTECT, related_name="supplements", verbose_name="公文"
                    ),
                ),
                ("units", models.ManyToManyField("accounts.unit", related_name="+", verbose_name="补发单位")),
            ],
            options={
                "verbose_name": "补发",
                "verbose_name_plural": "补发",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(reason__gt="", consent__gt=""), name="supplement_has_reason_and_consent"
                    )
                ],
            },
        ),
    ]
