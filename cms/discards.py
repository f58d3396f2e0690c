"""Files that must be gone for good: the row goes in the act's transaction, the bytes after it, however often the machine stops between (Article 5)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from cms.attachments import Attachment, place_of


class Discard(models.Model):
    """That the bytes of this digest are to lie in the store no more; the row stays, so that they never come in again."""

    digest = models.CharField("SHA-256", max_length=64, unique=True)
    since = models.DateTimeField("决定时间")
    done_at = models.DateTimeField("清除时间", null=True)

    class Meta:
        verbose_name = "待清除文件"
        verbose_name_plural = "待清除文件"
        indexes = [models.Index(fields=["since"], name="discard_due", condition=models.Q(done_at=None))]

    def __str__(self) -> str:
        return self.digest[:12]


def has_holder(attachment: Attachment) -> bool:
    """Whether a row of any table still points to the file."""
    relations: list[Any] = [field for field in Attachment._meta.get_fields(include_hidden=True) if field.is_relation]
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: attachment.pk}).exists()
        for relation in relations
        if relation.auto_created and not relation.concrete
    )


def discard(attachments: Iterable[Attachment], *, at: datetime) -> list[str]:
    """The rows are gone and the bytes follow once the transaction holds; returns the digests."""
    digests = []
    for attachment in attachments:
        Discard.objects.get_or_create(digest=attachment.digest, defaults={"since": at})
        digests.append(attachment.digest)
        attachment.delete()
    transaction.on_commit(lambda: sweep_discards(timezone.now()), robust=True)
    return digests


def sweep_discards(at: datetime) -> None:
    """The bytes of every discarded file are off the disk; a run that was killed is finished by the next."""
    for row in Discard.objects.filter(done_at=None):
        place_of(row.digest).unlink(missing_ok=True)
        Discard.objects.filter(pk=row.pk).update(done_at=at)


def is_discarded(digest: str) -> bool:
    """Whether this very file was discarded before."""
    return Discard.objects.filter(digest=digest).exists()
