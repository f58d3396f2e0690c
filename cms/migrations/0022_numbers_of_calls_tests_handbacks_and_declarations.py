"""Four more numbers of the rule: calling a provider, testing its work, handing back old seals, declaring the conditions (Articles 13, 15 and 25).

The versions that stand take the numbers that were counted by until now. The table is guarded again, which SQLite makes anew.
"""

from importlib import import_module

import django.core.validators
from django.db import migrations, models

_TABLE = import_module("cms.migrations.0010_rule_versions_take_insert_only")

# Name → label, what it was until now, the least and the most that it may be.
NUMBERS = {
    "contact_days": ("联系保障单位", 1, 1, 5),
    "acceptance_days": ("验收维修结果", 3, 1, 10),
    "handback_days": ("交回旧印章、旧密钥的提醒", 5, 1, 60),
    "declaration_months": ("任职条件申报有效", 12, 3, 36),
}


class Migration(migrations.Migration):
    dependencies = [("cms", "0021_isolation_and_self_checks")]

    operations = [
        migrations.RunPython(_TABLE.unguard, _TABLE.guard),
        *(
            migrations.AddField(
                model_name="ruleversion",
                name=name,
                field=models.PositiveSmallIntegerField(
                    label,
                    default=until_now,
                    validators=[
                        django.core.validators.MinValueValidator(least),
                        django.core.validators.MaxValueValidator(most),
                    ],
                ),
                preserve_default=False,
            )
            for name, (label, until_now, least, most) in NUMBERS.items()
        ),
        *(
            migrations.AddConstraint(
                model_name="ruleversion",
                constraint=models.CheckConstraint(
                    condition=models.Q((f"{name}__gte", least), (f"{name}__lte", most)), name=f"rule_{name}"
                ),
            )
            for name, (_, _, least, most) in NUMBERS.items()
        ),
        migrations.RunPython(_TABLE.guard, _TABLE.unguard),
    ]
