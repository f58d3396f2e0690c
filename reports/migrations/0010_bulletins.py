"""Bulletins in five steps, what units were asked and said, and whom a bulletin names (Article 28)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0041_keys_of_the_desk"),
        ("circulars", "0090_decided_relief"),
        ("cms", "0090_days_to_explain_and_whom_to_name"),
        ("reports", "0001_published_months"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bulletin",
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
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="重新通报的理由")),
                (
                    "state",
                    models.CharField(
                        choices=[("checking", "核对"), ("explaining", "单位说明"), ("approved", "已审定")],
                        default="checking",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="开始时间")),
                ("asked_at", models.DateTimeField(null=True, verbose_name="请说明时间")),
                ("explain_until", models.DateTimeField(null=True, verbose_name="说明截止")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="审定时间")),
                (
                    "named_percent",
                    models.PositiveSmallIntegerField(null=True, verbose_name="点名：按时签收率低于（％）"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审定人",
                    ),
                ),
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
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "page",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="bulletin",
                        to="circulars.circularpage",
                        verbose_name="通报文稿",
                    ),
                ),
                (
                    "snapshot",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulletin",
                        to="reports.monthlysnapshot",
                        verbose_name="月度统计",
                    ),
                ),
            ],
            options={
                "verbose_name": "签收情况通报",
                "verbose_name_plural": "签收情况通报",
                "ordering": ["-year", "-month", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AskedReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(verbose_name="轮次")),
                ("unit_name", models.CharField(max_length=60, verbose_name="单位名称")),
                ("sent_at", models.DateTimeField(verbose_name="发送时间")),
                ("due_at", models.DateTimeField(verbose_name="应签收时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="签收或者退回时间")),
                (
                    "lateness",
                    models.CharField(
                        choices=[("late", "逾期签收"), ("unsigned", "未签收"), ("returned_late", "逾期退回")],
                        max_length=15,
                        verbose_name="情形",
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
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked",
                        to="reports.bulletin",
                        verbose_name="通报",
                    ),
                ),
            ],
            options={
                "verbose_name": "请单位说明的收文",
                "verbose_name_plural": "请单位说明的收文",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Explanation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=500, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="说明时间")),
                (
                    "asked",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="explanation",
                        to="reports.askedreceipt",
                        verbose_name="收文",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="说明人",
                    ),
                ),
                (
                    "fault",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.fault",
                        verbose_name="故障报告",
                    ),
                ),
            ],
            options={
                "verbose_name": "逾期说明",
                "verbose_name_plural": "逾期说明",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="NamedUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named",
                        to="reports.bulletin",
                        verbose_name="通报",
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
                "verbose_name": "通报点名的单位",
                "verbose_name_plural": "通报点名的单位",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_accepted", models.BooleanField(verbose_name="采纳")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="认定时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="认定人",
                    ),
                ),
                (
                    "explanation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rulings",
                        to="reports.explanation",
                        verbose_name="说明",
                    ),
                ),
            ],
            options={
                "verbose_name": "说明的认定",
                "verbose_name_plural": "说明的认定",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["checking", "explaining"])),
                fields=("area", "issuers", "year", "month"),
                name="one_bulletin_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__gte", 1), ("month__lte", 12)), name="bulletin_of_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("explain_until", None), ("state", "checking")),
                    models.Q(
                        models.Q(("state", "checking"), _negated=True),
                        ("asked_at__isnull", False),
                        ("explain_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="bulletin_asked_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_by__isnull", False), ("snapshot__isnull", False), ("state", "approved")),
                    models.Q(
                        models.Q(("state", "approved"), _negated=True),
                        ("approved_by", None),
                        ("page", None),
                        ("snapshot", None),
                    ),
                    _connector="OR",
                ),
                name="bulletin_approved_is_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("opened_by")), _negated=True),
                    _connector="OR",
                ),
                name="bulletin_approved_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="askedreceipt",
            index=models.Index(fields=["unit", "bulletin"], name="asked_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="askedreceipt",
            constraint=models.UniqueConstraint(
                fields=("bulletin", "delivery", "round"), name="asked_once_in_a_bulletin"
            ),
        ),
        migrations.AddConstraint(
            model_name="namedunit",
            constraint=models.UniqueConstraint(fields=("bulletin", "unit"), name="named_once_in_a_bulletin"),
        ),
        insert_only("reports_askedreceipt"),
        insert_only("reports_explanation", but=("text",)),
        insert_only("reports_ruling", but=("reason",)),
        insert_only("reports_namedunit"),
    ]
