"""常用发文对象: whom a unit often writes to, kept under a name by its drafters and used again (Articles 2 and 20).

A list is a help in drafting and decides nothing: what counts is what stands ticked in the draft. Used by ``circulars/selections.py``.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction

from accounts.roles import Right, units_where
from accounts.units import Unit
from circulars.reasons import refuse_marks
from cms.lifecycles import OutOfOrder
from cms.quotes import cited


class NameTaken(OutOfOrder):
    """The unit has another list of this name."""


class RecipientListQuerySet(models.QuerySet["RecipientList"]):
    def for_drafter(self, user: Any) -> "RecipientListQuerySet":
        """Lists of the units for which the person drafts."""
        return self.filter(unit_id__in=units_where(user, Right.DRAFT))


class RecipientList(models.Model):
    """Groups and units under a name; all drafters of the unit use and change it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="recipient_lists", verbose_name="所属单位")
    name = models.CharField("名称", max_length=40)
    groups = models.CharField("主送类别", max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="建立人")
    changed_at = models.DateTimeField("最近改动")

    objects = RecipientListQuerySet.as_manager()

    class Meta:
        verbose_name = "常用发文对象"
        verbose_name_plural = "常用发文对象"
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="recipient_list_named_once")]

    def __str__(self) -> str:
        return self.name

    def hold(
        self,
        *,
        name: str,
        groups: str,
        primary: Iterable[Unit],
        excluded: Iterable[Unit],
        cc: Iterable[Unit],
        by: Any,
        at: datetime,
    ) -> None:
        """The list is called so and holds exactly these; raises ``NameTaken``, or ``Marked`` for a mark of secrecy in the name."""
        refuse_marks(name)
        self.name, self.groups, self.changed_at = name, groups, at
        if self.pk is None:
            self.made_by = by
        try:
            with transaction.atomic():
                self.save()
                self.lines.all().delete()
                ListedUnit.objects.bulk_create(
                    ListedUnit(list=self, unit=unit, place=place)
                    for place, units in ((Place.PRIMARY, primary), (Place.EXCLUDED, excluded), (Place.CC, cc))
                    for unit in units
                )
        except IntegrityError as taken:
            raise NameTaken(f"本单位已有名为{cited(name)}的常用发文对象，请换一个名称。") from taken


class Place(models.TextChoices):
    PRIMARY = "primary", "主送"
    EXCLUDED = "excluded", "不发"
    CC = "cc", "抄送"


class ListedUnit(models.Model):
    """One unit of a list; a unit that leaves the register stays on the list until somebody takes it off knowingly."""

    list = models.ForeignKey(RecipientList, models.CASCADE, related_name="lines", verbose_name="常用发文对象")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    place = models.CharField("位置", max_length=10, choices=Place.choices)

    class Meta:
        verbose_name = "常用发文对象的单位"
        verbose_name_plural = "常用发文对象的单位"
        constraints = [models.UniqueConstraint(fields=["list", "unit", "place"], name="listed_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_place_display()}"
