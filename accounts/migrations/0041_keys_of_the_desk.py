from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0039_words_of_providers")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="keyboard",
            field=models.BooleanField(db_default=True, default=True, editable=False, verbose_name="键盘快捷键"),
        ),
    ]
