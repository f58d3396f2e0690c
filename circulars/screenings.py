"""What was found when a file was searched for marks of secrecy: once for the same bytes, and again when the search has improved (Article 5).

Only the kind of a mark and its fingerprint are kept, never a word of the file; a file that was refused leaves no more than this.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from circulars.elements.problem import FileVerdict
from cms.attachments import Attachment
from cms.filetext import text_of
from cms.secrecymarks import marks_in
from cms.secrecypatterns import Kind

# Raised when files must be searched anew: another reader of files, other patterns.
SCANNER = 2


class Screening(models.Model):
    """That the bytes of this digest were searched by this version of the search."""

    digest = models.CharField("SHA-256", max_length=64)
    scanner = models.PositiveSmallIntegerField("检查版本")
    unread = models.CharField("没有读全的原因", max_length=100, blank=True)

    class Meta:
        verbose_name = "附件检查"
        verbose_name_plural = "附件检查"
        constraints = [models.UniqueConstraint(fields=["digest", "scanner"], name="screened_once")]

    def __str__(self) -> str:
        return self.digest[:12]


class ScreenedMark(models.Model):
    """One mark of secrecy found in a file."""

    screening = models.ForeignKey(Screening, models.CASCADE, related_name="marks", verbose_name="附件检查")
    kind = models.CharField("标志", max_length=20, choices=[(kind.name, kind.value) for kind in Kind])
    fingerprint = models.CharField("指纹", max_length=64)

    class Meta:
        verbose_name = "附件中的密级标志"
        verbose_name_plural = "附件中的密级标志"

    def __str__(self) -> str:
        return self.get_kind_display()


def screen(stored: Any) -> Screening:
    """The verdict on these bytes, searched now unless they were before."""
    stored.seek(0)
    digest = hashlib.file_digest(stored, "sha256").hexdigest()
    known = Screening.objects.filter(digest=digest, scanner=SCANNER).first()
    if known is not None:
        return known
    read = text_of(stored)
    stored.seek(0)
    with transaction.atomic():
        screening, made = Screening.objects.get_or_create(
            digest=digest, scanner=SCANNER, defaults={"unread": read.unread[:100]}
        )
        if made:
            ScreenedMark.objects.bulk_create(
                ScreenedMark(screening=screening, kind=mark.kind.name, fingerprint=mark.fingerprint)
                for mark in dict.fromkeys(mark for text in (read.text, *read.beside) for mark in marks_in(text))
            )
    return screening


def verdicts_on(digests: Iterable[str]) -> dict[str, FileVerdict]:
    """The verdict on each of these files in the store, by digest; one that was never searched is searched now."""
    wanted = set(digests)
    known = {
        screening.digest: screening
        for screening in Screening.objects.filter(digest__in=wanted, scanner=SCANNER).prefetch_related("marks")
    }
    for attachment in Attachment.objects.filter(digest__in=wanted - known.keys()):
        try:
            with attachment.path.open("rb") as stored:
                known[attachment.digest] = screen(stored)
        except FileNotFoundError:
            continue
    return {
        digest: FileVerdict(frozenset(mark.fingerprint for mark in screening.marks.all()), screening.unread)
        for digest, screening in known.items()
    }
