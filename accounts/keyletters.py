"""单位介绍信: on what letter a damaged key was accepted for a new one, and its scan (Article 14)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models

from accounts.roles import Right, may
from accounts.seals import SealKey
from cms.attachmentfield import AttachmentKey
from cms.attachments import Attachment

LONGEST = 100


class KeyLetter(models.Model):
    """The letter that a unit brought for a damaged key; takes INSERT only. A scan that comes later is a row of its own."""

    key = models.ForeignKey(SealKey, models.PROTECT, related_name="letters", verbose_name="损坏的密钥")
    number = models.CharField("介绍信文号或日期", max_length=LONGEST)
    scan = AttachmentKey("介绍信扫描件")
    file_name = models.CharField("文件名", max_length=120, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "单位介绍信"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(number=""), name="key_letter_has_number")]

    def __str__(self) -> str:
        return f"介绍信 {self.number}"


def enter_letter(
    key: SealKey, number: str, *, scan: Attachment | None = None, file_name: str = "", by: Any, at: datetime
) -> KeyLetter:
    """The letter is on record with the key; call it inside the act that it is for."""
    return KeyLetter.objects.create(
        key=key, number=number[:LONGEST], scan=scan, file_name=file_name[:120], entered_by=by, entered_at=at
    )


def add_scan(key: SealKey, scan: Attachment | None, file_name: str, *, by: Any, at: datetime) -> KeyLetter:
    """The scan of the letter on which this key was accepted as damaged is on record."""
    if not may(by, Right.MANAGE_KEYS):
        raise PermissionDenied("介绍信由市网信办登记。")
    letter = KeyLetter.objects.filter(key=key).first()
    if letter is None:
        raise ValidationError("这把密钥没有登记过介绍信。")
    if scan is None:
        raise ValidationError({"scan": "请选择介绍信的扫描件。"})
    if KeyLetter.objects.filter(key=key, scan=scan).exists():
        raise ValidationError({"scan": "这份扫描件已经登记过。"})
    return enter_letter(key, letter.number, scan=scan, file_name=file_name, by=by, at=at)
