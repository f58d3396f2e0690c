from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0062_one_on_duty_in_an_area")]

    operations = [
        migrations.AlterField(
            model_name="acknowledgement",
            name="office",
            field=models.CharField(
                choices=[("secretariat", "秘书科"), ("network_office", "市网信办")],
                max_length=16,
                verbose_name="确认单位",
            ),
        ),
    ]
