"""Every delivery has its version of the rule; the name that stood for it is gone. Going back writes the one name there was."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("circulars", "0020_deliveries_sent_by_the_first_rules")]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="rules",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cms.ruleversion",
                verbose_name="规则版次",
            ),
        ),
        # The default is for the way back alone.
        migrations.AlterField(
            model_name="delivery",
            name="rule_set",
            field=models.CharField(db_default="yanan", max_length=40, verbose_name="规则"),
        ),
        migrations.RemoveField(model_name="delivery", name="rule_set"),
    ]
