from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0043_units_have_issuing_templates"),
    ]

    operations = [insert_only("circulars_issuingtemplate")]
