"""Who looked, downloaded, was refused, signed in. Purgeable after its term; never the ledger (Articles 18 and 28)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models

from cms.clientaddress import address_now


class Look(models.TextChoices):
    OPENED = "opened", "查看"
    DOWNLOADED = "downloaded", "下载"
    PRINTED = "printed", "打印"
    EXPORTED = "exported", "导出"
    CHECKED = "checked", "核验印件"
    REFUSED = "refused", "被拒绝"
    OUTSIDE = "outside", "网段外来访"
    SIGNED_IN = "signed_in", "登录"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败"
    LOCKED_OUT = "locked_out", "登录被锁定"
    SIGNED_OUT = "signed_out", "退出"


class Access(models.Model):
    """One look at something, or one try that was refused."""

    at = models.DateTimeField("时间", db_index=True)
    look = models.CharField("动作", max_length=20, choices=Look.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="人员"
    )
    subject = models.CharField("对象", max_length=200, blank=True)
    circular = models.UUIDField("公文标识", null=True)
    address = models.CharField("来源地址", max_length=45, blank=True)

    class Meta:
        verbose_name = "访问记录"
        verbose_name_plural = "访问记录"
        indexes = [
            models.Index(fields=["person", "at"], name="access_person"),
            models.Index(fields=["circular", "at"], name="access_circular"),
        ]

    def __str__(self) -> str:
        return f"{self.get_look_display()} {self.subject}"


def note(look: Look, *, at: datetime, person: Any = None, subject: str = "", circular: UUID | None = None) -> None:
    """The access log has one more line; an anonymous visitor is written as nobody."""
    Access.objects.create(
        at=at,
        look=look,
        person=person if person is not None and person.is_authenticated else None,
        subject=subject.replace("\0", "�")[:200],
        circular=circular,
        address=address_now(),
    )
