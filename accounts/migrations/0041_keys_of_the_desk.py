from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0036_ends_have_their_times")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="keyboard",
            field=models.BooleanField(db_default=True, default=True, editable=False, verbose_name="键盘快捷键"),
        ),
    ]
