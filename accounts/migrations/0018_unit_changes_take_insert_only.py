from django.db import migrations

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("accounts", "0017_units_change_and_are_connected")]

    operations = [
        insert_only("accounts_unitchange"),
        insert_only("accounts_unitname"),
        insert_only("accounts_connectionstep"),
    ]
