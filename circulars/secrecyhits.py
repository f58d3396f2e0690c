"""That a draft was refused for a mark of secrecy, and that a reviewer found the alarm false or right (Article 5).

No row holds a word of what was refused: a line is known by its fingerprint alone, and a reviewer looks at the drafter's own screen.
"""

import re
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from accounts.roles import Right, units_where
from accounts.units import Unit
from circulars.pages import CircularPage, DraftAttachment, Reference
from cms.secrecypatterns import Kind

_ROW = re.compile(r"^(?P<rows>\w+)-(?P<number>\d+)-(?P<field>\w+)$")
_ROWS: dict[str, tuple[str, Any]] = {"attachments": ("附件", DraftAttachment), "references": ("来文", Reference)}


class SecrecyHitQuerySet(models.QuerySet["SecrecyHit"]):
    def for_reviewer(self, user: Any) -> "SecrecyHitQuerySet":
        """Refusals in the units whose drafts the person reviews."""
        return self.filter(unit__in=units_where(user, Right.REVIEW))

    def standing(self) -> "SecrecyHitQuerySet":
        """Refusals that nobody has decided on."""
        lifted = SecrecyLift.objects.filter(unit=models.OuterRef("unit"), fingerprint=models.OuterRef("fingerprint"))
        return self.filter(~models.Exists(lifted), upheld_at=None)

    def upheld(self) -> "SecrecyHitQuerySet":
        """Refusals that a reviewer found to be right."""
        return self.filter(upheld_at__isnull=False)


class SecrecyHit(models.Model):
    """One line of one person's draft that was refused; pressing the button again adds nothing until a reviewer has found it right."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发文单位")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟稿人")
    at = models.DateTimeField("时间")
    field = models.CharField("栏目", max_length=60)
    kind = models.CharField("标志", max_length=20, choices=[(kind.name, kind.value) for kind in Kind])
    digest = models.CharField("文件摘要", max_length=64, blank=True)
    fingerprint = models.CharField("指纹", max_length=64)
    upheld_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="认定人"
    )
    upheld_at = models.DateTimeField("认定时间", null=True)

    objects = SecrecyHitQuerySet.as_manager()

    class Meta:
        verbose_name = "涉密拦截"
        verbose_name_plural = "涉密拦截"
        constraints = [
            models.UniqueConstraint(fields=["unit", "person", "field", "fingerprint"], name="secrecy_hit_once")
        ]
        indexes = [models.Index(fields=["unit", "-at"], name="secrecy_hit_unit")]

    def __str__(self) -> str:
        return f"{self.where}：{self.get_kind_display()}"

    @property
    def where(self) -> str:
        """The place in the words of the form, the name of a file told from what is in it."""
        return place_of(self.field, self.digest)


class SecrecyLift(models.Model):
    """That a line with this fingerprint is no mark of secrecy, as a reviewer of the unit has found with a reason."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发文单位")
    fingerprint = models.CharField("指纹", max_length=64)
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="解除人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "涉密误报解除"
        verbose_name_plural = "涉密误报解除"
        constraints = [models.UniqueConstraint(fields=["unit", "fingerprint"], name="secrecy_lifted_once")]

    def __str__(self) -> str:
        return f"{self.by} {self.reason}"


def lifted_for(unit: Unit | None, among: Collection[str] | None = None) -> frozenset[str]:
    """The fingerprints that pass for this unit; all of them, or those of ``among``."""
    lifts = SecrecyLift.objects.filter(unit=unit)
    if among is not None:
        lifts = lifts.filter(fingerprint__in=among)
    return frozenset(lifts.values_list("fingerprint", flat=True))


def place_of(field: str, digest: str) -> str:
    """Where a mark stood: 正文, 附件 1 的文件名, or 附件 1 的文件内容 when the digest of the file is known."""
    row = _ROW.match(field)
    if field != "file" and not (row and row["field"] == "file"):
        return field_label(field)
    what = f"{_ROWS[row['rows']][0]} {int(row['number']) + 1} " if row and row["rows"] in _ROWS else field_label(field)
    return f"{what}的{'文件内容' if digest else '文件名'}"


def field_label(name: str) -> str:
    """What the form calls the field of this name: 标题, or 附件 2 · 上传文件; no name is that of something no form has."""
    if not name:
        return "稿纸上没有的栏目"
    if name == "file":
        return "导入的 Word 文稿"
    if name in _ROWS:
        return _ROWS[name][0]
    row = _ROW.match(name)
    try:
        if row is None:
            return str(CircularPage._meta.get_field(name).verbose_name)
        heading, model = _ROWS[row["rows"]]
        return f"{heading} {int(row['number']) + 1} · {model._meta.get_field(row['field']).verbose_name}"
    except (LookupError, FieldDoesNotExist):
        return name
