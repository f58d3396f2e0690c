"""Lines, their interruptions and the reports of their inspections (Articles 7(1), 8(1) and 16)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0026_fault_hidden"),
        ("cms", "0020_grace_of_inspections"),
    ]

    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("circuit", models.CharField(max_length=60, verbose_name="电路编号")),
                ("rent", models.DecimalField(decimal_places=2, max_digits=9, verbose_name="月租费（元）")),
                ("since", models.DateField(verbose_name="启用日期")),
                ("until", models.DateField(null=True, verbose_name="停用日期")),
                (
                    "carrier",
                    models.ForeignKey(
                        limit_choices_to={"service": "carrier"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="accounts.provider",
                        verbose_name="运营商",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="accounts.unit",
                        verbose_name="使用单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "线路",
                "verbose_name_plural": "线路",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LineInspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                ("inspected_on", models.DateField(verbose_name="巡检日期")),
                (
                    "result",
                    models.CharField(
                        choices=[("good", "正常"), ("mended", "有问题，已处理"), ("waiting", "有问题，待处理")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="报告编号")),
                ("file_name", models.CharField(blank=True, max_length=120, verbose_name="文件名")),
                ("due_at", models.DateTimeField(null=True, verbose_name="应报送时间")),
                ("first_filed_at", models.DateTimeField(verbose_name="首次报送时间")),
                ("filed_at", models.DateTimeField(verbose_name="报送时间")),
                ("is_by_carrier", models.BooleanField(verbose_name="运营商报送")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="更正理由")),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cms.attachment",
                        verbose_name="报告文件",
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报送人",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="accounts.line",
                        verbose_name="线路",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="put_right",
                        to="accounts.lineinspection",
                        verbose_name="更正的报告",
                    ),
                ),
            ],
            options={
                "verbose_name": "线路巡检报告",
                "verbose_name_plural": "线路巡检报告",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LineOutage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("down", "中断中"), ("restored", "已恢复"), ("struck_out", "已撤销")],
                        default="down",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("down_at", models.DateTimeField(verbose_name="中断时间")),
                ("up_at", models.DateTimeField(null=True, verbose_name="恢复时间")),
                ("due_at", models.DateTimeField(verbose_name="应恢复时间")),
                ("cause", models.CharField(max_length=200, verbose_name="情况")),
                ("reported_at", models.DateTimeField(verbose_name="报告时间")),
                ("up_entered_at", models.DateTimeField(null=True, verbose_name="填报恢复的时间")),
                ("is_corrected", models.BooleanField(default=False, verbose_name="时间经更正")),
                (
                    "fault",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="line_outages",
                        to="accounts.fault",
                        verbose_name="故障报告",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outages",
                        to="accounts.line",
                        verbose_name="线路",
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
                    "rules",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cms.ruleversion",
                        verbose_name="规则版次",
                    ),
                ),
                (
                    "up_entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填报恢复的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "线路中断",
                "verbose_name_plural": "线路中断",
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("carrier", "circuit"), name="line_one_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(condition=models.Q(("rent__gte", 0)), name="line_rent_is_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                name="line_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="lineinspection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces", None)),
                fields=("line", "year", "quarter"),
                name="inspection_once_a_quarter",
            ),
        ),
        migrations.AddConstraint(
            model_name="lineinspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)), name="inspection_of_a_quarter"
            ),
        ),
        migrations.AddConstraint(
            model_name="lineinspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("file", None), ("number", ""), _negated=True), name="inspection_has_its_report"
            ),
        ),
        migrations.AddConstraint(
            model_name="lineinspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_filed_at", models.F("filed_at")), ("reason", ""), ("replaces", None)),
                    models.Q(
                        models.Q(("reason", ""), _negated=True),
                        ("first_filed_at__lte", models.F("filed_at")),
                        ("replaces__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="inspection_put_right_has_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="lineoutage",
            index=models.Index(fields=["line", "down_at"], name="line_outage_line"),
        ),
        migrations.AddIndex(
            model_name="lineoutage",
            index=models.Index(condition=models.Q(("state", "down")), fields=["due_at"], name="line_outage_open"),
        ),
        migrations.AddConstraint(
            model_name="lineoutage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "down")), fields=("line",), name="line_is_down_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lineoutage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "down"), ("up_at", None)),
                    models.Q(
                        ("state", "restored"),
                        ("up_at__gt", models.F("down_at")),
                        ("up_at__isnull", False),
                        ("up_entered_at__isnull", False),
                    ),
                    ("state", "struck_out"),
                    _connector="OR",
                ),
                name="line_outage_has_its_times",
            ),
        ),
        migrations.AddConstraint(
            model_name="lineoutage",
            constraint=models.CheckConstraint(
                condition=models.Q(("down_at__lte", models.F("reported_at")), ("due_at__gt", models.F("down_at"))),
                name="line_outage_is_in_order",
            ),
        ),
    ]
