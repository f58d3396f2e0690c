"""Office hours hold from a day on; those that are there held always."""

from datetime import date

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0017_looks_at_printed_copies"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="officehours",
            options={
                "ordering": ["area", "holds_from", "starts_month", "starts_day"],
                "verbose_name": "办公时间",
                "verbose_name_plural": "办公时间",
            },
        ),
        migrations.RemoveConstraint(
            model_name="officehours",
            name="one_season_per_area_and_first_day",
        ),
        migrations.AddField(
            model_name="officehours",
            name="holds_from",
            field=models.DateField(default=date.min, verbose_name="起用日期"),
        ),
        migrations.AddConstraint(
            model_name="officehours",
            constraint=models.UniqueConstraint(
                fields=("area", "holds_from", "starts_month", "starts_day"),
                name="one_season_per_area_and_first_day",
                violation_error_message="已有从这一天开始的办公时间。",
            ),
        ),
    ]
