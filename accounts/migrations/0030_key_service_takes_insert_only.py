from django.db import migrations

from cms.insertonly import insert_only

_TABLES = ("renewalround", "feeentry", "keyletter", "deductionsheet", "sheetline")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0029_key_service")]

    operations = [insert_only(f"accounts_{table}") for table in _TABLES]
