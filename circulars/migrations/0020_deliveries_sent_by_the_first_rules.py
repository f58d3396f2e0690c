"""What was sent until now was counted by the first version of its issuer's area: there was no other.

The statement reads each delivery once. Going back leaves the name that the next migration's way back has written.
"""

from django.db import migrations

FILL = """
UPDATE circulars_delivery SET rules_id = (
    SELECT version.id FROM cms_ruleversion version JOIN accounts_unit unit ON unit.area_id = version.area_id
    WHERE unit.id = circulars_delivery.issuer_id AND version.number = 1
) WHERE rules_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("circulars", "0019_delivery_names_its_rules")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
