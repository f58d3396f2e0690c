import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cms.attachmentfield
from cms.insertonly import insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0021_what_has_gone_over"),
        ("cms", "0017_looks_at_printed_copies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Filing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("arriving", "到任"), ("leaving", "离任"), ("replacing", "接替")],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("leader", "分管领导"), ("clerk", "收发员")], max_length=20, verbose_name="职责"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("filed", "待确认"), ("on_file", "已备案"), ("refused", "已退回")],
                        default="filed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("retired", "退休"),
                            ("transferred", "调离本单位"),
                            ("reassigned", "仍在本单位，岗位调整"),
                        ],
                        max_length=12,
                        verbose_name="离任原因",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="到任人姓名")),
                ("mobile", models.CharField(blank=True, max_length=20, verbose_name="移动号码")),
                ("office_phone", models.CharField(blank=True, max_length=30, verbose_name="办公电话")),
                ("no_violation", models.BooleanField(default=False, verbose_name="无违法违纪记录")),
                ("competent", models.BooleanField(default=False, verbose_name="能够胜任本职工作")),
                ("on_staff", models.BooleanField(default=False, verbose_name="本单位在编在岗")),
                ("letter_number", models.CharField(max_length=60, verbose_name="函件文号")),
                ("letter_date", models.DateField(verbose_name="函件日期")),
                ("letter_name", models.CharField(blank=True, max_length=120, verbose_name="扫描件名称")),
                ("filed_at", models.DateTimeField(verbose_name="报备时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("refusal", models.CharField(blank=True, max_length=200, verbose_name="退回原因")),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办结人",
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报备人",
                    ),
                ),
                (
                    "leaver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="离任人",
                    ),
                ),
                ("letter", cms.attachmentfield.AttachmentKey(verbose_name="函件扫描件")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="到任人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filings",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "人员报备",
                "verbose_name_plural": "人员报备",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "office",
                    models.CharField(
                        choices=[("secretariat", "市政府办公室秘书科"), ("network_office", "市网信办")],
                        max_length=16,
                        verbose_name="确认单位",
                    ),
                ),
                ("given_at", models.DateTimeField(verbose_name="确认时间")),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "filing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to="accounts.filing",
                        verbose_name="报备",
                    ),
                ),
            ],
            options={
                "verbose_name": "报备确认",
                "verbose_name_plural": "报备确认",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no_violation", models.BooleanField(verbose_name="无违法违纪记录")),
                ("competent", models.BooleanField(verbose_name="能够胜任本职工作")),
                ("on_staff", models.BooleanField(verbose_name="本单位在编在岗")),
                ("declared_at", models.DateTimeField(verbose_name="申报时间")),
                ("valid_until", models.DateField(verbose_name="有效期至")),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申报人",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职条件申报",
                "verbose_name_plural": "任职条件申报",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["person", "unit", "valid_until"], name="declaration_person"),
                    models.Index(fields=["valid_until"], name="declaration_end"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("competent", True), ("no_violation", True), ("on_staff", True)),
                        name="declaration_of_all_three",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("declared_by", models.F("person")), _negated=True),
                        name="declaration_by_another",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(fields=["unit", "-filed_at"], name="filing_unit"),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(condition=models.Q(("state", "filed")), fields=["filed_at"], name="filing_open"),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "leaving"), ("leaver__isnull", False), ("name", "")),
                    models.Q(("kind", "arriving"), ("leaver", None), ("name__gt", "")),
                    models.Q(("kind", "replacing"), ("leaver__isnull", False), ("name__gt", "")),
                    _connector="OR",
                ),
                name="filing_names_who_comes_and_goes",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "leaving"),
                    models.Q(("competent", True), ("mobile__gt", ""), ("no_violation", True), ("on_staff", True)),
                    _connector="OR",
                ),
                name="filing_of_arrival_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(("leaver", None), ("why__gt", ""), _connector="OR"),
                name="filing_says_why_one_leaves",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(condition=models.Q(("letter_number__gt", "")), name="filing_by_letter"),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("state", "filed")),
                    models.Q(("closed_at__isnull", False), ("state", "on_file")),
                    models.Q(("closed_at__isnull", False), ("refusal__gt", ""), ("state", "refused")),
                    _connector="OR",
                ),
                name="filing_closed_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "on_file"), _negated=True),
                    ("kind", "leaving"),
                    ("person__isnull", False),
                    _connector="OR",
                ),
                name="filing_on_file_has_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ("arriving", "replacing")), ("role", "leader"), ("state", "filed")),
                fields=("unit",),
                name="filing_one_leader_to_come",
            ),
        ),
        migrations.AddConstraint(
            model_name="acknowledgement",
            constraint=models.UniqueConstraint(fields=("filing", "office"), name="filing_acknowledged_once_each"),
        ),
        migrations.AddConstraint(
            model_name="acknowledgement",
            constraint=models.UniqueConstraint(fields=("filing", "given_by"), name="filing_acknowledged_by_two"),
        ),
        insert_only("accounts_declaration"),
        insert_only("accounts_acknowledgement"),
    ]
