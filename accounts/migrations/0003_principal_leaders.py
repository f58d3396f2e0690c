"""The principal leader of a unit (主要负责人) is a post of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_units_posts_and_grants"),
    ]

    operations = [
        migrations.AlterField(
            model_name="post",
            name="role",
            field=models.CharField(
                choices=[
                    ("drafter", "拟稿人"),
                    ("reviewer", "核稿人"),
                    ("approver", "签发人"),
                    ("principal", "主要负责人"),
                    ("registrar", "登记员"),
                    ("seal_keeper", "印章保管人"),
                    ("sender", "发文员"),
                    ("clerk", "收发员"),
                    ("leader", "分管领导"),
                    ("division_head", "科室负责人"),
                    ("handler", "承办人"),
                    ("reader", "传阅人"),
                    ("archivist", "档案员"),
                    ("secretariat", "秘书科"),
                    ("network_office", "网信办"),
                    ("provider", "保障单位"),
                    ("duty_officer", "值班员"),
                    ("system_admin", "系统管理员"),
                    ("security_admin", "安全管理员"),
                    ("audit_admin", "审计管理员"),
                ],
                max_length=20,
                verbose_name="职责",
            ),
        ),
    ]
