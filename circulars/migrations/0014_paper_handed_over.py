import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0013_papers_still_owed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="papercopy",
            name="recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="papercopy",
            name="recorded_at",
            field=models.DateTimeField(null=True, verbose_name="登记时间"),
        ),
        migrations.AddIndex(
            model_name="papercopy",
            index=models.Index(fields=["-delivered_at"], name="paper_handed_over"),
        ),
        migrations.AddConstraint(
            model_name="papercopy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("delivered_at__isnull", False),
                        ("recorded_at__isnull", False),
                        ("recorded_by__isnull", False),
                        ("taken_by__gt", ""),
                    ),
                    models.Q(("delivered_at", None), ("recorded_at", None), ("recorded_by", None), ("taken_by", "")),
                    _connector="OR",
                ),
                name="paper_handed_over_to_somebody",
            ),
        ),
    ]
