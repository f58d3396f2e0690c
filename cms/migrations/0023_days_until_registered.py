"""After how many working days what was signed for and not registered is listed (签而不办, Article 22): three, our reading.

SQLite makes the table of rule versions anew for the new column and forgets its triggers: it is guarded again, on the way back as well.
"""

from importlib import import_module
from typing import Any

import django.core.validators
from django.db import migrations, models

_guard = import_module("cms.migrations.0010_rule_versions_take_insert_only").guard


def guard_again(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        _guard(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0022_numbers_of_calls_tests_handbacks_and_declarations"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, guard_again),
        migrations.AddField(
            model_name="ruleversion",
            name="lying_days",
            field=models.PositiveSmallIntegerField(
                default=3,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(15)],
                verbose_name="签收以后登记",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("lying_days__gte", 1), ("lying_days__lte", 15)), name="rule_lying_days"
            ),
        ),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]
