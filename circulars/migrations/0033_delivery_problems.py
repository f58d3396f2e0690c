"""What units report of circulars that they cannot receive or open, and what the senders answer (Articles 13 and 20)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_faults_and_outages"),
        ("circulars", "0032_amendments_and_supplements_take_insert_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeliveryProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="发文字号")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("unreadable", "打不开"),
                            ("damaged", "附件损坏"),
                            ("pages_missing", "缺页"),
                            ("not_printed", "无法打印"),
                            ("not_received", "收不到"),
                            ("other", "其他"),
                        ],
                        max_length=20,
                        verbose_name="问题",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=300, verbose_name="情况")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待答复"), ("answered", "已答复"), ("closed", "已解决")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reported_at", models.DateTimeField(verbose_name="报告时间")),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="答复")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="解决时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办结人",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="circulars.delivery",
                        verbose_name="收文",
                    ),
                ),
                (
                    "fault",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.fault",
                        verbose_name="故障",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="发文单位",
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
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="报告单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "收文问题",
                "verbose_name_plural": "收文问题",
                "indexes": [
                    models.Index(fields=["unit", "-reported_at"], name="problem_unit"),
                    models.Index(fields=["issuer", "-reported_at"], name="problem_issuer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("delivery__isnull", False), ("state", "open")),
                        fields=("delivery", "code"),
                        name="problem_reported_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("delivery__isnull", True), ("state", "open")),
                        fields=("unit", "issuer", "number", "code"),
                        name="missing_reported_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "answered"), _negated=True),
                            models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="problem_answered_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False), ("state", "closed")),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True), ("closed_at", None), ("closed_by", None)
                            ),
                            _connector="OR",
                        ),
                        name="problem_closed_by_somebody",
                    ),
                ],
            },
        ),
    ]
