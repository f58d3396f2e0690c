"""Receipts and their signatures as rows that take INSERT only (Articles 10, 20 and 28).

A unit's receipts stand in one line, each naming the digest of the one before: none can be put in or taken out later. The text of a receipt can
be emptied after a secret slipped in (Article 5); its digest and its signature stay.
"""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.roles import Right, may
from accounts.seals import SealKey
from accounts.units import Unit
from circulars.secrecycases import shut_circulars
from circulars.verifier.shapes import RECEIPT, TEXT_OR_NONE, has_shape

FORMAT = "gongwen-receipt/1"
# Of a paper from before the seals there is no file and no manifest to name.
_SHAPE = RECEIPT | {"pdf_sha256": TEXT_OR_NONE, "manifest_sha256": TEXT_OR_NONE}


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def to_sign(self, person: Any) -> "ReceiptQuerySet":
        """What the person signed for and has not signed with a certificate yet (待补签); nothing that a secrecy case has shut."""
        waiting = self.filter(signed_by=person.pk, is_signed_at_once=False, signature=None)
        return waiting.exclude(content="").exclude(delivery__circular__in=shut_circulars())


class Receipt(models.Model):
    """That a unit signed for one round of a delivery: the canonical text, its digest and its place among the unit's receipts."""

    delivery = models.ForeignKey(
        "circulars.Delivery", models.PROTECT, related_name="receipts", db_index=False, verbose_name="收文"
    )
    round = models.PositiveSmallIntegerField("轮次")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, verbose_name="收文单位")
    place = models.PositiveIntegerField("本单位第几份")
    content = models.TextField("内容")
    digest = models.CharField("回执摘要", max_length=64, unique=True)
    previous = models.CharField("上一份回执摘要", max_length=64, blank=True)
    signed_at = models.DateTimeField("签收时间")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name="签收人"
    )
    is_signed_at_once = models.BooleanField("签收时已签名")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "签收回执"
        verbose_name_plural = "签收回执"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["delivery", "round"], name="one_receipt_of_a_round"),
            models.UniqueConstraint(fields=["unit", "place"], name="receipts_of_a_unit_in_line"),
            models.CheckConstraint(
                condition=Q(place=1, previous="") | Q(place__gt=1, previous__gt=""), name="receipt_names_the_one_before"
            ),
        ]
        indexes = [
            models.Index(fields=["signed_by"], name="receipt_to_sign", condition=Q(is_signed_at_once=False)),
        ]

    def __str__(self) -> str:
        return f"第 {self.place} 份回执 {self.digest[:12]}"

    @property
    def facts(self) -> dict[str, Any]:
        """What the receipt says; nothing after the paper was purged, or where the text is none of ours any more."""
        try:
            said = json.loads(self.content)
        except ValueError:
            return {}
        return said if has_shape(said, _SHAPE) else {}

    @property
    def has_signature(self) -> bool:
        return hasattr(self, "signature")

    def waits_for(self, person: Any) -> bool:
        """Whether this person, who signed for it and still receives for the unit, may sign it later (待补签)."""
        is_theirs = self.signed_by_id == person.pk and bool(self.content)
        return (
            is_theirs
            and not self.has_signature
            and not self.is_signed_at_once
            and may(person, Right.RECEIVE, self.unit_id)
        )


class ReceiptSignature(models.Model):
    """The signature on a receipt (CMS, DER, with a time-stamp), made in the act of signing for or later (补签)."""

    receipt = models.OneToOneField(Receipt, models.PROTECT, primary_key=True, related_name="signature")
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+", verbose_name="密钥")
    serial = models.CharField("证书序列号", max_length=40)
    der = models.BinaryField("签名")
    signed_at = models.DateTimeField("签名时间")

    class Meta:
        verbose_name = "回执签名"
        verbose_name_plural = "回执签名"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.serial}"
