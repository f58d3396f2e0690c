"""Closed rounds of a delivery can be inserted and nothing else, on both engines."""

from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("circulars", "0022_rounds_recalls_and_schedules")]

    operations = [insert_only("circulars_deliveryround", but=("return_reason", "insisted_why"))]
