"""What a unit has printed stays on record as it was (Articles 3 and 19)."""

from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("circulars", "0070_copies_are_printed")]

    operations = [insert_only("circulars_printedcopy")]
