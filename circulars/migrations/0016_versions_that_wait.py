"""A version knows when its text was registered, so that those waiting are found however many there were."""

from django.conf import settings
from django.db import migrations, models


def settle(apps, schema_editor):
    for circular in apps.get_model("circulars", "Circular").objects.all():
        versions = apps.get_model("circulars", "Version").objects.filter(page=circular.page_id)
        versions.update(registered_at=circular.registered_at)


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0015_draft_origins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="version",
            name="version_approved",
        ),
        migrations.AddField(
            model_name="version",
            name="registered_at",
            field=models.DateTimeField(null=True, verbose_name="登记时间"),
        ),
        migrations.RunPython(settle, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="version",
            index=models.Index(
                condition=models.Q(("approved_at__isnull", False), ("registered_at__isnull", True)),
                fields=["approved_at"],
                name="version_to_register",
            ),
        ),
    ]
