"""A sheet that waits between the look and the yes: its bytes by digest, bound to who handed it in, for what, and what was shown of it.

The bytes lie where uploads lie and are gone a day later; the token travels in the form. What is saved is what was shown: the same file, by
its digest, with the same fate for every line, by the digest of these.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.files.base import File

from cms.attachments import Attachment, clean_name, keep
from cms.canonical import canonical
from cms.sheetrows import Fate

LARGEST = 5 * 1024**2  # bytes
_SALT = "sheet-held"
_TERM = 24 * 60 * 60  # seconds; as long as the bytes are kept at least


class SheetGone(Exception):
    """What was looked at is not there any more, or was another's; the sentence says to begin again."""

    def __init__(self) -> None:
        super().__init__("核对过的文件已不在系统里（只保留一天），请重新上传。")


@dataclass(frozen=True)
class HeldSheet:
    """The file that was handed in, and what was shown of it when it was looked at (empty before that)."""

    name: str
    digest: str
    content: bytes
    shown: str = ""


def hold(upload: File) -> HeldSheet:
    """The file is kept for a day at least; raises ``ValidationError`` for one that is no .xlsx by its bytes."""
    attachment = keep(upload.name or "名册.xlsx", upload)
    upload.seek(0)
    return HeldSheet(clean_name(upload.name or "名册.xlsx"), attachment.digest, upload.read())


def token_of(held: HeldSheet, fates: Iterable[Fate], *, purpose: str, by: Any) -> str:
    """What the form carries so that this very file, with these very fates, is saved when this person says yes."""
    return signing.dumps([held.digest, held.name, digest_of(fates), by.pk], salt=f"{_SALT}:{purpose}")


def held_by(token: str, *, purpose: str, by: Any) -> HeldSheet:
    """The file of a token that this person was given for this purpose; raises ``SheetGone``."""
    try:
        digest, name, shown, person = signing.loads(token, salt=f"{_SALT}:{purpose}", max_age=_TERM)
    except signing.BadSignature:
        raise SheetGone from None
    attachment = Attachment.objects.filter(digest=digest).first()
    if person != by.pk or attachment is None or not attachment.is_intact():
        raise SheetGone
    return HeldSheet(name, digest, attachment.path.read_bytes(), shown)


def digest_of(fates: Iterable[Fate]) -> str:
    """SHA-256 over what is said of every line."""
    said = [[each.line, each.about, each.outcome, list(each.changes), list(map(str, each.faults))] for each in fates]
    return hashlib.sha256(canonical(said).encode()).hexdigest()
