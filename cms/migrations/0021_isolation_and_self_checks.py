"""The looks at isolation, visits from outside the allowed networks in the access log, and how often kit is looked over (Articles 11 and 18).

SQLite makes the table of rule versions anew for the new column and forgets its triggers: it is guarded again, on the way back as well.
"""

from importlib import import_module
from typing import Any

import django.core.validators
from django.db import migrations, models

from cms.insertonly import insert_only

_guard = import_module("cms.migrations.0010_rule_versions_take_insert_only").guard


def guard_again(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        _guard(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0020_grace_of_inspections"),
    ]

    operations = [
        migrations.CreateModel(
            name="IsolationCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, verbose_name="时间")),
                ("findings", models.TextField(blank=True, verbose_name="发现")),
                ("tried", models.PositiveSmallIntegerField(verbose_name="试连的目标数")),
            ],
            options={
                "verbose_name": "隔离自查",
                "verbose_name_plural": "隔离自查",
                "default_permissions": (),
            },
        ),
        insert_only("cms_isolationcheck"),
        migrations.RunPython(migrations.RunPython.noop, guard_again),
        migrations.AddField(
            model_name="ruleversion",
            name="selfcheck_weeks",
            field=models.PositiveSmallIntegerField(
                default=1,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(8)],
                verbose_name="设备自查的间隔",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="access",
            name="look",
            field=models.CharField(
                choices=[
                    ("opened", "查看"),
                    ("downloaded", "下载"),
                    ("printed", "打印"),
                    ("exported", "导出"),
                    ("checked", "核验印件"),
                    ("refused", "被拒绝"),
                    ("outside", "网段外来访"),
                    ("signed_in", "登录"),
                    ("sign_in_failed", "登录失败"),
                    ("locked_out", "登录被锁定"),
                    ("signed_out", "退出"),
                ],
                max_length=20,
                verbose_name="动作",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("selfcheck_weeks__gte", 1), ("selfcheck_weeks__lte", 8)),
                name="rule_selfcheck_weeks",
            ),
        ),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]
