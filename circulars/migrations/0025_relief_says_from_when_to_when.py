"""What a fault or a stop of the platform did to a delivery stands on it: from when to when, and whether it was reported too late."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("circulars", "0024_who_had_to_be_notified")]

    operations = [
        migrations.AddField("delivery", "fault_unreported", models.BooleanField("故障逾期报告", db_default=False)),
        migrations.AddField("delivery", "stopped_from", models.DateTimeField("停用起", null=True)),
        migrations.AddField("delivery", "stopped_until", models.DateTimeField("停用止", null=True)),
    ]
