"""Two more numbers of the rule: until which month of the next year papers are filed, and how long papers that are not filed stay (Article 27).

The versions that stand follow the usual numbers. SQLite makes the table anew for new columns and forgets its triggers: it is guarded again,
on the way back as well.
"""

from importlib import import_module
from typing import Any

import django.core.validators
from django.db import migrations, models

_TABLE = import_module("cms.migrations.0010_rule_versions_take_insert_only")
# Name → label, what the versions that stand follow, least and most.
_NUMBERS = {"filing_month": ("归档期限", 6, 3, 12), "unfiled_years": ("不归档公文的保存", 2, 1, 10)}


def _column(label: str, default: int, least: int, most: int) -> Any:
    bounds = [django.core.validators.MinValueValidator(least), django.core.validators.MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(label, default=default, validators=bounds)


class Migration(migrations.Migration):
    dependencies = [("cms", "0023_days_until_registered")]

    operations = [
        migrations.RunPython(_TABLE.unguard, _TABLE.guard),
        *(
            migrations.AddField(model_name="ruleversion", name=name, field=_column(*number), preserve_default=False)
            for name, number in _NUMBERS.items()
        ),
        *(
            migrations.AddConstraint(
                model_name="ruleversion",
                constraint=models.CheckConstraint(
                    condition=models.Q((f"{name}__gte", least), (f"{name}__lte", most)), name=f"rule_{name}"
                ),
            )
            for name, (_, _, least, most) in _NUMBERS.items()
        ),
        migrations.RunPython(_TABLE.guard, _TABLE.unguard),
    ]
