"""全宗: under which number a unit's archive stands, which office of it files, and which archive office takes it over (DA/T 13, DA/T 22)."""

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from accounts.roles import Right, may
from accounts.units import Unit
from circulars.deeds import Deed
from cms import ledger

NUMBER = re.compile(r"[0-9A-Z]{1,8}")
OFFICE = re.compile(r"[0-9A-Z]{1,8}")
BAD_NUMBER = "全宗号由 1 至 8 位数字和大写字母组成，由同级档案馆编定。"
BAD_OFFICE = "机构代码由 1 至 8 位数字和大写字母组成，由本单位编定。"


class Fonds(models.Model):
    """A unit's archive: its number, the office code that is usual there, and the archive office to which papers are handed over."""

    unit = models.OneToOneField(Unit, models.PROTECT, primary_key=True, related_name="fonds", verbose_name="单位")
    number = models.CharField("全宗号", max_length=8, unique=True)
    office = models.CharField("机构（问题）代码", max_length=8)
    archive = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接收档案馆"
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="设定人")
    set_at = models.DateTimeField("设定时间")

    class Meta:
        verbose_name = verbose_name_plural = "全宗"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(archive=None) | ~models.Q(archive=models.F("unit")), name="fonds_goes_to_another"
            )
        ]

    def __str__(self) -> str:
        return f"全宗 {self.number}"


@transaction.atomic
def set_fonds(unit: Unit, number: str, office: str, archive: Unit | None, *, by: Any, at: datetime) -> Fonds:
    """The unit's archive is called so from now on; codes that were given stay as they are. The same again changes nothing.

    Raises ``PermissionDenied`` without the right and ``ValidationError`` for a number or a code of another form, for one that another unit
    has, or for the unit itself as its archive office.
    """
    if not may(by, Right.KEEP_ARCHIVE, unit.pk):
        raise PermissionDenied(f"您没有“{unit}”的归档职责。")
    if not NUMBER.fullmatch(number):
        raise ValidationError({"number": BAD_NUMBER})
    if not OFFICE.fullmatch(office):
        raise ValidationError({"office": BAD_OFFICE})
    if archive == unit:
        raise ValidationError({"archive": "接收档案馆不能是本单位。"})
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if other := Fonds.objects.filter(number=number).exclude(pk=unit.pk).select_related("unit").first():
        raise ValidationError({"number": f"全宗号 {number} 已由“{other.unit}”使用，请核对。"})
    said = {"number": number, "office": office, "archive": archive}
    found = Fonds.objects.filter(pk=unit.pk).select_related("archive").first()
    if found and all(getattr(found, name) == value for name, value in said.items()):
        return found
    fonds, _ = Fonds.objects.update_or_create(pk=unit.pk, defaults={**said, "set_by": by, "set_at": at})
    facts = {**said, "archive": archive.code if archive else None}
    ledger.enter(Deed.FONDS_SET, subject=ledger.subject_of(fonds), by=by, at=at, unit=unit.pk, facts=facts)
    return fonds
