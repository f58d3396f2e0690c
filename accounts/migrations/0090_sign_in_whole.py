import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def count_from_today(apps, schema_editor):
    """Nobody remembers when a password of before was set: its time runs from today, as does that of an account that was not used."""
    User = apps.get_model("accounts", "User")
    User.objects.update(password_set_at=timezone.now(), unused_from=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0085_restore_drills"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="closed_unused_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="因久未使用停用的时间"),
        ),
        migrations.AddField(
            model_name="user",
            name="password_set_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="密码设定时间"),
        ),
        migrations.AddField(
            model_name="user",
            name="unused_from",
            field=models.DateTimeField(editable=False, null=True, verbose_name="未使用起算时间"),
        ),
        migrations.CreateModel(
            name="CodeSecret",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("locked", models.BinaryField(verbose_name="加密的密钥")),
                ("last_step", models.BigIntegerField(default=0, verbose_name="已用到的时间步")),
                ("wrong", models.PositiveIntegerField(default=0, verbose_name="连续输错次数")),
                ("added_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="code_secret",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "动态口令",
                "verbose_name_plural": "动态口令",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("credential", models.CharField(max_length=1400, unique=True, verbose_name="凭据标识")),
                ("public_key", models.BinaryField(verbose_name="公钥")),
                ("sign_count", models.PositiveBigIntegerField(default=0, verbose_name="签名次数")),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("added_at", models.DateTimeField(verbose_name="登记时间")),
                ("used_at", models.DateTimeField(null=True, verbose_name="最近使用时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passkeys",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "通行密钥",
                "verbose_name_plural": "通行密钥",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=128, verbose_name="摘要")),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                ("used_at", models.DateTimeField(null=True, verbose_name="使用时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "恢复代码",
                "verbose_name_plural": "恢复代码",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PastPassword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=128, verbose_name="密码摘要")),
                ("replaced_at", models.DateTimeField(verbose_name="更换时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past_passwords",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "用过的密码",
                "verbose_name_plural": "用过的密码",
                "default_permissions": (),
                "indexes": [models.Index(fields=["person", "-replaced_at"], name="past_password_latest")],
            },
        ),
        # There is no way back to not knowing, and none is needed: the columns go.
        migrations.RunPython(count_from_today, migrations.RunPython.noop),
    ]
