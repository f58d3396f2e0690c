"""Devices with their keepers, self-checks and what they found. Who kept what and who checked when takes insert only (Articles 10 and 18)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0032_browsers_and_networks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("computer", "计算机"),
                            ("printer", "打印机"),
                            ("scanner", "扫描仪"),
                            ("stick", "专用U盘"),
                            ("network", "网络设备"),
                            ("other", "其他设备"),
                        ],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("model", models.CharField(max_length=60, verbose_name="品牌型号")),
                ("serial", models.CharField(max_length=60, verbose_name="序列号或资产编号")),
                ("conforms", models.BooleanField(verbose_name="符合技术标准和保密要求")),
                ("stated_at", models.DateTimeField(verbose_name="核查时间")),
                ("in_use_since", models.DateField(verbose_name="启用日期")),
                ("registered_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "state",
                    models.CharField(
                        choices=[("in_use", "在用"), ("retired", "已停用")],
                        default="in_use",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("retired_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                ("retire_reason", models.CharField(blank=True, max_length=200, verbose_name="停用原因")),
                (
                    "keeper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="保管人",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "retired_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="停用人",
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核查人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "设备",
                "verbose_name_plural": "设备",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DeviceCustody",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="保管时间")),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custody",
                        to="accounts.device",
                        verbose_name="设备",
                    ),
                ),
                (
                    "handed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经手人",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="保管人",
                    ),
                ),
            ],
            options={
                "verbose_name": "设备保管记录",
                "verbose_name_plural": "设备保管记录",
                "ordering": ["since", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="EquipmentCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField(verbose_name="周（星期一）")),
                ("done_on", models.DateField(verbose_name="自查日期")),
                ("done_at", models.DateTimeField(verbose_name="自查时间")),
                ("looked_at", models.PositiveSmallIntegerField(verbose_name="设备和密钥数")),
                (
                    "done_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="自查人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kit_checks",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "设备自查",
                "verbose_name_plural": "设备自查",
                "ordering": ["-done_on", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="KitProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200, verbose_name="问题")),
                ("found_at", models.DateTimeField(verbose_name="发现时间")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待处理"), ("seen", "领导已知悉"), ("fixed", "已解决")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("leader_informed_at", models.DateTimeField(null=True, verbose_name="告知分管领导时间")),
                ("seen_at", models.DateTimeField(null=True, verbose_name="知悉时间")),
                ("fixed_at", models.DateTimeField(null=True, verbose_name="解决时间")),
                ("remedy", models.CharField(blank=True, max_length=200, verbose_name="怎样解决")),
                (
                    "check_made",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="accounts.equipmentcheck",
                        verbose_name="自查",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="accounts.device",
                        verbose_name="设备",
                    ),
                ),
                (
                    "fault",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="found_by",
                        to="accounts.fault",
                        verbose_name="故障报告",
                    ),
                ),
                (
                    "fixed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="解决人",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="accounts.sealkey",
                        verbose_name="密钥",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="知悉人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kit_problems",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "自查发现的问题",
                "verbose_name_plural": "自查发现的问题",
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["unit", "state"], name="device_unit"),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["keeper", "state"], name="device_keeper"),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "in_use")), fields=("unit", "kind", "serial"), name="device_in_use_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retire_reason", ""), ("retired_at", None), ("retired_by", None), ("state", "in_use")),
                    models.Q(
                        ("retire_reason__gt", ""),
                        ("retired_at__gte", models.F("registered_at")),
                        ("retired_by__isnull", False),
                        ("state", "retired"),
                    ),
                    _connector="OR",
                ),
                name="device_retired_has_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="equipmentcheck",
            index=models.Index(fields=["week", "unit"], name="kit_check_week"),
        ),
        migrations.AddConstraint(
            model_name="equipmentcheck",
            constraint=models.UniqueConstraint(fields=("unit", "done_on"), name="kit_check_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="equipmentcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("week__lte", models.F("done_on"))), name="kit_check_in_its_week"
            ),
        ),
        migrations.AddIndex(
            model_name="kitproblem",
            index=models.Index(fields=["unit", "state"], name="kit_problem_unit"),
        ),
        migrations.AddConstraint(
            model_name="kitproblem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("device__isnull", True), ("key__isnull", False)),
                    models.Q(("device__isnull", False), ("key__isnull", True)),
                    _connector="OR",
                ),
                name="kit_problem_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="kitproblem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("fixed_at__gte", models.F("found_at")),
                        ("fixed_by__isnull", False),
                        ("remedy__gt", ""),
                        ("state", "fixed"),
                    ),
                    models.Q(models.Q(("state", "fixed"), _negated=True), ("fixed_at", None), ("fixed_by", None)),
                    _connector="OR",
                ),
                name="kit_problem_fixed_has_remedy",
            ),
        ),
        migrations.AddConstraint(
            model_name="kitproblem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "seen"), _negated=True),
                    models.Q(("seen_at__isnull", False), ("seen_by__isnull", False)),
                    _connector="OR",
                ),
                name="kit_problem_seen_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="kitproblem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "fixed"), _negated=True), fields=("device",), name="device_one_problem"
            ),
        ),
        migrations.AddConstraint(
            model_name="kitproblem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "fixed"), _negated=True), fields=("key",), name="key_one_problem"
            ),
        ),
        insert_only("accounts_devicecustody"),
        insert_only("accounts_equipmentcheck"),
    ]
