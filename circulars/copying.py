"""复制为新稿: an earlier draft or circular as the beginning of another one (Article 3)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from accounts.units import Unit
from circulars.beginnings import begin
from circulars.numbering import Series
from circulars.origins import Origin
from circulars.pages import CircularPage, CoIssuer, DraftAttachment
from circulars.titles import quoted

# What a paper says and how it looks; what belongs to its one occasion (dates, number, opinions, ties, reasons) is not among them.
ELEMENTS = (
    "title",
    "document_type",
    "direction",
    "urgency",
    "issuer_mark",
    "signers",
    "primary_text",
    "primary_groups",
    "cc_text",
    "body",
    "signatures",
    "annotation",
    "printing_office",
    "openness",
    "retention",
    "redistribution",
    "is_important",
    "is_sealed",
)
UNITS = ("primary_units", "excluded_units", "cc_units", "countersign_units")
LEFT = "没有复制：文号、成文日期、印发日期、审签记录、来文关联、答复期限、同意依据和特殊情况说明。"


def copy_draft(page: CircularPage, *, key: UUID, by: Any, at: datetime) -> CircularPage:
    """A new draft of the same unit that says the same, owned by who copied it; its files are the same files."""
    source = page.get_latest_revision_as_object()
    number = f"（{page.circular.number}）" if hasattr(page, "circular") else ""
    return begin(
        page.issuer,
        kind=Origin.Kind.COPIED,
        key=uuid5(key, f"copy {page.pk}"),
        by=by,
        at=at,
        elements=elements_of(source, page.issuer),
        rows=rows_of(source),
        source=page,
        asks_alike=True,
        account=[f"复制自{quoted(source.title)}{number}。", LEFT],
    )


def elements_of(source: CircularPage, issuer: Unit) -> dict[str, Any]:
    """What the source says, for another draft of the issuer."""
    return {
        **{name: getattr(source, name) for name in ELEMENTS},
        "series": Series.objects.of(issuer).filter(pk=source.series_id).first(),
    }


def rows_of(source: CircularPage) -> dict[str, Iterable[Any]]:
    """The source's units, further issuers and attachments, for another draft."""
    return {
        **{name: getattr(source, name).all() for name in UNITS},
        "co_issuers": [CoIssuer(unit=row.unit, sort_order=row.sort_order) for row in source.co_issuers.all()],
        "attachments": [
            DraftAttachment(
                title=row.title, file=row.file, file_name=row.file_name, text=row.text, sort_order=row.sort_order
            )
            for row in source.attachments.all()
        ],
    }
