"""Files that must be gone for good: the row goes in the act's transaction, the bytes after it, however often the machine stops between (Article 5)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from cms.attachments import Attachment, place_of


class Discard(models.Model):
    """That the bytes of this digest are to lie in the store no more; where they are barred the row stays, so that they never come in again."""

    digest = models.CharField("SHA-256", max_length=64, unique=True)
    is_barred = models.BooleanField("不得再上传", default=True)
    since = models.DateTimeField("决定时间")
    done_at = models.DateTimeField("清除时间", null=True)

    class Meta:
        verbose_name = "待清除文件"
        verbose_name_plural = "待清除文件"
        indexes = [models.Index(fields=["since"], name="discard_due", condition=models.Q(done_at=None))]

    def __str__(self) -> str:
        return self.digest[:12]


def discard(digests: Iterable[str], *, at: datetime) -> None:
    """Files of these digests have no row any more and never come in again; the bytes follow once the transaction holds."""
    digests = sorted(set(digests))
    for digest in digests:
        Discard.objects.update_or_create(
            digest=digest, defaults={"is_barred": True}, create_defaults={"digest": digest, "since": at}
        )
    Attachment.objects.filter(digest__in=digests).delete()
    transaction.on_commit(lambda: sweep_discards(timezone.now()), robust=True)


def sweep_discards(at: datetime) -> None:
    """The bytes of every discarded file are off the disk; a run that was killed is finished by the next."""
    for key in Discard.objects.filter(done_at=None).values_list("pk", flat=True):
        with transaction.atomic():
            row = Discard.objects.select_for_update().filter(pk=key, done_at=None).first()
            if row is None:
                continue
            if row.is_barred or not Attachment.objects.filter(digest=row.digest).exists():
                place_of(row.digest).unlink(missing_ok=True)
            if row.is_barred:
                Discard.objects.filter(pk=row.pk).update(done_at=at)
            else:
                row.delete()


def call_off(digest: str) -> None:
    """A file that is not barred and comes in again stays; call it inside the transaction that brings it in."""
    Discard.objects.filter(digest=digest, is_barred=False).delete()


def is_discarded(digest: str) -> bool:
    """Whether this very file was discarded before and is barred."""
    return Discard.objects.filter(digest=digest, is_barred=True).exists()
