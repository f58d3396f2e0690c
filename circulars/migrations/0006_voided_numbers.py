import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("circulars", "0005_elements_of_the_whole_regulation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="circular",
            name="series",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="circulars",
                to="circulars.series",
                verbose_name="文号系列",
            ),
        ),
        migrations.AlterField(
            model_name="circular",
            name="state",
            field=models.CharField(
                choices=[("registered", "已登记"), ("sent", "已发送"), ("voided", "已作废")],
                default="registered",
                max_length=12,
                verbose_name="状态",
            ),
        ),
        migrations.RemoveConstraint(model_name="circular", name="circular_sent_has_time"),
        migrations.AddConstraint(
            model_name="circular",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at", None), ("state__in", ["registered", "voided"])),
                    models.Q(("sent_at__isnull", False), ("state", "sent")),
                    _connector="OR",
                ),
                name="circular_sent_has_time",
            ),
        ),
        migrations.CreateModel(
            name="VoidedNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("sequence", models.PositiveIntegerField(verbose_name="序号")),
                ("reason", models.CharField(max_length=200, verbose_name="作废原因")),
                ("at", models.DateTimeField(verbose_name="作废时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "circular",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voiding",
                        to="circulars.circular",
                        verbose_name="作废的公文",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voided_numbers",
                        to="circulars.series",
                        verbose_name="文号系列",
                    ),
                ),
            ],
            options={
                "verbose_name": "作废文号",
                "verbose_name_plural": "作废文号",
                "constraints": [
                    models.UniqueConstraint(fields=("series", "year", "sequence"), name="number_voided_once"),
                    models.CheckConstraint(condition=models.Q(("reason__gt", "")), name="voided_number_has_reason"),
                ],
            },
        ),
    ]
