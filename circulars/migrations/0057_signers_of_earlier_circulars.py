"""What was registered before names its signers as well: the lead body's is the circular's, the others' are those of the last approval."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery

from cms.insertonly import insert_only


def name_signers(apps: Any, schema_editor: Any) -> None:
    lines, circulars = apps.get_model("circulars", "IssuerLine"), apps.get_model("circulars", "Circular")
    decisions = apps.get_model("circulars", "Decision")
    lead = circulars.objects.filter(pk=OuterRef("circular")).values("approver")
    lines.objects.filter(place=0).update(approver=Subquery(lead))
    agreed = decisions.objects.filter(
        page__circular=OuterRef("circular"), unit=OuterRef("unit"), step="approve", outcome="agreed"
    )
    lines.objects.filter(place__gt=0).update(approver=Subquery(agreed.order_by("-pk").values("by")[:1]))


class Migration(migrations.Migration):
    dependencies = [("circulars", "0056_each_body_has_its_signer")]

    operations = [
        migrations.RunPython(name_signers, migrations.RunPython.noop, elidable=True),
        insert_only("circulars_issuerline"),
    ]
