"""What a unit that ends has in hand and has not filed goes on at its successor (Article 15; 2012 regulation art. 35)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0041_keys_of_the_desk"),
        ("circulars", "0076_unreachable_units"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EntryHandedOn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, verbose_name="承接收文号")),
                ("at", models.DateTimeField(verbose_name="转交时间")),
            ],
            options={
                "verbose_name": "收文登记转交",
                "verbose_name_plural": "收文登记转交",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="HoldingHandedOn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="转交时间")),
            ],
            options={
                "verbose_name": "存档公文转交",
                "verbose_name_plural": "存档公文转交",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="incoming",
            name="one_entry_of_a_delivery",
        ),
        migrations.AlterField(
            model_name="incoming",
            name="state",
            field=models.CharField(
                choices=[
                    ("registered", "已登记"),
                    ("in_handling", "办理中"),
                    ("circulating", "传阅中"),
                    ("handled", "已办结"),
                    ("filed", "已归档"),
                    ("sent_back", "已退回"),
                    ("handed_on", "转承接单位"),
                ],
                default="registered",
                max_length=12,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="incoming",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("sent_back", "handed_on")), _negated=True),
                fields=("delivery",),
                name="one_entry_of_a_delivery",
            ),
        ),
        migrations.AddField(
            model_name="entryhandedon",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="办理人",
            ),
        ),
        migrations.AddField(
            model_name="entryhandedon",
            name="change",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unitchange",
                verbose_name="单位变动",
            ),
        ),
        migrations.AddField(
            model_name="entryhandedon",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="came_from",
                to="circulars.incoming",
                verbose_name="承接登记",
            ),
        ),
        migrations.AddField(
            model_name="entryhandedon",
            name="line",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="went_on",
                to="circulars.incoming",
                verbose_name="原登记",
            ),
        ),
        migrations.AddField(
            model_name="entryhandedon",
            name="to_unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
                verbose_name="承接单位",
            ),
        ),
        migrations.AddField(
            model_name="holdinghandedon",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="办理人",
            ),
        ),
        migrations.AddField(
            model_name="holdinghandedon",
            name="change",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unitchange",
                verbose_name="单位变动",
            ),
        ),
        migrations.AddField(
            model_name="holdinghandedon",
            name="from_unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
                verbose_name="原保管单位",
            ),
        ),
        migrations.AddField(
            model_name="holdinghandedon",
            name="holding",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handed_on",
                to="circulars.holding",
                verbose_name="存档公文",
            ),
        ),
        migrations.AddField(
            model_name="holdinghandedon",
            name="to_unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.unit",
                verbose_name="现保管单位",
            ),
        ),
        migrations.AddConstraint(
            model_name="holdinghandedon",
            constraint=models.UniqueConstraint(
                fields=("holding", "from_unit"), name="holding_handed_on_once_by_a_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="holdinghandedon",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_unit", models.F("to_unit")), _negated=True),
                name="holding_handed_on_to_another",
            ),
        ),
        insert_only("circulars_entryhandedon"),
        insert_only("circulars_holdinghandedon"),
    ]
