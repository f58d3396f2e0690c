"""Who looked is kept for half a year at least, by the database itself; a clean-up after a secret may empty what it names (Articles 5 and 18)."""

from django.db import migrations

from cms.insertonly import insert_then_purge


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0090_days_to_explain_and_whom_to_name"),
    ]

    operations = [
        insert_then_purge("cms_access", "at", 183, but=("subject",)),
    ]
