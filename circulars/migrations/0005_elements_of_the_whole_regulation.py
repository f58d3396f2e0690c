"""Importance, seal, redistribution, countersigning units, exclusions and reasons, as typed elements of a draft."""

import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_principal_leaders"),
        ("circulars", "0004_distribution"),
    ]

    operations = [
        migrations.AddField(
            model_name="circular",
            name="redistribution",
            field=models.CharField(
                choices=[("free", "可以转发、翻印"), ("unit", "限发至收文单位，不得转发")],
                default="free",
                max_length=10,
                verbose_name="转发范围",
            ),
        ),
        migrations.AddField(
            model_name="circularpage",
            name="consent_reference",
            field=models.CharField(
                blank=True,
                help_text="经本级政府同意行文的，写明同意的文号或批示日期。",
                max_length=200,
                verbose_name="同意依据",
            ),
        ),
        migrations.AddField(
            model_name="circularpage",
            name="countersign_units",
            field=modelcluster.fields.ParentalManyToManyField(
                blank=True,
                help_text="内容涉及其他单位职权的，送这些单位会签；联合发文机关在签发环节各自签发，不必勾选。",
                related_name="+",
                to="accounts.unit",
                verbose_name="会签单位",
            ),
        ),
        migrations.AddField(
            model_name="circularpage",
            name="excluded_units",
            field=modelcluster.fields.ParentalManyToManyField(
                blank=True,
                help_text="勾选了类别、但其中不发的几家。",
                related_name="+",
                to="accounts.unit",
                verbose_name="主送类别中不发的单位",
            ),
        ),
        migrations.AddField(
            model_name="circularpage",
            name="is_important",
            field=models.BooleanField(
                default=False, help_text="由主要负责人签发；上行文一律如此。", verbose_name="重要公文"
            ),
        ),
        migrations.AddField(
            model_name="circularpage",
            name="is_sealed",
            field=models.BooleanField(default=True, help_text="纪要不加盖印章。", verbose_name="加盖印章"),
        ),
        migrations.AddField(
            model_name="circularpage",
            name="redistribution",
            field=models.CharField(
                choices=[("free", "可以转发、翻印"), ("unit", "限发至收文单位，不得转发")],
                default="free",
                max_length=10,
                verbose_name="转发范围",
            ),
        ),
        migrations.AddField(
            model_name="circularpage",
            name="special_reason",
            field=models.CharField(
                blank=True,
                help_text="越级行文、向领导个人报送等特殊情况的理由。",
                max_length=200,
                verbose_name="特殊情况说明",
            ),
        ),
        migrations.AddField(
            model_name="reference",
            name="circular",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="circulars.circular",
                verbose_name="公文",
            ),
        ),
    ]
