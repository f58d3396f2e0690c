from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0012_files_that_nobody_holds"),
    ]

    operations = [
        migrations.CreateModel(
            name="RevocationList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="期号")),
                ("issued_at", models.DateTimeField(verbose_name="签发时间")),
                ("content", models.BinaryField(verbose_name="内容")),
            ],
            options={
                "verbose_name": "吊销列表",
                "verbose_name_plural": "吊销列表",
            },
        ),
        migrations.CreateModel(
            name="RevokedCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serial", models.CharField(max_length=40, unique=True, verbose_name="证书序列号")),
                ("revoked_at", models.DateTimeField(verbose_name="吊销时间")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("keyCompromise", "密钥可能泄露"),
                            ("affiliationChanged", "单位或人员变动"),
                            ("superseded", "已换发新证书"),
                            ("cessationOfOperation", "停止使用"),
                        ],
                        max_length=30,
                        verbose_name="原因",
                    ),
                ),
            ],
            options={
                "verbose_name": "已吊销证书",
                "verbose_name_plural": "已吊销证书",
            },
        ),
        insert_only("cms_revokedcertificate"),
        insert_only("cms_revocationlist"),
    ]
