"""Urges can be inserted and nothing else, on both engines; only their text may be emptied."""

from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("circulars", "0028_urge")]

    operations = [insert_only("circulars_urge", but=("text",))]
