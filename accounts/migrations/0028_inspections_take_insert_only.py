"""Reports of inspections can be entered and nothing else: what was wrong is followed by another report (Article 16)."""

from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("accounts", "0027_lines")]

    operations = [insert_only("accounts_lineinspection")]
