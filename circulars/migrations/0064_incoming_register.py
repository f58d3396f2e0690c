"""收文登记簿: the register of what a unit has received, its counter, and when a delivery was registered and handled (Articles 19 and 22)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0036_ends_have_their_times"),
        ("circulars", "0062_paper_during_faults"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Incoming",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("sequence", models.PositiveIntegerField(verbose_name="序号")),
                (
                    "source",
                    models.CharField(
                        choices=[("electronic", "电子"), ("paper", "纸质件"), ("outside", "系统外来文")],
                        max_length=12,
                        verbose_name="来文方式",
                    ),
                ),
                ("outside_sender", models.CharField(blank=True, default="", max_length=100, verbose_name="来文单位")),
                ("outside_number", models.CharField(blank=True, default="", max_length=60, verbose_name="来文字号")),
                ("outside_title", models.CharField(blank=True, default="", max_length=255, verbose_name="标题")),
                (
                    "urgency",
                    models.CharField(
                        choices=[("normal", "普通"), ("urgent", "加急"), ("extra_urgent", "特急")],
                        max_length=15,
                        verbose_name="紧急程度",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                ("due_at", models.DateTimeField(null=True, verbose_name="应签收时间")),
                ("copies", models.PositiveSmallIntegerField(default=1, verbose_name="份数")),
                ("pages", models.PositiveSmallIntegerField(null=True, verbose_name="页数")),
                (
                    "kind",
                    models.CharField(
                        choices=[("action", "办件"), ("information", "阅件")], max_length=12, verbose_name="类别"
                    ),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[("passed", "合格"), ("failed", "不合格，退回")],
                        default="passed",
                        max_length=10,
                        verbose_name="初审",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="备注")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("registered", "已登记"),
                            ("in_handling", "办理中"),
                            ("circulating", "传阅中"),
                            ("handled", "已办结"),
                            ("filed", "已归档"),
                            ("sent_back", "已退回"),
                        ],
                        default="registered",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("registered_at", models.DateTimeField(verbose_name="登记时间")),
                ("handled_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("sent_back_at", models.DateTimeField(null=True, verbose_name="退回时间")),
                ("sent_back_why", models.CharField(blank=True, default="", max_length=300, verbose_name="退回说明")),
            ],
            options={
                "verbose_name": "收文登记",
                "verbose_name_plural": "收文登记",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RegisterBook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("last", models.PositiveIntegerField(db_default=0, verbose_name="已用到")),
            ],
            options={
                "verbose_name": "收文登记簿",
                "verbose_name_plural": "收文登记簿",
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="handled_at",
            field=models.DateTimeField(null=True, verbose_name="办结时间"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="registered_at",
            field=models.DateTimeField(null=True, verbose_name="登记时间"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(
                    ("recalled_at__isnull", True),
                    ("registered_at__isnull", True),
                    ("returned_at__isnull", True),
                    ("signed_at__isnull", False),
                ),
                fields=["unit", "signed_at"],
                name="delivery_to_register",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("handled_at", None), ("registered_at__isnull", False), _connector="OR"),
                name="delivery_handled_is_registered",
            ),
        ),
        migrations.AddField(
            model_name="incoming",
            name="circular",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="circulars.circular",
                verbose_name="公文",
            ),
        ),
        migrations.AddField(
            model_name="incoming",
            name="delivery",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="circulars.delivery",
                verbose_name="收文",
            ),
        ),
        migrations.AddField(
            model_name="incoming",
            name="registered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="incoming",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
                verbose_name="收文单位",
            ),
        ),
        migrations.AddField(
            model_name="registerbook",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
                verbose_name="收文单位",
            ),
        ),
        migrations.AddIndex(
            model_name="incoming",
            index=models.Index(
                condition=models.Q(("state__in", ("registered", "in_handling", "circulating"))),
                fields=["unit", "kind"],
                name="entry_open",
            ),
        ),
        migrations.AddIndex(
            model_name="incoming",
            index=models.Index(fields=["unit", "registered_at"], name="entry_month"),
        ),
        migrations.AddConstraint(
            model_name="incoming",
            constraint=models.UniqueConstraint(fields=("unit", "year", "sequence"), name="one_entry_of_a_number"),
        ),
        migrations.AddConstraint(
            model_name="incoming",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "sent_back"), _negated=True),
                fields=("delivery",),
                name="one_entry_of_a_delivery",
            ),
        ),
        migrations.AddConstraint(
            model_name="incoming",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("circular", None),
                        ("delivery", None),
                        ("outside_sender__gt", ""),
                        ("outside_title__gt", ""),
                        ("source", "outside"),
                    ),
                    models.Q(
                        ("circular__isnull", False),
                        ("delivery__isnull", False),
                        ("outside_number", ""),
                        ("outside_sender", ""),
                        ("outside_title", ""),
                        ("source__in", ["electronic", "paper"]),
                    ),
                    _connector="OR",
                ),
                name="entry_says_what_came",
            ),
        ),
        migrations.AddConstraint(
            model_name="incoming",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("review", "failed"), ("sent_back_at__isnull", False), ("state", "sent_back")),
                    models.Q(
                        models.Q(("state", "sent_back"), _negated=True), ("review", "passed"), ("sent_back_at", None)
                    ),
                    _connector="OR",
                ),
                name="entry_sent_back_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="incoming",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handled_at__isnull", False), ("state__in", ["handled", "filed"])),
                    models.Q(models.Q(("state__in", ["handled", "filed"]), _negated=True), ("handled_at", None)),
                    _connector="OR",
                ),
                name="entry_handled_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="incoming",
            constraint=models.CheckConstraint(
                condition=models.Q(("copies__gte", 1), ("sequence__gte", 1)), name="entry_counts_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="registerbook",
            constraint=models.UniqueConstraint(fields=("unit", "year"), name="one_register_of_a_year"),
        ),
    ]
