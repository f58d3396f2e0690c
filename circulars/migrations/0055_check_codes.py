"""Every sealed circular has its check code, those sealed before too; the table takes INSERT only."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from circulars.checkcodes import code_for
from cms.insertonly import insert_only


def give_codes(apps: Any, schema_editor: Any) -> None:
    codes, manifests = apps.get_model("circulars", "CheckCode"), apps.get_model("circulars", "Manifest")
    rows = manifests.objects.values_list("circular", "circular__uuid", "digest").iterator(chunk_size=500)
    codes.objects.bulk_create(
        (codes(circular_id=circular, code=code_for(uuid, digest)) for circular, uuid, digest in rows), batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [("circulars", "0054_files_are_read_again_at_night")]

    operations = [
        migrations.CreateModel(
            name="CheckCode",
            fields=[
                (
                    "circular",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="check_code",
                        serialize=False,
                        to="circulars.circular",
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="核验码")),
            ],
            options={"verbose_name": "核验码", "verbose_name_plural": "核验码", "default_permissions": ()},
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop, elidable=True),
        insert_only("circulars_checkcode"),
    ]
