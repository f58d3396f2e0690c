"""What a spot check keeps: who asked for it, what was drawn by which seed, and what was found at each unit (Articles 6 and 28).

A check waits for its moment and is drawn then. The draw, what the system saw of each unit in that moment and every finding take INSERT only.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.overseeing import area_overseen
from accounts.roles import Right, may
from accounts.units import Category, Unit
from cms.areas import Area

MOST_UNITS = 500
LONGEST_PURPOSE, LONGEST_REMARK = 100, 200


class SpotCheckQuerySet(models.QuerySet["SpotCheck"]):
    def for_person(self, user: Any) -> "SpotCheckQuerySet":
        """Those of the area that the person inspects; for everybody else there are none."""
        return self.filter(area=area_overseen(user, Right.INSPECT)) if may(user, Right.INSPECT) else self.none()


class SpotCheck(models.Model):
    """That so many units of a population are looked at, in one moment."""

    class State(models.TextChoices):
        PLANNED = "planned", "待抽取"
        DRAWN = "drawn", "已抽取"
        CALLED_OFF = "called_off", "已取消"

    MOVES = {State.PLANNED: {State.DRAWN, State.CALLED_OFF}}

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    category = models.CharField(
        "类别", max_length=30, choices=Category.choices, blank=True
    )  # all units where it is empty
    asked = models.PositiveSmallIntegerField("抽取家数")
    purpose = models.CharField("抽查事由", max_length=LONGEST_PURPOSE)
    planned_for = models.DateTimeField("抽查时间")
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="安排人")
    planned_at = models.DateTimeField("安排时间")
    key = models.UUIDField("提交号", unique=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, db_default=State.PLANNED)
    called_off_why = models.CharField("取消原因", max_length=LONGEST_REMARK, blank=True, db_default="")

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽查"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(asked__gte=1, asked__lte=MOST_UNITS), name="spot_check_asks_for_units"),
            models.CheckConstraint(
                condition=Q(state="called_off") & ~Q(called_off_why="") | ~Q(state="called_off") & Q(called_off_why=""),
                name="spot_check_called_off_why",
            ),
        ]
        indexes = [
            models.Index(fields=["planned_for"], name="spot_check_planned", condition=Q(state="planned")),
            models.Index(fields=["area", "-planned_for", "-id"], name="spot_check_of_area"),
        ]

    def __str__(self) -> str:
        return f"抽查 {self.pk} 号"

    @property
    def population_label(self) -> str:
        """Out of whom it is drawn."""
        return str(Category(self.category).label) if self.category else "全部已接入单位"

    @property
    def link(self) -> str:
        return reverse("reports:spot_check", args=[self.pk])


class SpotDraw(models.Model):
    """By which seed, algorithm and list the units of a check were drawn; takes INSERT only."""

    check_drawn = models.OneToOneField(SpotCheck, models.PROTECT, related_name="draw", verbose_name="抽查")
    seed = models.CharField("种子", max_length=64)
    algorithm = models.CharField("算法", max_length=30)
    population = models.JSONField("抽取范围（单位代码）")
    digest = models.CharField("范围摘要", max_length=64)
    drawn_at = models.DateTimeField("抽取时间")
    drawn_by = models.ForeignKey(  # nobody where the planned moment came
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="抽取人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "抽取记录"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.check_drawn}的抽取"


class Presence(models.TextChoices):
    """Whether anybody was at the desk of a unit, as its look-ins say."""

    PRESENT = "present", "在岗"
    NOT_YET = "not_yet", "尚未登录，未超间隔"
    AWAY = "away", "超过间隔未登录"
    SILENT = "silent", "今日未登录"
    NOBODY = "nobody", "没有收发员"
    NOT_OWED = "not_owed", "不要求登录"
    UNKNOWN = "unknown", "无法判断"


NOT_PRESENT = (Presence.AWAY, Presence.SILENT, Presence.NOBODY)


class SpotUnit(models.Model):
    """One unit that was drawn, and what the system saw of it in that moment; takes INSERT only."""

    draw = models.ForeignKey(SpotDraw, models.PROTECT, related_name="units", verbose_name="抽取")
    ordinal = models.PositiveSmallIntegerField("序号")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    code = models.CharField("单位代码", max_length=40)
    name = models.CharField("单位名称", max_length=60)
    presence = models.CharField("登录", max_length=12, choices=Presence.choices)
    looked_in_at = models.DateTimeField("最近登录", null=True)
    open_receipts = models.PositiveIntegerField("待签收")
    overdue_receipts = models.PositiveIntegerField("已超时未签收")

    class Meta:
        verbose_name = verbose_name_plural = "被抽查单位"
        default_permissions = ()
        ordering = ["draw", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "ordinal"], name="spot_unit_in_its_place"),
            models.UniqueConstraint(fields=["draw", "unit"], name="spot_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（抽查）"

    @property
    def is_absent(self) -> bool:
        return self.presence in NOT_PRESENT

    @property
    def faults(self) -> list[str]:
        """What the system saw that is not in order, in words."""
        found = [str(Presence(self.presence).label)] if self.is_absent else []
        return [*found, f"已超时未签收 {self.overdue_receipts} 件"] if self.overdue_receipts else found


class SpotFindingQuerySet(models.QuerySet["SpotFinding"]):
    def standing(self) -> "SpotFindingQuerySet":
        """Those that no later one puts right."""
        return self.filter(put_right=None)


class SpotFinding(models.Model):
    """What a person found at one of the units by telephone or on the spot; takes INSERT only, and is put right by another with its reason."""

    class Kind(models.TextChoices):
        PHONE = "phone", "值班电话"
        DIARY = "diary", "值班和自查记录"

    # What it is called, in order or not.
    WORDS = {
        Kind.PHONE: ("有人接听", "无人接听"),
        Kind.DIARY: ("记录齐全", "记录不全"),
    }

    of = models.ForeignKey(SpotUnit, models.PROTECT, related_name="findings", verbose_name="被抽查单位")
    kind = models.CharField("项目", max_length=6, choices=Kind.choices)
    is_good = models.BooleanField("符合要求")
    who = models.CharField("接听人或在场人", max_length=40, blank=True)
    found_at = models.DateTimeField("查看时间")
    remark = models.CharField("说明", max_length=LONGEST_REMARK, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="put_right", verbose_name="更正的记录"
    )
    reason = models.CharField("更正理由", max_length=LONGEST_REMARK, blank=True)

    objects = SpotFindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽查结果"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["of", "kind"], condition=Q(replaces=None), name="spot_finding_once"),
            models.CheckConstraint(
                condition=Q(replaces=None, reason="") | Q(replaces__isnull=False) & ~Q(reason=""),
                name="spot_finding_put_right_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of.name}{self.get_kind_display()}：{self.word}"

    @property
    def word(self) -> str:
        return self.WORDS[self.Kind(self.kind)][not self.is_good]
