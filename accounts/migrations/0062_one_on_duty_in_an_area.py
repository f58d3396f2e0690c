import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0061_duty_days_of_an_area")]

    operations = [
        migrations.AlterField(
            model_name="dutyday",
            name="area",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cms.area", verbose_name="辖区"
            ),
        ),
        migrations.AlterField(model_name="dutyday", name="day", field=models.DateField(verbose_name="日期")),
        migrations.AddConstraint(
            model_name="dutyday",
            constraint=models.UniqueConstraint(fields=("area", "day"), name="one_on_duty_a_day"),
        ),
    ]
