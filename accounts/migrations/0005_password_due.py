from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_session_stamp"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="password_due",
            field=models.BooleanField(default=False, editable=False, verbose_name="须设新密码"),
        ),
    ]
