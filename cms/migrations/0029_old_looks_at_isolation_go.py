"""Looks at isolation may go after their term; until then they stay as they are (Article 11)."""

from django.db import migrations

from cms.insertonly import insert_only, insert_then_purge

_TABLE = "cms_isolationcheck"
_for_ever = insert_only(_TABLE)


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0025_filing_and_unfiled_papers"),
    ]

    operations = [
        migrations.RunPython(_for_ever.reverse_code, _for_ever.code),
        # Half a year is the least for which logs of this kind are to be kept (网络安全法 art. 21).
        insert_then_purge(_TABLE, "at", 180),
    ]
