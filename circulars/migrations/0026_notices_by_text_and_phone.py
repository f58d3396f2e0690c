"""Each attempt to tell a unit of an urgent circular has its row; what still must be told is found by an index of its own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def link(to: str, name: str, *, null: bool = True, related_name: str = "+") -> models.ForeignKey:
    return models.ForeignKey(
        to, django.db.models.deletion.PROTECT, null=null, related_name=related_name, verbose_name=name
    )


RESULTS = [
    ("waiting", "等待结果"),
    ("reached", "已通知到"),
    ("no_answer", "无人接听"),
    ("busy", "占线"),
    ("switched_off", "关机或不在服务区"),
    ("wrong_number", "号码有误"),
    ("other", "其他原因没有接通"),
    ("failed", "短信失败"),
    ("unknown", "结果不明"),
]
BY_PHONE = models.Q(
    ("caller__isnull", False),
    ("channel", "phone"),
    ("result__in", ["reached", "no_answer", "busy", "switched_off", "wrong_number", "other"]),
    ("settled_at__isnull", False),
    ("text", None),
)
BY_TEXT = models.Q(
    ("caller", None),
    ("channel", "text"),
    ("result__in", ["waiting", "reached", "failed", "unknown"]),
    ("text__isnull", False),
)
REACHED = models.Q(("reached_at__isnull", False), ("result", "reached"))
NOT_REACHED = models.Q(models.Q(("result", "reached"), _negated=True), ("reached_at", None))
UNNOTIFIED = models.Q(
    ("recalled_at__isnull", True),
    ("returned_at__isnull", True),
    ("signed_at__isnull", True),
    ("must_notify", True),
    ("notified_at__isnull", True),
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_faults_and_outages"),
        ("circulars", "0025_relief_says_from_when_to_when"),
        ("cms", "0010_rule_versions_take_insert_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("delivery", link("circulars.delivery", "收文", null=False, related_name="notices")),
                ("round", models.PositiveSmallIntegerField(verbose_name="轮次")),
                (
                    "channel",
                    models.CharField(choices=[("text", "短信"), ("phone", "电话")], max_length=10, verbose_name="方式"),
                ),
                ("person", link(settings.AUTH_USER_MODEL, "通知的人")),
                ("name", models.CharField(max_length=40, verbose_name="接收人或接听人")),
                ("number", models.CharField(max_length=20, verbose_name="号码")),
                ("text", link("cms.textmessage", "短信")),
                ("caller", link(settings.AUTH_USER_MODEL, "打电话的人")),
                ("key", models.UUIDField(null=True, unique=True, verbose_name="提交号")),
                ("happened_at", models.DateTimeField(verbose_name="通知时间")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("result", models.CharField(choices=RESULTS, max_length=15, verbose_name="结果")),
                ("reached_at", models.DateTimeField(null=True, verbose_name="通知到的时间")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="结果确定时间")),
            ],
            options={
                "verbose_name": "短信、电话通知",
                "verbose_name_plural": "短信、电话通知",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(BY_PHONE, BY_TEXT, _connector="OR"), name="notice_by_text_or_phone"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(REACHED, NOT_REACHED, _connector="OR"), name="notice_reached_has_time"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("channel", "text")),
                        fields=("delivery", "round", "person"),
                        name="texted_once_a_round",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)), fields=["text"], name="notice_unsettled"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            "delivery", models.Index(condition=UNNOTIFIED, fields=["issuer"], name="delivery_unnotified")
        ),
    ]
