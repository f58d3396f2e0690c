"""用印登记: every use of a key: who, why, on whose approval, over what, how many (Articles 10 and 28)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from accounts.seals import SealKey


class SealUseQuerySet(models.QuerySet["SealUse"]):
    def for_person(self, person: Any) -> "SealUseQuerySet":
        """Whoever sees a key sees what it was used for."""
        return self.filter(key__in=SealKey.objects.for_person(person))


class SealUse(models.Model):
    """One use of one key; takes INSERT only. It names what was signed by number and digest, never by its title."""

    key = models.ForeignKey(SealKey, models.PROTECT, related_name="uses", verbose_name="密钥")
    used_at = models.DateTimeField("用印时间")
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="用印人")
    purpose = models.CharField("用途", max_length=100)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="批准人"
    )
    digest = models.CharField("文件摘要", max_length=64)
    count = models.PositiveSmallIntegerField("份数", default=1)

    objects = SealUseQuerySet.as_manager()

    class Meta:
        verbose_name = "用印登记"
        verbose_name_plural = "用印登记"
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(count__gte=1), name="seal_used_at_least_once")]
        indexes = [models.Index(fields=["key", "-used_at"], name="seal_use_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.purpose}"


def log_use(
    key: SealKey, *, purpose: str, digest: str, approved_by: Any = None, count: int = 1, by: Any, at: datetime
) -> SealUse:
    """The use is in the register; call it inside the transaction of the act that the key signed for."""
    return SealUse.objects.create(
        key=key,
        used_at=at,
        used_by=by,
        purpose=purpose,
        approved_by=approved_by,
        digest=digest,
        count=count,
    )
