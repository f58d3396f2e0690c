"""How far a circular has been taken into the index: the paper itself, and each of its attachments that is a file."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from circulars.registration import Circular

# Raised when texts must be taken in anew: another fold, another reader of files.
EDITION = 1
# After so many tries to read a file, none of which lived to say what became of it, it counts as unread.
TRIES = 2


class IndexedPartQuerySet(models.QuerySet["IndexedPart"]):
    def done(self) -> "IndexedPartQuerySet":
        """Those that this edition of the index has taken in, or could not read."""
        return self.filter(edition=EDITION, done_at__isnull=False)


class IndexedPart(models.Model):
    """One text of a circular in the index: the paper is 0, its nth attachment n. ``unread`` says what of it is not there and why."""

    circular = models.ForeignKey(Circular, models.CASCADE, related_name="indexed_parts", verbose_name="公文")
    file = models.PositiveSmallIntegerField("附件序号")
    edition = models.PositiveSmallIntegerField("索引版本", default=EDITION)
    tries = models.PositiveSmallIntegerField("读取次数", default=0)
    unread = models.CharField("没有读全的原因", max_length=200, blank=True)
    done_at = models.DateTimeField("收入时间", null=True)

    objects = IndexedPartQuerySet.as_manager()

    class Meta:
        verbose_name = "检索收录"
        verbose_name_plural = "检索收录"
        constraints = [models.UniqueConstraint(fields=["circular", "file"], name="part_indexed_once")]

    def __str__(self) -> str:
        return f"{self.circular_id} {self.file}"


def not_indexed() -> Any:
    """Circulars of which this edition of the index has not taken in the text, or a file that is known to be theirs."""
    done = IndexedPart.objects.done()
    of_it = IndexedPart.objects.filter(circular=OuterRef("pk"))
    missing = ~Exists(done.filter(circular=OuterRef("pk"), file=0)) | Exists(of_it.exclude(pk__in=done.values("pk")))
    return Circular.objects.unblocked().filter(missing, text__isnull=False)
