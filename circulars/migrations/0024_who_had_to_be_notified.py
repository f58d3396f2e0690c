"""Which of the deliveries sent until now had to be announced by telephone or text, by the reading that held then (Article 21).

The statement reads each delivery once. Going back needs nothing: the column goes with its own migration.
"""

from django.db import migrations

FILL = """
UPDATE circulars_delivery SET must_notify = TRUE WHERE urgency = 'extra_urgent' OR (urgency = 'urgent' AND window_minutes = (
    SELECT after_hours_minutes FROM cms_ruleversion version WHERE version.id = circulars_delivery.rules_id))
"""


class Migration(migrations.Migration):
    dependencies = [("circulars", "0023_rounds_take_insert_only")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
