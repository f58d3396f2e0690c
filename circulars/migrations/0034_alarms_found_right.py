"""Room for who found an alarm of the secrecy gate right, and when (Article 5)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0033_delivery_problems"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="secrecyhit",
            name="upheld_at",
            field=models.DateTimeField(null=True, verbose_name="认定时间"),
        ),
        migrations.AddField(
            model_name="secrecyhit",
            name="upheld_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="认定人",
            ),
        ),
    ]
