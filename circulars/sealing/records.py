"""What was sealed, by whom and when: rows that take INSERT only and name every file by its digest (Articles 3, 4 and 10).

A rendition is the paper as it was set in type for its seals; each seal is the file as it was after it; the manifest closes it. The text of
a manifest can be emptied after a secret slipped in (Article 5); its digest and its signature stay.
"""

import json
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.seals import SealKey
from accounts.units import Unit
from circulars.registration import Circular
from circulars.verifier.shapes import MANIFEST, has_shape


class Rendition(models.Model):
    """A circular as it was set in type for its seals. ``places``: one dict per seal with field, issuer, kind, page, x, y, diameter (mm)."""

    circular = models.OneToOneField(Circular, models.PROTECT, primary_key=True, related_name="rendition")
    digest = models.CharField("排版文件摘要", max_length=64)
    pages = models.PositiveSmallIntegerField("页数")
    places = models.JSONField("用印位置")
    set_at = models.DateTimeField("排版时间")

    class Meta:
        verbose_name = "版式文件"
        verbose_name_plural = "版式文件"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.circular_id} {self.digest[:12]}"


class Seal(models.Model):
    """One seal on one circular; ``digest`` names the file as it was with this seal and all before it."""

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="seals", verbose_name="公文")
    field = models.CharField("签名域", max_length=20)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="用印单位")
    unit_name = models.CharField("用印单位名称", max_length=100)
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+", verbose_name="密钥")
    serial = models.CharField("证书序列号", max_length=40)
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="用印人")
    sealed_at = models.DateTimeField("用印时间")
    digest = models.CharField("文件摘要", max_length=64, db_index=True)

    class Meta:
        verbose_name = "公文用印"
        verbose_name_plural = "公文用印"
        default_permissions = ()
        ordering = ["sealed_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["circular", "field"], name="one_seal_in_a_field")]

    def __str__(self) -> str:
        return f"{self.unit_name} {self.field}"


class Manifest(models.Model):
    """The one text that binds file, elements, recipients and attachments of a circular, signed by the lead body's key (CMS, DER)."""

    circular = models.OneToOneField(Circular, models.PROTECT, primary_key=True, related_name="manifest")
    content = models.TextField("内容")
    digest = models.CharField("清单摘要", max_length=64)
    signature = models.BinaryField("签名")
    pdf_digest = models.CharField("版式文件摘要", max_length=64, db_index=True)
    pdf_size = models.PositiveIntegerField("字节数")
    pages = models.PositiveSmallIntegerField("页数")
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+", verbose_name="密钥")
    serial = models.CharField("证书序列号", max_length=40)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="用印人")
    signed_at = models.DateTimeField("用印时间")

    class Meta:
        verbose_name = "公文清单"
        verbose_name_plural = "公文清单"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.circular_id} {self.digest[:12]}"

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest says; nothing after the paper was purged, or where the text is none of ours any more."""
        try:
            said = json.loads(self.content)
        except ValueError:
            return {}
        return said if has_shape(said, MANIFEST) else {}


def listed(seals: Iterable[Seal]) -> list[dict[str, str]]:
    """Seals as the manifest names them: field, unit and certificate (SHA-256 of its DER), in the order of the fields."""
    return [
        {
            "field": row.field,
            "unit": row.unit.code,
            "certificate": row.key.certificate.fingerprint(SHA256()).hex(),
        }
        for row in sorted(seals, key=lambda row: row.field)
    ]


def sealed_files(circular: Circular) -> set[str]:
    """The digests of every file that was ever sealed for the circular."""
    closed = Manifest.objects.filter(circular=circular.pk).values_list("pdf_digest", flat=True)
    return {*Seal.objects.filter(circular=circular.pk).values_list("digest", flat=True), *closed}


# A circular whose text was purged holds none of its files any more.
KEPT = Q(circular__text__isnull=False)
