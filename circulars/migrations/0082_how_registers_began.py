"""What was signed for before the register came in waits in no list; a unit that counted by hand may go on from where it had come (Articles 19 and 22).

There is no way back to who began a book where: those columns go with their table's older form.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

REGISTER = "0064_incoming_register"


def remember(apps, schema_editor):
    """An installation that took papers before it kept registers remembers when it began to; any other has nothing to remember."""
    applied = MigrationRecorder(schema_editor.connection).migration_qs.filter(app="circulars", name=REGISTER)
    since = applied.values_list("applied", flat=True).first() or timezone.now()
    delivery, duty = apps.get_model("circulars", "Delivery"), apps.get_model("circulars", "RegisterDuty")
    if delivery.objects.filter(signed_at__lt=since, registered_at=None).exists():
        duty.objects.create(since=since)


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0081_corrections_of_the_register"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterDuty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="登记起算时间")),
            ],
            options={"verbose_name": "登记起算", "verbose_name_plural": "登记起算", "default_permissions": ()},
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
        migrations.AddField("registerbook", "first", models.PositiveIntegerField("起始号", db_default=1)),
        migrations.AddField(
            "registerbook", "ground", models.CharField("起始号依据", max_length=200, blank=True, db_default="")
        ),
        migrations.AddField(
            "registerbook",
            "started_by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                django.db.models.deletion.PROTECT,
                null=True,
                related_name="+",
                verbose_name="起始号设定人",
            ),
        ),
        migrations.AddField("registerbook", "started_at", models.DateTimeField("起始号设定时间", null=True)),
    ]
