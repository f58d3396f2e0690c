from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_key_pictures"),
    ]

    operations = [
        migrations.AddField(
            model_name="sealkey",
            name="provider",
            field=models.CharField(
                choices=[("file", "文件"), ("pkcs11", "令牌")], default="file", max_length=10, verbose_name="存放"
            ),
        ),
        migrations.AddField(
            model_name="sealkey",
            name="token",
            field=models.CharField(blank=True, default="", max_length=32, verbose_name="令牌"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sealkey",
            name="token_key",
            field=models.CharField(blank=True, default="", max_length=32, verbose_name="令牌内的密钥标识"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sealkey",
            name="pins_set",
            field=models.PositiveIntegerField(default=0, verbose_name="设定 PIN 的次数"),
        ),
        migrations.AddConstraint(
            model_name="sealkey",
            constraint=models.CheckConstraint(
                condition=Q(provider="file", token="") | (Q(provider="pkcs11", locked_key=b"") & ~Q(token="")),
                name="key_lies_in_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealkey",
            constraint=models.CheckConstraint(
                condition=~Q(provider="pkcs11", state="in_force", token_key=""), name="token_key_in_force_is_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealkey",
            constraint=models.UniqueConstraint(
                condition=Q(provider="pkcs11", state__in=("issued", "in_force")),
                fields=("token",),
                name="token_bears_one_key",
            ),
        ),
    ]
