"""A file: bytes by digest, private, write-once, of an allowed type; served only through a check (Articles 3 and 5)."""

import hashlib
import os
import tempfile
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from cms.filekinds import MEGABYTE, Bounds, Refused
from cms.filekinds.judging import judge, refuse_locked
from cms.quotes import cited
from cms.ranges import Cut, stretch_of
from cms.viruses import look_for_viruses

CHUNK = 1024 * 1024
# So long an upload waits for a row that holds it.
AWAITED = timedelta(days=1)
# How a file is called while it comes in.
INCOMING = "incoming-"

# Extension → (media type as served, the bytes such a file begins with; none where text has no mark).
ALLOWED: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "ofd": ("application/ofd", (b"PK\x03\x04",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", (b"PK\x03\x04",)),
    "doc": ("application/msword", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    "xls": ("application/vnd.ms-excel", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    "wps": ("application/vnd.ms-works", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04")),
    "et": ("application/vnd.ms-excel", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04")),
    "txt": ("text/plain; charset=utf-8", ()),
    "csv": ("text/csv; charset=utf-8", ()),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "tif": ("image/tiff", (b"II*\x00", b"MM\x00*")),
    "tiff": ("image/tiff", (b"II*\x00", b"MM\x00*")),
}


def tomorrow() -> datetime:
    return timezone.now() + AWAITED


class Attachment(models.Model):
    """The bytes of one file as they came in; the same bytes are kept once, whatever they are called."""

    digest = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    size = models.BigIntegerField("字节数", editable=False)
    media_type = models.CharField("类型", max_length=120, editable=False)
    stored_at = models.DateTimeField("存入时间", auto_now_add=True)
    # When it is looked whether anybody holds the file (``cms.unheld``).
    recheck_at = models.DateTimeField("下次核查时间", default=tomorrow, editable=False, db_index=True)

    class Meta:
        verbose_name = "附件文件"
        verbose_name_plural = "附件文件"

    def __str__(self) -> str:
        return f"{self.digest[:12]} ({self.size} 字节)"

    @property
    def path(self) -> Path:
        return place_of(self.digest)

    def await_holder(self) -> bool:
        """Whether the file is still there; if so it waits at least most of a day more for a row that holds it."""
        if self.recheck_at > timezone.now() + AWAITED * 0.9:
            return True
        self.recheck_at = tomorrow()
        return bool(Attachment.objects.filter(pk=self.pk).update(recheck_at=self.recheck_at))

    def is_intact(self) -> bool:
        """Whether the stored bytes still have the digest they came in with."""
        try:
            with self.path.open("rb") as stored:
                return hashlib.file_digest(stored, "sha256").hexdigest() == self.digest
        except OSError:
            return False


def clean_name(name: str) -> str:
    """The file name as shown and offered for saving: last part only, no control or direction marks, at most 120 characters."""
    name = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    name = name.strip(" .") or "附件"
    stem, dot, extension = name.rpartition(".")
    return f"{stem[: 119 - len(extension)]}.{extension}" if dot else name[:120]


def check(name: str, upload: File) -> str:
    """The media type under which the file may be kept; the whole of it was looked at, and nothing of it was run or fetched.

    Raises ``ValidationError`` with a sentence for the drafter when the type is not on the list, the file is empty or larger than
    ``settings.ATTACHMENT_LIMIT`` bytes, what is in it is of another kind than the name says or may not be sent (``cms.filekinds``), or the
    scanner for viruses found one or could not be asked.
    """
    extension = clean_name(name).rpartition(".")[2].lower()
    if extension not in ALLOWED or "." not in name:
        kinds = "、".join(sorted(ALLOWED))
        raise ValidationError(f"{cited(clean_name(name))}的类型不能作附件。可以使用：{kinds}。", code="attachment-type")
    limit = settings.ATTACHMENT_LIMIT
    if upload.size > limit:
        raise ValidationError(
            f"{cited(clean_name(name))}有 {upload.size / 1024**2:.1f} MB，附件不能超过 {limit // 1024**2} MB，请压缩或分开上传。",
            code="attachment-size",
        )
    if not upload.size:
        raise ValidationError(f"{cited(clean_name(name))}是空文件，请重新选择。", code="attachment-empty")
    media_type, marks = ALLOWED[extension]
    try:
        _look_at_beginning(upload, extension, marks)
        judge(upload, extension, bounds())
        look_for_viruses(upload)
    except Refused as why:
        raise ValidationError(f"{cited(clean_name(name))}{why}", code=why.code) from None
    finally:
        upload.seek(0)
    return media_type


def _look_at_beginning(upload: Any, extension: str, marks: tuple[bytes, ...]) -> None:
    upload.seek(0)
    head = upload.read(4096)
    genuine = any(head.startswith(mark) for mark in marks) if marks else b"\x00" not in head
    if not genuine:
        refuse_locked(upload)
        raise Refused(f"的内容不是 .{extension} 文件，请用原程序另存后再上传。")


def bounds() -> Bounds:
    """How much a file may hold in this installation."""
    return Bounds(
        parts=settings.ATTACHMENT_PARTS,
        unpacked=settings.ATTACHMENT_UNPACKED_MB * MEGABYTE,
        part=settings.ATTACHMENT_PART_MB * MEGABYTE,
        ratio=settings.ATTACHMENT_RATIO,
        pixels=settings.ATTACHMENT_MEGAPIXELS * 1_000_000,
        allows_macros=settings.ATTACHMENT_MACROS,
    )


def keep(name: str, upload: File) -> Attachment:
    """The bytes lie in the private store under their digest, complete or not at all, and have a row, for a day at least.

    Raises ``ValidationError`` as ``check`` does. Bytes that are there already are the same bytes.
    """
    return _stored(upload, media_type=check(name, upload))


def keep_own(made: BinaryIO, *, media_type: str) -> Attachment:
    """The bytes of a file that this system wrote itself lie in the private store as those of an upload do, for a day at least."""
    return _stored(made, media_type=media_type)


def _stored(source: Any, *, media_type: str) -> Attachment:
    root = Path(settings.ATTACHMENTS_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    sha256, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=root, prefix=INCOMING, delete=False) as incoming:
        try:
            source.seek(0)
            while chunk := source.read(CHUNK):
                sha256.update(chunk)
                size += len(chunk)
                incoming.write(chunk)
            incoming.flush()
            os.fsync(incoming.fileno())
            Path(incoming.name).chmod(0o440)
            return _enter(Path(incoming.name), sha256.hexdigest(), size=size, media_type=media_type)
        except BaseException:
            Path(incoming.name).unlink(missing_ok=True)
            raise


@transaction.atomic
def _enter(incoming: Path, digest: str, **facts: Any) -> Attachment:
    """First the row, which whoever throws the file away must lock, then the bytes."""
    from cms.discards import call_off

    Attachment.objects.filter(digest=digest).update(recheck_at=tomorrow())
    attachment, _ = Attachment.objects.get_or_create(digest=digest, defaults=facts)
    call_off(digest)
    place = place_of(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    incoming.rename(place)
    return attachment


def serve(attachment: Attachment, name: str, *, part: str = "") -> HttpResponseBase:
    """The bytes as a download that no browser or proxy keeps; raises ``FileChanged`` when they are not what came in.

    Call it only after the queryset that knows the person has found the row. ``part`` is what ``cms.ranges.asked_for`` says of the request: one
    part is handed out as such, after the digest of the whole was compared. With ``settings.X_ACCEL`` the proxy before the site hands
    them out: it is told their place, which no address of its own leads to.
    """
    if not attachment.is_intact():
        raise FileChanged("附件内容与登记的摘要不一致，已停止提供，请联系网信办。")
    response = _handed_on(attachment, name) if settings.X_ACCEL else _read_out(attachment, name, part)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response


def _read_out(attachment: Attachment, name: str, part: str) -> HttpResponseBase:
    stored = attachment.path.open("rb")
    stretch = stretch_of(part, attachment.size)
    if stretch and not stretch.is_there:
        stored.close()
        return HttpResponse(status=416, headers={"Content-Range": str(stretch), "Accept-Ranges": "bytes"})
    response = FileResponse(
        Cut(stored, stretch) if stretch else stored,
        status=206 if stretch else 200,
        as_attachment=True,
        filename=clean_name(name),
        content_type=attachment.media_type,
    )
    response["Accept-Ranges"] = "bytes"
    if stretch:
        response["Content-Range"], response["Content-Length"] = str(stretch), str(stretch.length)
    return response


def _handed_on(attachment: Attachment, name: str) -> HttpResponseBase:
    said = content_disposition_header(as_attachment=True, filename=clean_name(name))
    return HttpResponse(
        content_type=attachment.media_type,
        headers={
            "X-Accel-Redirect": f"/kept/{attachment.path.relative_to(settings.ATTACHMENTS_ROOT)}",
            "Content-Disposition": said,
        },
    )


class FileChanged(Exception):
    """The stored bytes are gone or differ from their digest."""


def place_of(digest: str) -> Path:
    """Where the bytes of this digest lie."""
    return Path(settings.ATTACHMENTS_ROOT) / digest[:2] / digest
