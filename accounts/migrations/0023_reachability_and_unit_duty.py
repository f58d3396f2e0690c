import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_staff_filings"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReachabilityCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, verbose_name="号码（隐去中间四位）")),
                (
                    "way",
                    models.CharField(choices=[("call", "电话"), ("text", "短信")], max_length=5, verbose_name="方式"),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("answered", "接通"),
                            ("no_answer", "无人接听"),
                            ("suspended", "停机或关机"),
                            ("no_such_number", "空号"),
                            ("wrong_number", "号码有误"),
                            ("not_delivered", "短信未送达"),
                        ],
                        max_length=20,
                        verbose_name="结果",
                    ),
                ),
                ("tried_at", models.DateTimeField(verbose_name="时间")),
                ("key", models.UUIDField(verbose_name="提交号")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "tried_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="抽查人",
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
                "verbose_name": "通讯抽查",
                "verbose_name_plural": "通讯抽查",
                "default_permissions": (),
                "indexes": [models.Index(fields=["unit", "person", "-tried_at"], name="reachability_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("key", "person", "unit"), name="reachability_entered_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("tried_by__isnull", False),
                                ("way", "call"),
                                models.Q(("result", "not_delivered"), _negated=True),
                            ),
                            models.Q(("result", "not_delivered"), ("tried_by", None), ("way", "text")),
                            _connector="OR",
                        ),
                        name="reachability_by_call_or_text",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitDutyDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                ("entered_at", models.DateTimeField(verbose_name="安排时间")),
                (
                    "entered_by",
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
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="值班人",
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
                "verbose_name": "单位值班安排",
                "verbose_name_plural": "单位值班安排",
                "ordering": ["unit", "day"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("unit", "day"), name="unit_duty_one_a_day")],
            },
        ),
        insert_only("accounts_reachabilitycheck"),
    ]
