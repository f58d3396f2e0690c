"""Proposals, instructions, urges, readings and the steps of a unit are kept as they were written; a clean-up empties their texts alone (Article 5)."""

from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("circulars", "0066_handling_and_circulation")]

    operations = [
        insert_only("circulars_handlinglevels"),
        insert_only("circulars_opinion", but=("text",)),
        insert_only("circulars_innerurge", but=("text",)),
        insert_only("circulars_readerend", but=("text",)),
    ]
