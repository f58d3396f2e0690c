"""A delivery may be recalled, sent back after signing and sent again in a new round; a circular may wait for its time or be recalled."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_stand_ins"),
        ("circulars", "0021_rules_instead_of_a_name"),
        ("cms", "0010_rule_versions_take_insert_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeliveryRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(verbose_name="轮次")),
                ("sent_at", models.DateTimeField(verbose_name="发送时间")),
                ("due_at", models.DateTimeField(null=True, verbose_name="应签收时间")),
                ("warn_at", models.DateTimeField(null=True, verbose_name="将超时起")),
                ("window_minutes", models.PositiveIntegerField(null=True, verbose_name="时限（分钟）")),
                ("must_notify", models.BooleanField(verbose_name="须短信或电话通知")),
                ("delivered_at", models.DateTimeField(null=True, verbose_name="送达时间")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="打开时间")),
                ("signed_at", models.DateTimeField(null=True, verbose_name="签收时间")),
                ("by_proxy", models.BooleanField(verbose_name="代签")),
                ("taken_minutes", models.PositiveIntegerField(null=True, verbose_name="签收用时（分钟）")),
                ("notified_at", models.DateTimeField(null=True, verbose_name="通知时间")),
                ("returned_at", models.DateTimeField(verbose_name="退回时间")),
                (
                    "return_code",
                    models.CharField(
                        choices=[
                            ("not_ours", "不属于本单位办理"),
                            ("wrong_recipient", "错投"),
                            ("incomplete", "缺页、缺附件或内容不完整"),
                            ("format_error", "文种或格式不符合规定"),
                            ("rule_violation", "不符合行文规则"),
                            ("seal_invalid", "印章校验不通过"),
                            ("duplicate", "重复发送"),
                            ("other", "其他"),
                        ],
                        max_length=20,
                        verbose_name="退回原因",
                    ),
                ),
                ("return_reason", models.CharField(blank=True, max_length=300, verbose_name="退回说明")),
                ("acknowledged_at", models.DateTimeField(verbose_name="退文签收时间")),
                (
                    "relief",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "无"),
                            ("fault", "故障免责"),
                            ("maintenance", "停机免责"),
                            ("blocked", "封存免责"),
                        ],
                        max_length=12,
                        verbose_name="免责",
                    ),
                ),
                ("fault_unreported", models.BooleanField(verbose_name="故障逾期报告")),
                ("stopped_from", models.DateTimeField(null=True, verbose_name="停用起")),
                ("stopped_until", models.DateTimeField(null=True, verbose_name="停用止")),
                ("urges", models.PositiveSmallIntegerField(verbose_name="催签次数")),
                ("insisted_at", models.DateTimeField(verbose_name="再次发送时间")),
                ("insisted_why", models.CharField(max_length=300, verbose_name="再次发送理由")),
            ],
            options={
                "verbose_name": "收文轮次",
                "verbose_name_plural": "收文轮次",
                "ordering": ["delivery", "round"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="circular",
            name="circular_sent_has_time",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_signed_has_signer",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_returned_has_reason",
        ),
        migrations.AddField(
            model_name="circular",
            name="checked_at",
            field=models.DateTimeField(null=True, verbose_name="核对签收情况时间"),
        ),
        migrations.AddField(
            model_name="circular",
            name="checked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="核对人",
            ),
        ),
        migrations.AddField(
            model_name="circular",
            name="recall_reason",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="撤回理由"),
        ),
        migrations.AddField(
            model_name="circular",
            name="recalled_at",
            field=models.DateTimeField(null=True, verbose_name="撤回时间"),
        ),
        migrations.AddField(
            model_name="circular",
            name="recalled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="撤回人",
            ),
        ),
        migrations.AddField(
            model_name="circular",
            name="scheduled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="定时人",
            ),
        ),
        migrations.AddField(
            model_name="circular",
            name="scheduled_for",
            field=models.DateTimeField(null=True, verbose_name="定时发送时间"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="acknowledged_at",
            field=models.DateTimeField(null=True, verbose_name="退文签收时间"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="acknowledged_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="退文签收人",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="by_proxy",
            field=models.BooleanField(db_default=False, verbose_name="代签"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="must_notify",
            field=models.BooleanField(db_default=False, verbose_name="须短信或电话通知"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="urged_at",
            field=models.DateTimeField(null=True, verbose_name="最近催签时间"),
        ),
        migrations.AlterField(
            model_name="circular",
            name="state",
            field=models.CharField(
                choices=[
                    ("registered", "已登记"),
                    ("scheduled", "待定时发送"),
                    ("sent", "已发送"),
                    ("recalled", "已撤回"),
                    ("voided", "已作废"),
                ],
                default="registered",
                max_length=12,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("sent", "待签收"),
                    ("opened", "已打开"),
                    ("signed_for", "已签收"),
                    ("returned", "已退回"),
                    ("recalled", "已撤回"),
                ],
                db_default="sent",
                max_length=12,
                verbose_name="状态",
            ),
        ),
        migrations.AddIndex(
            model_name="circular",
            index=models.Index(
                condition=models.Q(("state", "scheduled")), fields=["scheduled_for"], name="circular_scheduled"
            ),
        ),
        migrations.AddConstraint(
            model_name="circular",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at", None), ("state__in", ["registered", "scheduled", "voided"])),
                    models.Q(("sent_at__isnull", False), ("state__in", ["sent", "recalled"])),
                    _connector="OR",
                ),
                name="circular_sent_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="circular",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scheduled_by__isnull", False), ("scheduled_for__isnull", False), ("state", "scheduled")),
                    models.Q(models.Q(("state", "scheduled"), _negated=True), ("scheduled_for", None)),
                    _connector="OR",
                ),
                name="circular_scheduled_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="circular",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recall_reason__gt", ""), ("recalled_at__isnull", False), ("state", "recalled")),
                    models.Q(models.Q(("state", "recalled"), _negated=True), ("recalled_at", None)),
                    _connector="OR",
                ),
                name="circular_recalled_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_at", None), ("signed_by", None)),
                    models.Q(
                        ("signed_at__isnull", False),
                        ("signed_by__isnull", False),
                        ("state__in", ["signed_for", "returned"]),
                    ),
                    _connector="OR",
                ),
                name="delivery_signed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "signed_for"), _negated=True), ("signed_at__isnull", False), _connector="OR"
                ),
                name="delivery_signed_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("return_code__gt", ""), ("returned_at__isnull", False), ("state", "returned")),
                    models.Q(
                        models.Q(("state", "returned"), _negated=True), ("acknowledged_at", None), ("returned_at", None)
                    ),
                    _connector="OR",
                ),
                name="delivery_returned_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "recalled"), _negated=True), ("recalled_at__isnull", False), _connector="OR"
                ),
                name="delivery_recalled_has_time",
            ),
        ),
        migrations.AddField(
            model_name="deliveryround",
            name="acknowledged_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="退文签收人",
            ),
        ),
        migrations.AddField(
            model_name="deliveryround",
            name="delivery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rounds",
                to="circulars.delivery",
                verbose_name="收文",
            ),
        ),
        migrations.AddField(
            model_name="deliveryround",
            name="insisted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="再次发送人",
            ),
        ),
        migrations.AddField(
            model_name="deliveryround",
            name="opened_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="打开人",
            ),
        ),
        migrations.AddField(
            model_name="deliveryround",
            name="returned_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="退回人",
            ),
        ),
        migrations.AddField(
            model_name="deliveryround",
            name="rules",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cms.ruleversion",
                verbose_name="规则版次",
            ),
        ),
        migrations.AddField(
            model_name="deliveryround",
            name="signed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="签收人",
            ),
        ),
        migrations.AddIndex(
            model_name="deliveryround",
            index=models.Index(fields=["sent_at"], name="round_month"),
        ),
        migrations.AddConstraint(
            model_name="deliveryround",
            constraint=models.UniqueConstraint(fields=("delivery", "round"), name="one_round_of_a_number"),
        ),
        migrations.AddConstraint(
            model_name="deliveryround",
            constraint=models.CheckConstraint(
                condition=models.Q(("insisted_why__gt", "")), name="round_closed_with_reason"
            ),
        ),
    ]
