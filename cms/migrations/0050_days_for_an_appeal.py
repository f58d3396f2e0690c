"""One more number of the rule: how long a unit may appeal against a decision on its delay (Article 28).

The versions that stand follow the usual number. SQLite makes the table anew for new columns and forgets its triggers: it is guarded again,
on the way back as well.
"""

from importlib import import_module
from typing import Any

import django.core.validators
from django.db import migrations, models

_TABLE = import_module("cms.migrations.0010_rule_versions_take_insert_only")
# Name → label, what the versions that stand follow, least and most.
_NUMBERS = {"appeal_days": ("对问责决定提出申诉", 5, 1, 30)}


def _column(label: str, default: int, least: int, most: int) -> Any:
    bounds = [django.core.validators.MinValueValidator(least), django.core.validators.MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(label, default=default, validators=bounds)


class Migration(migrations.Migration):
    dependencies = [("cms", "0029_old_looks_at_isolation_go")]

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
