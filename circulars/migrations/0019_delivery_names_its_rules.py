"""A delivery names the version of the rule by which it is counted; filled in by the next migration."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0018_due_times_that_wait"),
        ("cms", "0010_rule_versions_take_insert_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="rules",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cms.ruleversion",
                verbose_name="规则版次",
            ),
        ),
    ]
