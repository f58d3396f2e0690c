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
from circulars.secrecygate import refuse_marked
from cms.attachments import clean_name
from cms.quotes import cited


def import_word(issuer: Unit, upload: File, *, key: UUID, by: Any, at: datetime) -> CircularPage:
    """The draft that the file holds, one for the same form and file.

    Raises ``docxin.NotImportable`` for a file that is no draft and ``MarkFound`` when what would be kept bears a mark of secrecy (Article 5),
    whatever the file itself shows: revisions are taken at their word here and numbers drawn. Nothing is kept then.
    """
    name = clean_name(upload.name or "")
    found = read(name, upload, upload.size)
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    elements = _elements(found)
    account = [f"导入自{cited(name)}。", f"没有带入：{'、'.join(found.losses)}。", *found.notes]
    attached = [text for row in found.attachments for text in (row.title, row.text)]
    refuse_marked([*elements.values(), *attached, *account], issuer, field="file", digest=digest)
    return begin(
        issuer,
        kind=Origin.Kind.IMPORTED,
        key=uuid5(key, f"{issuer.code} {digest}"),
        by=by,
        at=at,
        elements=elements,
        rows={
            "attachments": [
                DraftAttachment(title=row.title, text=row.text, sort_order=place)
                for place, row in enumerate(found.attachments)
            ]
        },
        account=account,
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
