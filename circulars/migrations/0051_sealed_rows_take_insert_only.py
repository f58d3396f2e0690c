"""What was sealed takes INSERT only; circulars from before have their issuing bodies, and say that they predate seals."""

import json
from typing import Any

from django.db import migrations

from cms.insertonly import insert_only


def name_issuers(apps: Any, schema_editor: Any) -> None:
    """One row for each issuing body of each circular, as its registered text names them; one without its text has its lead body alone."""
    circulars, lines = apps.get_model("circulars", "Circular"), apps.get_model("circulars", "IssuerLine")
    texts = apps.get_model("circulars", "CircularText")
    units = dict(apps.get_model("accounts", "Unit").objects.values_list("code", "pk"))
    told = []
    for circular in circulars.objects.only("pk", "issuer_id", "issuer_name").iterator(chunk_size=500):
        text = texts.objects.filter(circular=circular.pk).first()
        snapshot = json.loads(text.content) if text else {}
        known = [
            (units[code], name)
            for code, name in zip(snapshot.get("issuers", ()), snapshot.get("issuer_names", ()), strict=False)
            if code in units
        ] or [(circular.issuer_id, circular.issuer_name)]
        told += [
            lines(circular=circular, unit_id=unit, name=name, place=place) for place, (unit, name) in enumerate(known)
        ]
    lines.objects.bulk_create(told, batch_size=500)
    circulars.objects.filter(sent_at__isnull=False).update(predates_seals=True)


class Migration(migrations.Migration):
    dependencies = [("circulars", "0050_sealing")]

    operations = [
        migrations.RunPython(name_issuers, migrations.RunPython.noop, elidable=True),
        insert_only("circulars_rendition"),
        insert_only("circulars_seal"),
        insert_only("circulars_manifest", but=("content",)),
        insert_only("circulars_issuerline"),
    ]
