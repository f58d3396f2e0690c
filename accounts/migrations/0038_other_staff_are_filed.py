"""Changes in every role of a unit and its divisions are filed; the number and the conditions stay asked of leaders and clerks (Articles 23 to 25)."""

import django.db.models.deletion
from django.db import migrations, models

ROLES = [
    ("leader", "分管领导"),
    ("clerk", "收发员"),
    ("drafter", "拟稿人"),
    ("reviewer", "核稿人"),
    ("approver", "签发人"),
    ("registrar", "登记员"),
    ("seal_keeper", "印章保管人"),
    ("sender", "发文员"),
    ("division_head", "科室负责人"),
    ("handler", "承办人"),
    ("reader", "传阅人"),
    ("archivist", "档案员"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0037_units_are_entered_one_by_one")]

    operations = [
        migrations.RemoveConstraint(model_name="filing", name="filing_of_arrival_is_whole"),
        migrations.AddField(
            model_name="filing",
            name="division",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
                verbose_name="科室",
            ),
        ),
        migrations.AlterField(
            model_name="filing", name="role", field=models.CharField("职责", max_length=20, choices=ROLES)
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "leaving"),
                    models.Q(("role__in", ("leader", "clerk")), _negated=True),
                    models.Q(("competent", True), ("mobile__gt", ""), ("no_violation", True), ("on_staff", True)),
                    _connector="OR",
                ),
                name="filing_of_arrival_is_whole",
            ),
        ),
    ]
