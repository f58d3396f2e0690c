"""What is fixed with a circular at its registration: its text, the bodies that issue it, the units to which it goes."""

import hashlib
from collections.abc import Iterable

from django.conf import settings
from django.db import models

from accounts.units import Unit
from circulars.recipients import Addressed
from circulars.registration.record import Circular


class CircularText(models.Model):
    """The canonical text of a circular's snapshot, apart from the record so that lists stay narrow."""

    circular = models.OneToOneField(Circular, models.PROTECT, primary_key=True, related_name="text")
    content = models.TextField("内容")

    class Meta:
        verbose_name = "公文正文"
        verbose_name_plural = "公文正文"

    def __str__(self) -> str:
        return str(self.circular_id)


class IssuerLine(models.Model):
    """One body that issues a circular, under its name of that day; fixed at registration, the lead body at place 0 (GB/T 9704-2012, 7.3.5).

    ``approver`` is who signed it off for that body (签发人); unknown of some that were registered before this was kept.
    """

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="issuers", verbose_name="公文")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发文单位")
    name = models.CharField("单位名称", max_length=100)
    place = models.PositiveSmallIntegerField("次序")
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="签发人"
    )

    class Meta:
        verbose_name = "发文机关"
        verbose_name_plural = "发文机关"
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["circular", "unit"], name="issued_once")]

    def __str__(self) -> str:
        return self.name


class DistributionLine(models.Model):
    """One unit to which a circular goes (分送范围), fixed at registration: a later change of the register adds and drops nobody."""

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="distribution", verbose_name="公文")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="收文单位")
    role = models.CharField("送达方式", max_length=10, choices=Addressed.choices)
    # Where the unit's number of originals is not the circular's.
    originals = models.PositiveSmallIntegerField("正本份数", null=True)

    class Meta:
        verbose_name = "分送单位"
        verbose_name_plural = "分送范围"
        constraints = [
            models.UniqueConstraint(fields=["circular", "unit"], name="distributed_once"),
            models.CheckConstraint(condition=~models.Q(originals=0), name="distributed_with_an_original"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_role_display()}"


def listing_digest(codes: Iterable[str]) -> str:
    """SHA-256 of the units' codes, sorted, one a line: how the ledger names a list of recipients."""
    return hashlib.sha256("\n".join(sorted(codes)).encode()).hexdigest()
