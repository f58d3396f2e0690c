"""Where the rule exempts copies (抄送), a delivery says that its unit owes nothing by any time; what was sent before must be signed for."""

from django.db import migrations, models
from django.db.models import Q

from cms.insertonly import insert_only

ROUNDS = insert_only("circulars_deliveryround", but=("return_reason", "insisted_why"))


class Migration(migrations.Migration):
    dependencies = [("circulars", "0037_versions_know_what_was_typed")]

    operations = [
        migrations.AddField("delivery", "must_sign", models.BooleanField(verbose_name="须签收", db_default=True)),
        migrations.RemoveConstraint("delivery", "delivery_due_or_pending"),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | Q(due_pending=True) | Q(must_sign=False),
                name="delivery_due_or_pending",
            ),
        ),
        # Guarded anew, so that the new column is among those that nobody changes.
        migrations.RunPython(ROUNDS.reverse_code, ROUNDS.code),
        migrations.AddField("deliveryround", "must_sign", models.BooleanField(verbose_name="须签收", db_default=True)),
        ROUNDS,
    ]
