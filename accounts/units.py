"""使用单位: who takes part, under whom, and by whose people its desk is run (Articles 2, 12 and 15).

Units are renamed in ``renaming``, merged, dissolved and closed in ``dissolving``, moved in ``reorganising``, connected in ``connections``; what
was done to one stands in ``unitchanges``.
"""

from collections.abc import Collection

from django.db import models
from django.db.models import Q
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from cms.areas import Area


class Category(models.TextChoices):
    MUNICIPAL_GOVERNMENT = "municipal_government", "市政府"
    SECRETARIAT = "secretariat", "市政府办公室"
    IT_OFFICE = "it_office", "市网信办"
    COUNTY = "county", "县（市、区）人民政府"
    ZONE = "zone", "开发区、管委会"
    DEPARTMENT = "department", "市政府工作部门"
    INSTITUTION = "institution", "市政府直属机构及事业单位"
    CENTRAL_PROVINCIAL = "central_provincial", "中省驻延单位"
    ENTERPRISE = "enterprise", "市直有关企业"
    PROVIDER = "provider", "保障单位"
    COUNTY_DEPARTMENT = "county_department", "县（市、区）政府工作部门"
    TOWNSHIP = "township", "乡镇人民政府、街道办事处"


# The groups (同类型机关统称) a drafter may address as a whole, with the words a circular prints for them.
GROUPS: dict[Category, str] = {
    Category.COUNTY: "各县（市、区）人民政府",
    Category.ZONE: "各管委会",
    Category.DEPARTMENT: "市政府各工作部门",
    Category.INSTITUTION: "各直属机构",
    Category.CENTRAL_PROVINCIAL: "中省驻延有关单位",
    Category.ENTERPRISE: "市直有关企业",
}
# Our reading: a group names bodies of the city, those at the top of the tree or right below its government. What stands deeper is some
# body's own subordinate and is named singly (docs/decisions/2026-11-22-groups-name-bodies-of-the-city.md).
CITY_LEVELS = 2


def in_groups(groups: Collection[str]) -> Q:
    """The units that these groups mean, as a condition on ``Unit``."""
    return Q(category__in=groups, depth__lte=CITY_LEVELS)


class Payer(models.TextChoices):
    MUNICIPAL = "municipal", "市财政"
    SELF = "self", "自付"


# Article 12: whose keys the network office changes at the city's cost; all others see to theirs and pay.
_PAID_BY_THE_CITY = frozenset(
    {Category.MUNICIPAL_GOVERNMENT, Category.SECRETARIAT, Category.IT_OFFICE, Category.DEPARTMENT, Category.INSTITUTION}
)


def usual_payer(category: str) -> Payer:
    """Who pays for the keys of a unit of this category unless something else was agreed (Article 12)."""
    return Payer.MUNICIPAL if category in _PAID_BY_THE_CITY else Payer.SELF


class UnitQuerySet(MP_NodeQuerySet):
    def standing(self) -> "UnitQuerySet":
        """Those that were neither dissolved nor closed."""
        return self.filter(state=Unit.State.ACTIVE)

    def bodies(self) -> "UnitQuerySet":
        """Units that take part in transmission: no dissolved ones (Article 15).

        Divisions (科室) neither issue nor receive from outside, and providers only serve.
        """
        return self.standing().filter(is_division=False).exclude(category=Category.PROVIDER)

    def issuing(self) -> "UnitQuerySet":
        return self.bodies().filter(can_issue=True)

    def in_order(self) -> "UnitQuerySet":
        """The one order in which units stand on every screen, list and sheet."""
        return self.order_by("sort_order", "code")

    def with_standing(self) -> "UnitQuerySet":
        """What ``accounts.relations`` reads of each unit is loaded along."""
        return self.prefetch_related("serves")

    def under(self, top: "Unit") -> "UnitQuerySet":
        """The unit and everything below it in the tree."""
        return self.filter(path__startswith=top.path)


def area_below(superior: "Unit | None") -> Area:
    """The area to which a unit belongs that stands right below this one: what that runs, else its own; the home area at the top."""
    return Area.objects.home() if superior is None else superior.runs or superior.area


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> UnitQuerySet:
        return UnitQuerySet(self.model, using=self._db).order_by("path")


class Unit(MP_Node):
    """One using unit; its place in the tree says whose subordinate it is. ``name`` and ``short_name`` are the present ones of ``UnitName``."""

    class State(models.TextChoices):
        ACTIVE = "active", "在用"
        DISSOLVED = "dissolved", "已撤销"
        CLOSED = "closed", "已注销"

    # A dissolved unit still reads and hands over; it is closed once seal and keys are back (Article 15). A division, which has neither, is
    # closed at once.
    MOVES = {State.ACTIVE: {State.DISSOLVED, State.CLOSED}, State.DISSOLVED: {State.CLOSED}}

    code = models.CharField("单位代码", max_length=40, unique=True)
    name = models.CharField("全称", max_length=100)
    short_name = models.CharField("规范简称", max_length=60)
    pinyin = models.CharField("拼音简码", max_length=40, blank=True)
    category = models.CharField("类别", max_length=30, choices=Category.choices)
    level = models.CharField("层级", max_length=20, blank=True)
    area = models.ForeignKey("cms.Area", models.PROTECT, related_name="+", verbose_name="辖区")
    # The area that is run from here, beside the one the unit belongs to: a county's government is a unit of the city's (Article 29).
    runs = models.OneToOneField(
        "cms.Area", models.PROTECT, null=True, blank=True, related_name="seat", verbose_name="主管辖区"
    )
    served_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="serves", verbose_name="代管单位"
    )
    can_issue = models.BooleanField("可以发文", default=False)
    connected = models.BooleanField("已接入", default=True)
    key_fee_payer = models.CharField("密钥费用", max_length=20, choices=Payer.choices, default=Payer.SELF)
    sort_order = models.PositiveIntegerField("排序", default=0)
    is_division = models.BooleanField("内设科室", default=False)
    duty_phone = models.CharField("值班电话", max_length=40, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=State.choices, default=State.ACTIVE, db_default=State.ACTIVE
    )
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="承接单位"
    )

    objects = UnitManager()

    class Meta:
        verbose_name = "使用单位"
        verbose_name_plural = "使用单位"
        default_permissions = ()
        indexes = [models.Index(fields=["category", "sort_order"], name="unit_category")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="active") | Q(successor=None), name="unit_succeeded_only_when_dissolved"
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=models.F("id")), name="unit_succeeded_by_another"
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def has_seal(self) -> bool:
        """Whether such a unit has a seal of its own, in bronze and as a key: divisions and providers have none here."""
        return not self.is_division and self.category != Category.PROVIDER

    @property
    def group(self) -> str:
        """The group by which the unit may be addressed; empty when it can only be named itself."""
        return self.category if self.depth <= CITY_LEVELS and self.category in GROUPS else ""


def body_of(unit: Unit) -> Unit:
    """The body to which a division belongs; any other unit itself."""
    return unit.get_parent() if unit.is_division else unit
