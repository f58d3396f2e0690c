"""A unit may be entered in the register by itself, on the paper that set it up (Article 2)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0036_ends_have_their_times")]

    operations = [
        migrations.AlterField(
            model_name="unitchange",
            name="kind",
            field=models.CharField(
                "事项",
                max_length=12,
                choices=[
                    ("renamed", "更名"),
                    ("merged", "合并"),
                    ("dissolved", "撤销"),
                    ("closed", "注销"),
                    ("moved", "调整隶属"),
                    ("served", "调整代管"),
                    ("payer", "调整费用承担"),
                    ("connected", "接入"),
                    ("opened", "设立科室"),
                    ("entered", "列入名册"),
                ],
            ),
        ),
    ]
