"""Nobody holds the posts of two of the three administrators (三员分设).

Where somebody does, this step stops: end one of the two posts first.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_faults_and_outages"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(
                condition=models.Q(("held_to", None), ("role__in", ["audit_admin", "security_admin", "system_admin"])),
                fields=("person",),
                name="one_administrator_post_each",
            ),
        ),
    ]
