"""移交清单: which filed papers a unit hands over to its archive office, package by package, and the receipt for them (Article 27; archives act art. 15)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Right, units_where
from accounts.seals import SealKey
from accounts.units import Unit
from circulars.archive.holdings import Holding
from circulars.registration import Circular


class TransferQuerySet(models.QuerySet["Transfer"]):
    def made_by_units_of(self, user: Any) -> "TransferQuerySet":
        """What the units hand over for which the person files."""
        return self.filter(unit__in=units_where(user, Right.KEEP_ARCHIVE))

    def coming_to_units_of(self, user: Any) -> "TransferQuerySet":
        """What the archive offices get for which the person files."""
        return self.filter(to__in=units_where(user, Right.KEEP_ARCHIVE)).exclude(state="called_off")

    def for_person(self, user: Any) -> "TransferQuerySet":
        """Both sides."""
        units = units_where(user, Right.KEEP_ARCHIVE)
        return self.filter(Q(unit__in=units) | Q(to__in=units) & ~Q(state="called_off"))


class Transfer(models.Model):
    """One list with its number in the unit's year, and what the archive office signed."""

    class State(models.TextChoices):
        DRAWN = "drawn", "待接收"
        RECEIVED = "received", "已接收"
        CALLED_OFF = "called_off", "已撤回"

    # What was taken over stays there.
    MOVES = {State.DRAWN: {State.RECEIVED, State.CALLED_OFF}}

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="transfers", verbose_name="移交单位")
    to = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="接收档案馆")
    year = models.PositiveSmallIntegerField("年份")
    sequence = models.PositiveIntegerField("序号")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAWN)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="编制人")
    drawn_at = models.DateTimeField("编制时间")
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="接收人"
    )
    received_at = models.DateTimeField("接收时间", null=True)
    receipt = models.TextField("接收回执", blank=True, db_default="")
    signature = models.BinaryField("签名", null=True)
    key = models.ForeignKey(SealKey, models.PROTECT, null=True, related_name="+", verbose_name="密钥")

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "移交清单"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "sequence"], name="one_transfer_of_a_number"),
            models.CheckConstraint(condition=~Q(to=F("unit")), name="transfer_to_another"),
            models.CheckConstraint(
                condition=Q(
                    state="received",
                    received_by__isnull=False,
                    received_at__isnull=False,
                    receipt__gt="",
                    key__isnull=False,
                )
                | (~Q(state="received") & Q(received_by=None, received_at=None, receipt="", key=None)),
                name="transfer_received_is_signed",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-drawn_at"], name="transfer_of_a_unit"),
            models.Index(fields=["to", "-drawn_at"], name="transfer_to_an_archive"),
        ]

    def __str__(self) -> str:
        return f"移交清单〔{self.year}〕{self.sequence}号"


class TransferLine(models.Model):
    """One paper of a list with its package, by the SHA-256 of the file and of the manifest in it; takes INSERT only."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="lines", verbose_name="移交清单")
    holding = models.ForeignKey(Holding, models.PROTECT, related_name="transfer_lines", verbose_name="存档公文")
    package = models.CharField("归档包摘要", max_length=64, db_index=True)
    manifest = models.CharField("包内清单摘要", max_length=64)
    size = models.BigIntegerField("字节数")
    files = models.PositiveIntegerField("文件数")

    class Meta:
        verbose_name = verbose_name_plural = "移交清单所列公文"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["transfer", "holding"], name="handed_over_once_in_a_list")]

    def __str__(self) -> str:
        return f"{self.transfer} {self.holding}"


def packages_of(circular: Circular) -> set[str]:
    """The digests of the packages of the circular that were handed over."""
    return set(TransferLine.objects.filter(holding__circular=circular.pk).values_list("package", flat=True))
