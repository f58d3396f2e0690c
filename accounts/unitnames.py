"""单位名称: what a unit is called from which day on; old papers, seals and receipts keep the names of their day (Articles 2 and 15).

The present name stands on ``Unit`` as well, because every list shows it. A unit that was never renamed has no row here.
"""

from collections.abc import Collection
from datetime import date

from django.db import models
from django.db.models import Q

from accounts.units import Unit


class UnitName(models.Model):
    """That a unit bears a name from a day on, until the day of its next name; takes INSERT only. No day: since it was entered."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="names", verbose_name="单位")
    name = models.CharField("全称", max_length=100)
    short_name = models.CharField("规范简称", max_length=60)
    from_day = models.DateField("启用日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位名称"
        default_permissions = ()
        ordering = ["unit", models.F("from_day").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(fields=["unit", "from_day"], name="unit_named_once_a_day"),
            models.UniqueConstraint(fields=["unit"], condition=Q(from_day=None), name="unit_first_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


def put_down(unit: Unit, name: str, short_name: str, on_day: date) -> bool:
    """The name that the unit takes from this day on has its row, and so has the present one; nothing where that began no earlier."""
    last = unit.names.last()
    if last is None:
        UnitName.objects.create(unit=unit, name=unit.name, short_name=unit.short_name)
    elif last.from_day is not None and last.from_day >= on_day:
        return False
    UnitName.objects.create(unit=unit, name=name, short_name=short_name, from_day=on_day)
    return True


def name_on(unit: Unit, day: date) -> str:
    """The full name that the unit bore on this day."""
    borne = unit.names.filter(Q(from_day=None) | Q(from_day__lte=day)).last()
    return borne.name if borne else unit.name


def names_before(units: Collection[Unit]) -> dict[int, list[str]]:
    """The names by which one may still look for each of these units: its own former ones, and those of the units it succeeded; two queries."""
    keys = {unit.pk for unit in units}
    found: dict[int, list[str]] = {}
    for unit, *names in UnitName.objects.filter(unit__in=keys).values_list("unit_id", "name", "short_name"):
        found.setdefault(unit, []).extend(names)
    for unit, *names in Unit.objects.filter(successor__in=keys).values_list("successor_id", "name", "short_name"):
        found.setdefault(unit, []).extend(names)
    return found
