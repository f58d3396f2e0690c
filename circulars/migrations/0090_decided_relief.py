"""Relief that was decided on because of an explanation, also beside a round that was closed before; drafts begun by a bulletin (Article 28)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0083_open_entries_and_work_by_unit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="relief",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "无"),
                    ("fault", "故障免责"),
                    ("maintenance", "停机免责"),
                    ("blocked", "封存免责"),
                    ("decided", "说明免责"),
                ],
                db_default="",
                max_length=12,
                verbose_name="免责",
            ),
        ),
        migrations.AlterField(
            model_name="deliveryround",
            name="relief",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "无"),
                    ("fault", "故障免责"),
                    ("maintenance", "停机免责"),
                    ("blocked", "封存免责"),
                    ("decided", "说明免责"),
                ],
                max_length=12,
                verbose_name="免责",
            ),
        ),
        migrations.CreateModel(
            name="RoundRelief",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decision", models.CharField(max_length=80, verbose_name="认定")),
                ("given_at", models.DateTimeField(verbose_name="免责时间")),
                (
                    "closed_round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="granted",
                        to="circulars.deliveryround",
                        verbose_name="收文轮次",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审定人",
                    ),
                ),
            ],
            options={
                "verbose_name": "轮次免责",
                "verbose_name_plural": "轮次免责",
                "default_permissions": (),
            },
        ),
        migrations.AlterField(
            model_name="origin",
            name="kind",
            field=models.CharField(
                choices=[
                    ("empty", "新起草"),
                    ("imported", "导入 Word 文稿"),
                    ("copied", "复制为新稿"),
                    ("passed_on", "转发来文"),
                    ("amending", "更正、作废通知"),
                    ("reissued", "退文更正重发"),
                    ("replying", "答复来文"),
                    ("bulletin", "签收情况通报"),
                ],
                max_length=10,
                verbose_name="起稿方式",
            ),
        ),
        insert_only("circulars_roundrelief"),
    ]
