"""Which numbers of the rule an area follows from when: versions that are entered and never changed (Articles 13 to 18, 20 to 23, 25, 26 and 29).

A version holds every number, so one row answers for a deadline. It is put right by another version; a trigger refuses UPDATE and DELETE.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection, models
from django.db.models import F, Q
from django.utils.functional import cached_property

from cms.areas import Area
from cms.lifecycles import OutOfOrder
from cms.rulebook import YANAN, RuleSet
from cms.rulenumbers import NUMBERS, Number
from cms.wording import Worded


class NoRules(OutOfOrder):
    """The area has no version of the rule that was in force at this time."""


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    def in_force(self, area: Area, at: datetime) -> "RuleVersion":
        """The version that the area follows at this time: of those begun the one that began last; one query."""
        rows = _IN_FORCE.ask(area=area.pk, at=at)
        return the_first([RuleVersion.from_db(connection.alias, _columns(), row) for row in rows])

    def holding(self, at: datetime) -> "RuleVersion | None":
        """Of these versions of one area the one that holds at this time, if any has begun."""
        return self.begun(at).first()

    def begun(self, at: datetime) -> "RuleVersionQuerySet":
        """Those whose time had come, the one that began last first."""
        return self.filter(in_force_from__lte=at).order_by("-in_force_from", "-number")

    def add(
        self, area: Area, rules: RuleSet, *, in_force_from: datetime, by: Any, at: datetime, reason: str
    ) -> "RuleVersion":
        """The area's next version, with these numbers; two at once are numbered one after the other."""
        Area.objects.select_for_update().get(pk=area.pk)
        last = self.filter(area=area).aggregate(last=models.Max("number"))["last"] or 0
        return self.create(
            area=area,
            number=last + 1,
            title=rules.title,
            in_force_from=in_force_from,
            entered_by=by,
            entered_at=at,
            reason=reason,
            **rules.numbers(),
        )


class RuleVersion(models.Model):
    """Every number of the rule as one area follows it from a certain moment on, who entered it and why."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="rule_versions", verbose_name="辖区")
    number = models.PositiveSmallIntegerField("版次")
    title = models.CharField("名称", max_length=60)
    in_force_from = models.DateTimeField("施行时间")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="设定人"
    )
    entered_at = models.DateTimeField("设定时间")
    reason = models.CharField("理由", max_length=200)

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "规则版次"
        ordering = ["area", "number"]
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="one_rule_version_of_a_number"),
            models.CheckConstraint(condition=Q(reason__gt=""), name="rule_version_has_reason"),
            models.CheckConstraint(
                condition=Q(extra_at_once_minutes__lte=F("at_once_minutes"))
                & Q(at_once_minutes__lte=F("after_hours_minutes")),
                name="rule_at_once_within_off_duty",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__gte": number.least, f"{name}__lte": number.most}), name=f"rule_{name}"
                )
                for name, number in NUMBERS.items()
                if number.most
            ),
            models.CheckConstraint(
                condition=Q(normal_rule__in=["close_of_day", "office_minutes"]), name="rule_normal_rule"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（第{self.number}版）"

    @cached_property
    def rule_set(self) -> RuleSet:
        """The numbers as deadlines are counted by them; a version is never changed."""
        numbers = {name: getattr(self, name) for name in NUMBERS}
        return RuleSet(f"version-{self.pk}", self.title, **numbers)


def the_first(versions: Iterable[RuleVersion]) -> RuleVersion:
    """Of those that hold for a time; raises ``NoRules`` where there is none."""
    for version in versions:
        return version
    raise NoRules("本辖区还没有设定这一时间的规则，请秘书科先设定。")


def _column(number: Number, value: Any) -> "models.Field[Any, Any]":
    """The typed column of a number; ``value`` is what it is in Yan'an."""
    if number.choices:
        return models.CharField(number.label, max_length=20, choices=number.choices)
    if number.most:
        bounds = [MinValueValidator(number.least), MaxValueValidator(number.most)]
        return models.PositiveSmallIntegerField(number.label, validators=bounds)
    if isinstance(value, bool):
        return models.BooleanField(number.label)
    return models.TimeField(number.label, null=True, blank=True)


for _name, _number in NUMBERS.items():
    RuleVersion.add_to_class(_name, _column(_number, getattr(YANAN, _name)))


def _columns() -> list[str]:
    return [field.attname for field in RuleVersion._meta.concrete_fields]


# Every dispatch and every step asks for it: worded once, or its forty columns take longer to name than all else to do.
_IN_FORCE = Worded(
    lambda area, at: RuleVersion.objects.filter(area=area).begun(at).values_list(*_columns())[:1],
    area=-1,
    at=datetime(1, 1, 2, tzinfo=UTC),
)
