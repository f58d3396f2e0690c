"""More reasons for a return, the words of notices that correct and annul, and an index for returns that wait for the sender."""

from django.db import migrations, models
from django.db.models import Q

RETURN_CODES = [
    ("not_ours", "不属于本单位办理"),
    ("wrong_recipient", "错投"),
    ("cannot_open", "正文或附件打不开"),
    ("incomplete", "缺页、缺附件或内容不完整"),
    ("format_error", "文种或格式不符合规定"),
    ("rule_violation", "不符合行文规则"),
    ("not_consulted", "涉及其他部门职权，未协商、会签"),
    ("seal_invalid", "印章校验不通过"),
    ("duplicate", "重复发送"),
    ("other", "其他"),
]


class Migration(migrations.Migration):
    dependencies = [("circulars", "0029_urges_take_insert_only")]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="return_code",
            field=models.CharField("退回原因", max_length=20, choices=RETURN_CODES, blank=True, db_default=""),
        ),
        migrations.AlterField(
            model_name="deliveryround",
            name="return_code",
            field=models.CharField("退回原因", max_length=20, choices=RETURN_CODES),
        ),
        migrations.AlterField(
            model_name="origin",
            name="kind",
            field=models.CharField(
                "起稿方式",
                max_length=10,
                choices=[
                    ("empty", "新起草"),
                    ("imported", "导入 Word 文稿"),
                    ("copied", "复制为新稿"),
                    ("passed_on", "转发来文"),
                    ("amending", "更正、作废通知"),
                    ("reissued", "退文更正重发"),
                ],
            ),
        ),
        migrations.AlterField(
            model_name="reference",
            name="relation",
            field=models.CharField(
                "关系",
                max_length=12,
                choices=[
                    ("replies_to", "答复"),
                    ("forwards", "转发"),
                    ("repeals", "废止"),
                    ("amends", "修改"),
                    ("corrects", "更正"),
                    ("annuls", "作废"),
                    ("reissues", "更正后重发"),
                ],
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["issuer"],
                name="delivery_to_acknowledge",
                condition=Q(returned_at__isnull=False, acknowledged_at__isnull=True),
            ),
        ),
    ]
