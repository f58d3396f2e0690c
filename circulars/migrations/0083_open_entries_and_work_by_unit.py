from django.db import migrations, models

OPEN = models.Q(handled_at__isnull=True, sent_back_at__isnull=True)


class Migration(migrations.Migration):
    """What is open is found by what is not there, which both engines know when a question is worded; work is found by who does it."""

    dependencies = [("circulars", "0082_how_registers_began")]

    operations = [
        migrations.RemoveIndex(model_name="incoming", name="entry_open"),
        migrations.AddIndex(
            model_name="incoming", index=models.Index(fields=["unit", "kind"], name="entry_open", condition=OPEN)
        ),
        migrations.AddIndex(
            model_name="assignment", index=models.Index(fields=["unit", "state"], name="assignment_of_unit")
        ),
    ]
