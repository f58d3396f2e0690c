from django.db import migrations, models


class Migration(migrations.Migration):
    """Each minute somebody asks for the receipts whose time could not be counted; nearly always there are none."""

    dependencies = [("circulars", "0044_issuing_templates_take_insert_only")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["signed_at"],
                name="delivery_uncounted",
                condition=models.Q(signed_at__isnull=False, taken_minutes__isnull=True),
            ),
        )
    ]
