"""导入 Word 文稿: a draft from a .docx, with an account of what did not come along."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.files.base import File

from accounts.units import Unit
from circulars.beginnings import begin
from circulars.docxin import Imported, read
from circulars.origins import Origin
from circulars.pages import CircularPage, DraftAttachment
from cms.attachments import clean_name


def import_word(issuer: Unit, upload: File, *, key: UUID, by: Any, at: datetime) -> CircularPage:
    """The draft that the file holds, one for the same form and file; raises ``docxin.NotImportable``, and nothing is kept then."""
    name = clean_name(upload.name or "")
    found = read(name, upload, upload.size)
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    return begin(
        issuer,
        kind=Origin.Kind.IMPORTED,
        key=uuid5(key, f"{issuer.code} {digest}"),
        by=by,
        at=at,
        elements=_elements(found),
        rows={
            "attachments": [
                DraftAttachment(title=row.title, text=row.text, sort_order=place)
                for place, row in enumerate(found.attachments)
            ]
        },
        account=[f"导入自“{name}”。", f"没有带入：{'、'.join(found.losses)}。", *found.notes],
    )


def _elements(found: Imported) -> dict[str, Any]:
    """What the file says, and nothing where it is silent, so that the usual stands."""
    told = {
        "title": found.title,
        "document_type": found.document_type,
        "direction": found.direction,
        "primary_text": found.primary_text,
        "body": found.body,
        "signatures": found.signatures,
        "annotation": found.annotation,
        "cc_text": found.cc_text,
    }
    return {name: value for name, value in told.items() if value}
