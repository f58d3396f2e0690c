"""One more number of the rule: how many working days after its quarter a report of inspections is still in time (Article 16).

The versions that stand give no grace, as before. The table is guarded again, which SQLite makes anew.
"""

from importlib import import_module

import django.core.validators
from django.db import migrations, models

_TABLE = import_module("cms.migrations.0010_rule_versions_take_insert_only")


class Migration(migrations.Migration):
    dependencies = [("cms", "0019_days_of_a_handover")]

    operations = [
        migrations.RunPython(_TABLE.unguard, _TABLE.guard),
        migrations.AddField(
            model_name="ruleversion",
            name="line_report_grace_days",
            field=models.PositiveSmallIntegerField(
                "报送线路巡检报告的宽限",
                default=0,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(10),
                ],
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("line_report_grace_days__gte", 0), ("line_report_grace_days__lte", 10)),
                name="rule_line_report_grace_days",
            ),
        ),
        migrations.RunPython(_TABLE.guard, _TABLE.unguard),
    ]
