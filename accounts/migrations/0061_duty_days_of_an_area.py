import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def of_the_home_area(apps, schema_editor):
    """Until now there was one roster: the city's."""
    apps.get_model("accounts", "DutyDay").objects.filter(area=None).update(
        area=apps.get_model("cms", "Area").objects.filter(code=settings.AREA).first()
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0060_a_unit_runs_an_area")]

    operations = [
        migrations.AddField(
            model_name="dutyday",
            name="area",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cms.area",
                verbose_name="辖区",
            ),
        ),
        migrations.RunPython(of_the_home_area, migrations.RunPython.noop, elidable=True),
    ]
