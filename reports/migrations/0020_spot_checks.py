"""Spot checks, what follows from them, and visits of guidance; all but the two lifecycles insert only (Articles 6 and 28)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0041_keys_of_the_desk"),
        ("cms", "0029_old_looks_at_isolation_go"),
        ("reports", "0010_bulletins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Rectification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="整改期限")),
                (
                    "state",
                    models.CharField(
                        choices=[("demanded", "待整改"), ("answered", "已答复，待审核"), ("closed", "已办结")],
                        db_default="demanded",
                        max_length=10,
                        verbose_name="状态",
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
                "verbose_name": "整改",
                "verbose_name_plural": "整改",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RectificationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("demanded", "要求整改"),
                            ("answered", "单位答复"),
                            ("sent_back", "退回答复"),
                            ("closed", "审核办结"),
                        ],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=500, verbose_name="内容")),
                ("due_on", models.DateField(null=True, verbose_name="期限")),
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
                    "rectification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="reports.rectification",
                        verbose_name="整改",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改经过",
                "verbose_name_plural": "整改经过",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SpotCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("municipal_government", "市政府"),
                            ("secretariat", "市政府办公室"),
                            ("it_office", "市网信办"),
                            ("county", "县（市、区）人民政府"),
                            ("zone", "开发区、管委会"),
                            ("department", "市政府工作部门"),
                            ("institution", "市政府直属机构及事业单位"),
                            ("central_provincial", "中省驻延单位"),
                            ("enterprise", "市直有关企业"),
                            ("provider", "保障单位"),
                        ],
                        max_length=30,
                        verbose_name="类别",
                    ),
                ),
                ("asked", models.PositiveSmallIntegerField(verbose_name="抽取家数")),
                ("purpose", models.CharField(max_length=100, verbose_name="抽查事由")),
                ("planned_for", models.DateTimeField(verbose_name="抽查时间")),
                ("planned_at", models.DateTimeField(verbose_name="安排时间")),
                ("key", models.UUIDField(unique=True, verbose_name="提交号")),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "待抽取"), ("drawn", "已抽取"), ("called_off", "已取消")],
                        db_default="planned",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "called_off_why",
                    models.CharField(blank=True, db_default="", max_length=200, verbose_name="取消原因"),
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
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="安排人",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查",
                "verbose_name_plural": "抽查",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SpotDraw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seed", models.CharField(max_length=64, verbose_name="种子")),
                ("algorithm", models.CharField(max_length=30, verbose_name="算法")),
                ("population", models.JSONField(verbose_name="抽取范围（单位代码）")),
                ("digest", models.CharField(max_length=64, verbose_name="范围摘要")),
                ("drawn_at", models.DateTimeField(verbose_name="抽取时间")),
                (
                    "check_drawn",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draw",
                        to="reports.spotcheck",
                        verbose_name="抽查",
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="抽取人",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽取记录",
                "verbose_name_plural": "抽取记录",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SpotUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("code", models.CharField(max_length=40, verbose_name="单位代码")),
                ("name", models.CharField(max_length=60, verbose_name="单位名称")),
                (
                    "presence",
                    models.CharField(
                        choices=[
                            ("present", "在岗"),
                            ("not_yet", "尚未登录，未超间隔"),
                            ("away", "超过间隔未登录"),
                            ("silent", "今日未登录"),
                            ("nobody", "没有收发员"),
                            ("not_owed", "不要求登录"),
                            ("unknown", "无法判断"),
                        ],
                        max_length=12,
                        verbose_name="登录",
                    ),
                ),
                ("looked_in_at", models.DateTimeField(null=True, verbose_name="最近登录")),
                ("open_receipts", models.PositiveIntegerField(verbose_name="待签收")),
                ("overdue_receipts", models.PositiveIntegerField(verbose_name="超时未签收")),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="reports.spotdraw",
                        verbose_name="抽取",
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
                "verbose_name": "被抽查单位",
                "verbose_name_plural": "被抽查单位",
                "ordering": ["draw", "ordinal"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SpotFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("phone", "值班电话"), ("diary", "值班和自查记录")], max_length=6, verbose_name="项目"
                    ),
                ),
                ("is_good", models.BooleanField(verbose_name="符合要求")),
                ("who", models.CharField(blank=True, max_length=40, verbose_name="接听人或在场人")),
                ("found_at", models.DateTimeField(verbose_name="查看时间")),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="更正理由")),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="put_right",
                        to="reports.spotfinding",
                        verbose_name="更正的记录",
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="reports.spotunit",
                        verbose_name="被抽查单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查结果",
                "verbose_name_plural": "抽查结果",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="rectification",
            name="of",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rectification",
                to="reports.spotunit",
                verbose_name="被抽查单位",
            ),
        ),
        migrations.CreateModel(
            name="GuidanceVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visited_on", models.DateField(verbose_name="日期")),
                ("persons", models.CharField(max_length=100, verbose_name="参加人员")),
                ("seen", models.CharField(max_length=500, verbose_name="查看情况")),
                ("agreed", models.CharField(blank=True, max_length=500, verbose_name="商定事项")),
                ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                ("key", models.UUIDField(unique=True, verbose_name="提交号")),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
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
                "verbose_name": "指导检查",
                "verbose_name_plural": "指导检查",
                "default_permissions": (),
                "indexes": [models.Index(fields=["-visited_on", "-id"], name="guidance_newest")],
            },
        ),
        migrations.AddIndex(
            model_name="spotcheck",
            index=models.Index(
                condition=models.Q(("state", "planned")), fields=["planned_for"], name="spot_check_planned"
            ),
        ),
        migrations.AddIndex(
            model_name="spotcheck",
            index=models.Index(fields=["area", "-planned_for", "-id"], name="spot_check_of_area"),
        ),
        migrations.AddConstraint(
            model_name="spotcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked__gte", 1), ("asked__lte", 500)), name="spot_check_asks_for_units"
            ),
        ),
        migrations.AddConstraint(
            model_name="spotcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "called_off"), models.Q(("called_off_why", ""), _negated=True)),
                    models.Q(models.Q(("state", "called_off"), _negated=True), ("called_off_why", "")),
                    _connector="OR",
                ),
                name="spot_check_called_off_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="spotunit",
            constraint=models.UniqueConstraint(fields=("draw", "ordinal"), name="spot_unit_in_its_place"),
        ),
        migrations.AddConstraint(
            model_name="spotunit",
            constraint=models.UniqueConstraint(fields=("draw", "unit"), name="spot_unit_once"),
        ),
        migrations.AddConstraint(
            model_name="spotfinding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces", None)), fields=("of", "kind"), name="spot_finding_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="spotfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("replaces", None)),
                    models.Q(("replaces__isnull", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="spot_finding_put_right_has_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="rectification",
            index=models.Index(condition=models.Q(("state", "demanded")), fields=["due_on"], name="rectification_due"),
        ),
        insert_only("reports_spotdraw"),
        insert_only("reports_spotunit"),
        insert_only("reports_spotfinding"),
        insert_only("reports_rectificationstep"),
        insert_only("reports_guidancevisit"),
    ]
