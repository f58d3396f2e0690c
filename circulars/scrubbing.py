"""夜间核查: every night each stored file is read again, and whoever keeps the machine knows of each that is lost or changed (Articles 3 and 28).

A disk forgets silently; a file is found out while there is still a copy to put back. The minute sweep does a little of it between two and
six, and goes on the next night where it stopped, so that it is held up by no archive, however large.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from accounts.holders import holders
from accounts.roles import Right
from circulars.deeds import Deed
from circulars.pages import about_paper
from circulars.registration import Circular
from circulars.sealing.records import KEPT, Manifest, Seal
from cms import ledger
from cms.attachments import Attachment
from cms.messages import tell

FIRST_HOUR, LAST_HOUR = 2, 6  # local time; nobody waits for the disk then
# So many seconds of each minute; a file that is begun is read to its end, in pieces.
BUDGET = 10.0
AT_ONCE = 500


class Scrub(models.Model):
    """One reading of all files; it may take several nights. ``reached`` is the key of the file that was read last."""

    night = models.DateField("起始日期", unique=True)
    reached = models.BigIntegerField("已核查到", default=0)
    files = models.PositiveIntegerField("文件数", default=0)
    size = models.BigIntegerField("字节数", default=0)
    damaged = models.PositiveIntegerField("异常数", default=0)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "夜间核查"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.night} 夜间核查"


class DamagedFile(models.Model):
    """That a file was found lost or changed, and when it was found whole again, or thrown away by right."""

    class Flaw(models.TextChoices):
        LOST = "lost", "缺失"
        CHANGED = "changed", "内容被改动"

    digest = models.CharField("SHA-256", max_length=64)
    flaw = models.CharField("问题", max_length=10, choices=Flaw.choices)
    found_at = models.DateTimeField("发现时间")
    mended_at = models.DateTimeField("复原时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "异常文件"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=models.Q(mended_at=None), name="damage_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.get_flaw_display()}"


def sweep_scrub(at: datetime, *, budget: float = BUDGET, clock: Callable[[], float] = time.monotonic) -> None:
    """Some more files have been read, if it is night; each that is lost or changed is in the ledger, and the network office knows, once.

    Two sweeps at once: the one that finds the other further on leaves the work to it.
    """
    if not FIRST_HOUR <= timezone.localtime(at).hour < LAST_HOUR:
        return
    scrub = _tonight(at)
    if scrub is None:
        return
    until = clock() + budget
    open_ones = set(DamagedFile.objects.filter(mended_at=None).values_list("digest", flat=True))
    while files := list(Attachment.objects.filter(pk__gt=scrub.reached).order_by("pk")[:AT_ONCE]):
        for file in files:
            is_damaged = _is_damaged(file, open_ones, at)
            if not _got_on(scrub, file, is_damaged) or clock() >= until:
                return
    missing = _unlisted()
    for digest in missing:
        _tell(digest, DamagedFile.Flaw.LOST, None, at)
    _close_thrown_away(missing, at)
    Scrub.objects.filter(pk=scrub.pk, finished_at=None).update(
        finished_at=at, damaged=models.F("damaged") + len(missing)
    )


def last_scrub() -> Scrub | None:
    """The newest reading that came to its end."""
    return Scrub.objects.exclude(finished_at=None).order_by("-night").first()


def _tonight(at: datetime) -> Scrub | None:
    """The reading to go on with; None when this night's is done."""
    unfinished = Scrub.objects.filter(finished_at=None).order_by("night").first()
    if unfinished is not None:
        return unfinished
    night = timezone.localdate(at)
    scrub, is_new = Scrub.objects.get_or_create(night=night, defaults={"started_at": at})
    return scrub if is_new else None


def _is_damaged(file: Attachment, open_ones: set[str], at: datetime) -> bool:
    if file.is_intact():
        if file.digest in open_ones:
            DamagedFile.objects.filter(digest=file.digest, mended_at=None).update(mended_at=at)
        return False
    if not Attachment.objects.filter(pk=file.pk).exists():  # thrown away by right, meanwhile
        return False
    flaw = DamagedFile.Flaw.CHANGED if file.path.exists() else DamagedFile.Flaw.LOST
    _tell(file.digest, flaw, file, at)
    return True


def _got_on(scrub: Scrub, file: Attachment, is_damaged: bool) -> bool:
    """The reading has got past this file; False where somebody else has been there."""
    moved = Scrub.objects.filter(pk=scrub.pk, reached=scrub.reached).update(
        reached=file.pk,
        files=models.F("files") + 1,
        size=models.F("size") + file.size,
        damaged=models.F("damaged") + int(is_damaged),
    )
    scrub.reached = file.pk
    return bool(moved)


def _unlisted() -> list[str]:
    """Sealed files of which not even the row is there any more."""
    rows = Attachment.objects.values("digest")
    sealed = Manifest.objects.filter(KEPT).exclude(pdf_digest__in=rows).values_list("pdf_digest", flat=True)
    steps = Seal.objects.filter(KEPT).exclude(digest__in=rows).values_list("digest", flat=True)
    return sorted({*sealed, *steps})


def _close_thrown_away(missing: list[str], at: datetime) -> None:
    """A damaged file that was thrown away by right since is nobody's trouble any more."""
    damaged = DamagedFile.objects.filter(mended_at=None).exclude(digest__in=missing)
    damaged.exclude(digest__in=Attachment.objects.values("digest")).update(mended_at=at)


def _tell(digest: str, flaw: str, file: Attachment | None, at: datetime) -> None:
    """It is in the ledger, and the network office knows; nothing where it is known already."""
    circular, what = _whose(digest)
    with transaction.atomic():
        _, is_new = DamagedFile.objects.get_or_create(
            digest=digest, mended_at=None, defaults={"flaw": flaw, "found_at": at}
        )
        if not is_new:
            return
        named: dict[str, Any] = {"digest": digest, "flaw": flaw} | ({"number": circular.number} if circular else {})
        subject: models.Model | None = file or circular
        ledger.enter(
            Deed.FILE_DAMAGED,
            subject=ledger.subject_of(subject) if subject else f"cms.attachment:{digest[:12]}",
            at=at,
            circular=_uuid(circular),
            unit=circular.issuer_id if circular else None,
            facts=named,
        )
        tell(
            set(holders(Right.OPERATE).values_list("user_id", flat=True)),
            key=f"file-damaged:{digest}:{at:%Y%m%d}",
            text=f"夜间核查：{what}{DamagedFile.Flaw(flaw).label}（SHA-256 {digest[:12]}…）。请从备份中复原，并执行 manage.py verify 核查。",
            about=about_paper(circular.page_id) if circular else "",
            at=at,
        )


def _whose(digest: str) -> tuple[Circular | None, str]:
    """The circular of the file, and what the file is in it."""
    sealed = Circular.objects.filter(models.Q(manifest__pdf_digest=digest) | models.Q(seals__digest=digest)).first()
    if sealed is not None:
        return sealed, f"{sealed.number} 的盖章文件"
    holder = Circular.objects.filter(text__content__contains=digest).order_by("pk").first()
    return (holder, f"{holder.number} 的附件") if holder else (None, "文稿附件")


def _uuid(circular: Circular | None) -> UUID | None:
    return circular.uuid if circular else None
