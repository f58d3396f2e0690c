"""Each issuing body of a circular is to name who signed it off for that body; the table is guarded again by the next migration."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only

LINES = insert_only("circulars_issuerline")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("circulars", "0055_check_codes"),
    ]

    operations = [
        migrations.RunPython(LINES.reverse_code, LINES.code),
        migrations.AddField(
            model_name="issuerline",
            name="approver",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="签发人",
            ),
        ),
    ]
