import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0060_a_unit_runs_an_area"),
        ("circulars", "0090_decided_relief"),
        ("cms", "0029_old_looks_at_isolation_go"),
    ]

    operations = [
        migrations.AddField(
            model_name="series",
            name="area",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cms.area",
                verbose_name="适用辖区（空为发文单位所属辖区）",
            ),
        ),
    ]
