from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0031_earlier_figures")]

    operations = [
        migrations.AlterField(
            model_name="snapshotrow",
            name="category",
            field=models.CharField(
                choices=[
                    ("municipal_government", "市政府"),
                    ("secretariat", "市政府办公室"),
                    ("it_office", "市网信办"),
                    ("county", "县（市、区）人民政府"),
                    ("zone", "开发区、管委会"),
                    ("department", "市政府工作部门"),
                    ("institution", "市政府直属机构及事业单位"),
                    ("central_provincial", "中省驻延单位"),
                    ("enterprise", "市直有关企业"),
                    ("provider", "保障单位"),
                    ("county_department", "县（市、区）政府工作部门"),
                    ("township", "乡镇人民政府、街道办事处"),
                ],
                max_length=30,
                verbose_name="类别",
            ),
        ),
        migrations.AlterField(
            model_name="spotcheck",
            name="category",
            field=models.CharField(
                blank=True,
                choices=[
                    ("municipal_government", "市政府"),
                    ("secretariat", "市政府办公室"),
                    ("it_office", "市网信办"),
                    ("county", "县（市、区）人民政府"),
                    ("zone", "开发区、管委会"),
                    ("department", "市政府工作部门"),
                    ("institution", "市政府直属机构及事业单位"),
                    ("central_provincial", "中省驻延单位"),
                    ("enterprise", "市直有关企业"),
                    ("provider", "保障单位"),
                    ("county_department", "县（市、区）政府工作部门"),
                    ("township", "乡镇人民政府、街道办事处"),
                ],
                max_length=30,
                verbose_name="类别",
            ),
        ),
    ]
