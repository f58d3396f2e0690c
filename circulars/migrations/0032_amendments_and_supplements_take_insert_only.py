"""Corrections, annulments and supplements can be inserted and nothing else, on both engines."""

from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("circulars", "0031_returns_amendments_and_supplements")]

    operations = [
        insert_only("circulars_amendment"),
        insert_only("circulars_supplement", but=("reason", "consent", "off_hours_reason")),
    ]
