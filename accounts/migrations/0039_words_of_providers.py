"""保障单位 is the word for every provider, key vendors included; no column changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0038_other_staff_are_filed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="backuprun",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="backups",
                to="accounts.provider",
                verbose_name="保障单位",
            ),
        ),
        migrations.AlterField(
            model_name="deductionsheet",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deduction_sheets",
                to="accounts.provider",
                verbose_name="保障单位",
            ),
        ),
        migrations.AlterField(
            model_name="renewalround",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="renewal_rounds",
                to="accounts.provider",
                verbose_name="保障单位",
            ),
        ),
    ]
