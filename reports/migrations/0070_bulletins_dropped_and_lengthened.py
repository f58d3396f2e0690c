"""Who asked for explanations is kept; a bulletin may be dropped, and its time lengthened (Article 28).

Who asked before is in the ledger, and is taken from there where the bulletin may still be approved; what is approved stays as it was.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only

# What its verbs change of a bulletin.
_CHANGED = (
    *("state", "asked_by_id", "asked_at", "explain_until", "approved_by_id", "approved_at", "named_percent"),
    *("snapshot_id", "page_id", "dropped_by_id", "dropped_at", "dropped_why"),
)


def take_from_the_ledger(apps: Any, schema_editor: Any) -> None:
    entry = apps.get_model("cms", "Entry").objects.filter(deed="bulletin.asked").order_by("pk")
    for bulletin in apps.get_model("reports", "Bulletin").objects.filter(state="explaining"):
        asked = entry.filter(subject=f"reports.bulletin:{bulletin.pk}").last()
        if asked is not None:
            bulletin.asked_by_id = asked.person_id
            bulletin.save(update_fields=["asked_by"])


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0095_series_of_an_area"),
        ("cms", "0090_days_to_explain_and_whom_to_name"),
        ("reports", "0060_what_is_judged_takes_insert_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Lengthening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("was", models.DateTimeField(verbose_name="原定截止")),
                ("until", models.DateTimeField(verbose_name="延长到")),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "延长说明时间",
                "verbose_name_plural": "延长说明时间",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="bulletin",
            name="bulletin_asked_until",
        ),
        migrations.AddField(
            model_name="bulletin",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="请说明的人",
            ),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="dropped_at",
            field=models.DateTimeField(null=True, verbose_name="取消时间"),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="dropped_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="取消人",
            ),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="dropped_why",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="取消的理由"),
        ),
        migrations.AlterField(
            model_name="bulletin",
            name="state",
            field=models.CharField(
                choices=[
                    ("checking", "核对"),
                    ("explaining", "单位说明"),
                    ("approved", "已审定"),
                    ("dropped", "已取消"),
                ],
                default="checking",
                max_length=12,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asked_at", None),
                        ("asked_by", None),
                        ("explain_until", None),
                        ("state__in", ["checking", "dropped"]),
                    ),
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
                    models.Q(
                        ("dropped_at__isnull", False),
                        ("dropped_by__isnull", False),
                        ("state", "dropped"),
                        models.Q(("dropped_why", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "dropped"), _negated=True),
                        ("dropped_at", None),
                        ("dropped_by", None),
                        ("dropped_why", ""),
                    ),
                    _connector="OR",
                ),
                name="bulletin_dropped_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    ("asked_by", None),
                    models.Q(("approved_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="bulletin_approved_by_none_who_asked",
            ),
        ),
        migrations.AddField(
            model_name="lengthening",
            name="bulletin",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lengthenings",
                to="reports.bulletin",
                verbose_name="通报",
            ),
        ),
        migrations.AddField(
            model_name="lengthening",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="办理人",
            ),
        ),
        migrations.AddConstraint(
            model_name="lengthening",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("was"))), name="lengthened_to_later"
            ),
        ),
        migrations.AlterField(
            model_name="spotunit",
            name="overdue_receipts",
            field=models.PositiveIntegerField(verbose_name="已超时未签收"),
        ),
        insert_only("reports_lengthening"),
        insert_only("reports_bulletin", but=_CHANGED),
        # The way back drops the column.
        migrations.RunPython(take_from_the_ledger, migrations.RunPython.noop),
    ]
