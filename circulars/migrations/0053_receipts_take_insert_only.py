"""What was signed for takes INSERT only; the text alone can be emptied after a secret slipped in."""

from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("circulars", "0052_receipts")]

    operations = [
        insert_only("circulars_receipt", but=("content",)),
        insert_only("circulars_receiptsignature"),
    ]
