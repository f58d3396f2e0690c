"""Every urge and every reminder of a unit to sign for a circular, as a row."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0027_notices_take_insert_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Urge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(verbose_name="轮次")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("manual", "人工催签"),
                            ("due_day", "截止日提醒"),
                            ("before_close", "截止前提醒"),
                            ("half_way", "到期前提醒"),
                            ("due", "到期催办"),
                            ("late", "超时催办"),
                        ],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("clerk", "收发员"),
                            ("leader", "分管领导"),
                            ("duty_officer", "秘书科值班员"),
                        ],
                        max_length=12,
                        verbose_name="催到",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="催签时间")),
                ("planned_at", models.DateTimeField(null=True, verbose_name="应催时间")),
                (
                    "means",
                    models.CharField(
                        choices=[("desk", "站内"), ("desk_text", "站内、短信")], max_length=10, verbose_name="方式"
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=100, verbose_name="内容")),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="催签人",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="urge_rows",
                        to="circulars.delivery",
                        verbose_name="收文",
                    ),
                ),
            ],
            options={
                "verbose_name": "催签记录",
                "verbose_name_plural": "催签记录",
                "ordering": ["delivery", "at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("delivery", "round", "kind", "planned_at"), name="reminded_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by__isnull", False), ("kind", "manual"), ("planned_at", None)),
                            models.Q(
                                models.Q(("kind", "manual"), _negated=True),
                                ("by", None),
                                ("planned_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="urge_by_somebody_or_by_plan",
                    ),
                ],
            },
        ),
    ]
