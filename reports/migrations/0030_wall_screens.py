"""Walls of the secretariat: insert only, but for their end (Articles 6 and 28)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0029_old_looks_at_isolation_go"),
        ("reports", "0021_cases_of_delay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WallScreen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="口令摘要")),
                ("valid_until", models.DateTimeField(verbose_name="有效期至")),
                ("made_at", models.DateTimeField(verbose_name="开通时间")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="停用时间")),
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
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="开通人",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="停用人",
                    ),
                ),
            ],
            options={
                "verbose_name": "监督大屏",
                "verbose_name_plural": "监督大屏",
                "ordering": ["-made_at", "-pk"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name__gt", "")), name="wall_has_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gt", models.F("made_at"))), name="wall_ends_later"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at", None), ("revoked_by", None)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="wall_ended_by_somebody",
                    ),
                ],
            },
        ),
        insert_only("reports_wallscreen", but=("revoked_at", "revoked_by_id")),
    ]
