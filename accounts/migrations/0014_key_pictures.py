"""A key may bear a picture in the place of one drawn from its name; pictures take INSERT only."""

import django.db.models.deletion
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_seal_keys")]

    operations = [
        migrations.CreateModel(
            name="KeyPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="图样摘要")),
                ("content", models.BinaryField(verbose_name="图样")),
                ("kept_at", models.DateTimeField(verbose_name="存入时间")),
            ],
            options={"verbose_name": "印章图样", "verbose_name_plural": "印章图样", "default_permissions": ()},
        ),
        migrations.AddField(
            model_name="sealkey",
            name="picture",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="keys",
                to="accounts.keypicture",
                verbose_name="图样",
            ),
        ),
        insert_only("accounts_keypicture"),
    ]
