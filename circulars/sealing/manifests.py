"""清单: the one canonical text of a sealed circular that its lead body signs (Articles 3 and 4; GB/T 33476 names what must be bound).

docs/evidence.md describes it for a stranger.
"""

from collections.abc import Iterable
from typing import Any

from circulars.registration import Circular, listing_digest

FORMAT = "gongwen-manifest/1"


def manifest_of(
    circular: Circular, *, pdf_digest: str, pdf_size: int, pages: int, seals: Iterable[dict[str, str]]
) -> dict[str, Any]:
    """Every fact of the circular as it goes out; ``seals``: field, unit and certificate (SHA-256 of its DER) of each."""
    snapshot = circular.snapshot
    lines = circular.distribution.select_related("unit").order_by("unit__code")
    recipients = [{"code": line.unit.code, "name": line.unit.name, "role": line.role} for line in lines]
    return {
        "format": FORMAT,
        "document": str(circular.uuid),
        "number": circular.number,
        "title": circular.title,
        "kind": circular.document_type,
        "urgency": circular.urgency,
        "issuers": issuers_of(snapshot),
        "signer": str(circular.approver),
        "issued_on": circular.written_date.isoformat(),
        "registered_at": circular.registered_at,
        "revision_digest": circular.digest,
        "pdf": {"sha256": pdf_digest, "size": pdf_size, "pages": pages},
        "seals": list(seals),
        "recipients": {
            "count": len(recipients),
            "sha256": listing_digest(line["code"] for line in recipients),
            "list": recipients,
        },
        "attachments": [
            {"name": row["name"], "sha256": row["digest"], "size": row["size"]}
            for row in snapshot["attachments"]
            if row["digest"]
        ],
    }


def issuers_of(snapshot: dict[str, Any]) -> list[dict[str, str]]:
    """The issuing bodies with their names of that day, the lead body first."""
    named = zip(snapshot["issuers"], snapshot["issuer_names"], strict=True)
    return [{"code": code, "name": name} for code, name in named]
