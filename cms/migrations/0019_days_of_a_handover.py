"""Two more numbers of the rule: how long a handover may take, and how long a unit may have a clerk too many meanwhile (Articles 23 and 26).

The versions that stand take the numbers of Yan'an. The table is guarded again, which SQLite makes anew.
"""

from importlib import import_module

import django.core.validators
from django.db import migrations, models

_TABLE = import_module("cms.migrations.0010_rule_versions_take_insert_only")


class Migration(migrations.Migration):
    dependencies = [("cms", "0018_office_hours_hold_from_a_day")]

    operations = [
        migrations.RunPython(_TABLE.unguard, _TABLE.guard),
        migrations.AddField(
            model_name="ruleversion",
            name="handover_days",
            field=models.PositiveSmallIntegerField(
                "办完交接手续",
                default=5,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(15),
                ],
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="overlap_days",
            field=models.PositiveSmallIntegerField(
                "交接期间可以多一名收发员",
                default=5,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(5),
                ],
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("handover_days__gte", 1), ("handover_days__lte", 15)), name="rule_handover_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("overlap_days__gte", 0), ("overlap_days__lte", 5)), name="rule_overlap_days"
            ),
        ),
        migrations.RunPython(_TABLE.guard, _TABLE.unguard),
    ]
