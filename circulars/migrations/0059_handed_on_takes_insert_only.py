from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("circulars", "0058_deliveries_are_handed_on")]

    operations = [insert_only("circulars_handedon")]
