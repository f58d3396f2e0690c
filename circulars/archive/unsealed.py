"""启用电子印章以前的公文: what a package holds of a circular that was never sealed here, and says that it holds no more (Article 27).

Nobody signed it: it has no manifest and no sealed file. Its registered text, its attachments, the records about it and the ledger are there,
and the list of the files is signed as that of any package.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from circulars.evidence import EvidenceBroken
from circulars.evidence.bundle import attachments_of, records_of
from circulars.registration import Circular, CircularText
from circulars.sealing.manifests import issuers_of
from circulars.sealing.records import Manifest
from circulars.sealing.rowchecks import without_seal
from circulars.verifier.bundle import canonical_json
from circulars.verifier.kinds import PACKAGE
from circulars.verifier.package import TEXT
from circulars.verifier.reading import UNSEALED
from cms.ledger import instant

NOTE = (
    "本件是启用电子印章以前的公文：没有电子签名，没有盖章的版式文件，content 里没有 circular.pdf 和 manifest.*，\n"
    "代之以 unsealed.json（登记的文号、标题、发文机关、附件摘要）；第三节的最后一步不适用。印章请看纸质原件。\n\n"
)


def is_unsealed(circular: Circular) -> bool:
    """Whether it is on record that it went its way before there were seals, or was sealed on paper."""
    return circular.predates_seals and not Manifest.objects.filter(circular=circular.pk).exists()


def files_of(circular: Circular) -> list[dict[str, Any]]:
    """Its attached files as a manifest would name them."""
    rows = (row for row in circular.snapshot["attachments"] if row["digest"])
    return [{"name": row["name"], "sha256": row["digest"], "size": row["size"]} for row in rows]


def parts_of_unsealed(circular: Circular, at: datetime, *, unit: int | None) -> dict[str, bytes | Path]:
    """The parts of its package. Raises ``EvidenceBroken`` for one that only says it predates the seals, and for a text that is gone."""
    for fault in without_seal([circular]):
        raise EvidenceBroken(f"{str(fault).rstrip('。')}。")
    text = CircularText.objects.filter(circular=circular.pk).first()
    if text is None:
        raise EvidenceBroken(f"{circular.number} 的内容已经不在。")
    files = files_of(circular)
    said = {
        "format": "gongwen-unsealed/1",
        "document": str(circular.uuid),
        "number": circular.number,
        "title": circular.title,
        "issuers": issuers_of(circular.snapshot),
        "issued_on": circular.written_date.isoformat(),
        "registered_at": instant(circular.registered_at),
        "revision_digest": circular.digest,
        "attachments": files,
    }
    parts: dict[str, bytes | Path] = {UNSEALED: canonical_json(said), TEXT: text.content.encode()}
    return parts | attachments_of(files, PACKAGE.attachments) | records_of(circular, [], at, unit=unit)
