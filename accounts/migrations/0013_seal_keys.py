import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_stops_called_off"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("unit_seal", "单位电子印章"), ("leaders_stamp", "签名章"), ("clerk", "个人证书")],
                        max_length=20,
                        verbose_name="种类",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "待制发"),
                            ("refused", "未同意"),
                            ("issued", "待启用"),
                            ("in_force", "在用"),
                            ("expired", "已到期"),
                            ("damaged", "已损坏停用"),
                            ("revoked", "已吊销"),
                            ("returned", "已交回"),
                        ],
                        default="requested",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("first", "首次制发"),
                            ("renewal", "到期换发"),
                            ("damaged", "损坏重新制发"),
                            ("forgotten", "忘记 PIN 或 PIN 已锁定"),
                        ],
                        default="first",
                        max_length=20,
                        verbose_name="事由",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("requested_at", models.DateTimeField(verbose_name="申请时间")),
                ("due_at", models.DateTimeField(null=True, verbose_name="应制发时间")),
                ("issued_at", models.DateTimeField(null=True, verbose_name="制发时间")),
                ("in_force_at", models.DateTimeField(null=True, verbose_name="启用时间")),
                ("valid_until", models.DateTimeField(null=True, verbose_name="有效期至")),
                ("serial", models.CharField(blank=True, max_length=40, verbose_name="证书序列号")),
                ("certificate_pem", models.TextField(blank=True, verbose_name="证书")),
                ("locked_key", models.BinaryField(default=bytes, verbose_name="加密的私钥")),
                ("wrong_pins", models.PositiveSmallIntegerField(default=0, verbose_name="连续输错次数")),
                ("reported_at", models.DateTimeField(null=True, verbose_name="报告损坏时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                ("end_note", models.CharField(blank=True, max_length=200, verbose_name="停用说明")),
                ("returned_at", models.DateTimeField(null=True, verbose_name="交回时间")),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制发人",
                    ),
                ),
                (
                    "keeper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal_keys",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="保管人",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successor",
                        to="accounts.sealkey",
                        verbose_name="所替换的密钥",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal_keys",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "电子印章密钥",
                "verbose_name_plural": "电子印章密钥",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Custody",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="持有时间")),
                (
                    "handed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经手人",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="持有人",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custody",
                        to="accounts.sealkey",
                        verbose_name="密钥",
                    ),
                ),
            ],
            options={
                "verbose_name": "密钥保管记录",
                "verbose_name_plural": "密钥保管记录",
                "ordering": ["since", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SealUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("used_at", models.DateTimeField(verbose_name="用印时间")),
                ("purpose", models.CharField(max_length=100, verbose_name="用途")),
                ("digest", models.CharField(max_length=64, verbose_name="文件摘要")),
                ("count", models.PositiveSmallIntegerField(default=1, verbose_name="份数")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="accounts.sealkey",
                        verbose_name="密钥",
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="用印人",
                    ),
                ),
            ],
            options={
                "verbose_name": "用印登记",
                "verbose_name_plural": "用印登记",
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="sealkey",
            index=models.Index(fields=["state", "valid_until"], name="key_state_until"),
        ),
        migrations.AddIndex(
            model_name="sealkey",
            index=models.Index(fields=["keeper", "state"], name="key_keeper"),
        ),
        migrations.AddConstraint(
            model_name="sealkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "unit_seal"), ("state", "in_force")),
                fields=("unit",),
                name="seal_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "in_force")),
                fields=("unit", "kind", "keeper"),
                name="key_one_in_force_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("requested", "issued"))),
                fields=("unit", "kind", "keeper"),
                name="key_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("serial", ""), _negated=True), fields=("serial",), name="key_serial_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("occasion", "forgotten"), _negated=True),
                    ("issued_by", None),
                    models.Q(("issued_by", models.F("requested_by")), _negated=True),
                    _connector="OR",
                ),
                name="forgotten_pin_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("issued_by", None), models.Q(("issued_by", models.F("keeper")), _negated=True), _connector="OR"
                ),
                name="key_not_issued_to_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_force"), _negated=True),
                    models.Q(("in_force_at__isnull", False), ("valid_until__isnull", False)),
                    _connector="OR",
                ),
                name="key_in_force_has_times",
            ),
        ),
        migrations.AddIndex(
            model_name="sealuse",
            index=models.Index(fields=["key", "-used_at"], name="seal_use_key"),
        ),
        migrations.AddConstraint(
            model_name="sealuse",
            constraint=models.CheckConstraint(condition=models.Q(("count__gte", 1)), name="seal_used_at_least_once"),
        ),
        insert_only("accounts_custody"),
        insert_only("accounts_sealuse"),
    ]
