"""What was found, changed, checked, handed over or destroyed stays as it was written; words about a paper can be emptied after a secret slipped in."""

from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("circulars", "0074_archive")]

    operations = [
        insert_only("circulars_appraisal", but=("opinion",)),
        insert_only("circulars_termchange", but=("reason",)),
        insert_only("circulars_packagecheck"),
        insert_only("circulars_transferline"),
        insert_only("circulars_tombstone", but=("content",)),
    ]
