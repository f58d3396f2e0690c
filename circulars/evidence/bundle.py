"""Writing the bundle of one circular from the records (Articles 3, 10 and 28; docs/evidence.md names every file).

The same records and the same moment give the same bytes, but for the signature of the index and what its length moves: a signature of the
ledger's key is another one each time. Attachments go through in pieces, however large they are.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings

from circulars.evidence.authorities import certificates_for, lists_at
from circulars.evidence.ledger import entered_since, ledger_of
from circulars.evidence.readme import readme_of
from circulars.evidence.receipts import receipts_of
from circulars.evidence.telling import told_of
from circulars.registration import Circular
from circulars.sealing.checks import faults_about
from circulars.sealing.records import Manifest
from circulars.verifier.bundle import INDEX, INDEX_SIGNATURE, index_of, member_of, write
from circulars.verifier.kinds import EVIDENCE, Kind
from circulars.verifier.ledger import CHECKPOINT_SIGNATURE, ENTRIES
from cms.attachments import ALLOWED, clean_name, place_of
from cms.checkpoints import LedgerRewritten
from cms.diskwords import disk_words
from cms.ledgertree import LeavesMissing
from cms.lifecycles import OutOfOrder
from cms.quotes import cited
from cms.revocations import the_authority
from cms.signing.detached import sign_detached


class EvidenceBroken(OutOfOrder):
    """What should be given away as evidence is not what was sealed or recorded; the sentence names the first thing."""


@dataclass(frozen=True)
class Exported:
    """What was written: the SHA-256 of its index, which names every file, and how many files that are."""

    index: str
    files: int


def export(circular: Circular, to: BinaryIO, *, at: datetime) -> Exported:
    """The circular's bundle is in ``to``, which must be seekable. ``refuse_unfit`` says beforehand whether there can be one.

    Raises ``EvidenceBroken`` where a record or a stored file is not what it was, what the authority raises, and ``OSError`` where ``to`` takes
    no more; then ``to`` holds nothing of use.
    """
    manifest = Manifest.objects.get(circular=circular.pk)
    for fault in faults_about(circular):
        raise EvidenceBroken(_sentence(str(fault)))
    try:
        contents = {"README.txt": readme_of(circular, at)} | parts_of(circular, manifest, at)
        index = index_of(member_of(name, content) for name, content in contents.items())
        signature = sign_detached(index, the_authority().checkpoints, at, stamping=the_authority().stamping)
        write(to, contents | {INDEX: index, INDEX_SIGNATURE: signature})
    except (LedgerRewritten, LeavesMissing) as broken:
        raise EvidenceBroken(_sentence(str(broken))) from None
    except OSError as problem:
        if not _is_stored(problem.filename):
            raise
        name = Path(problem.filename).name[:12]
        raise EvidenceBroken(_sentence(f"存储里的文件 {name} 读不出（{disk_words(problem)}）")) from problem
    return Exported(sha256(index).hexdigest(), len(contents))


def attachments_size(manifest: Manifest) -> int:
    """How many bytes the attachments of the circular have."""
    return sum(file["size"] for file in manifest.facts.get("attachments", ()))


def parts_of(
    circular: Circular, manifest: Manifest, at: datetime, *, kind: Kind = EVIDENCE, unit: int | None = None
) -> dict[str, bytes | Path]:
    """The sealed paper and everything on record about it by the names that files have in an archive of this kind.

    For a ``unit`` that got the circular: only what is its own, and that the circular was sealed and sent. Raises as ``export`` does.
    """
    contents: dict[str, bytes | Path] = {
        kind.pdf: place_of(manifest.pdf_digest),
        kind.manifest: manifest.content.encode(),
        kind.manifest_signature: bytes(manifest.signature),
    }
    contents |= attachments_of(manifest.facts["attachments"], kind.attachments)
    return contents | records_of(circular, [bytes(manifest.signature)], at, unit=unit)


def attachments_of(files: list[dict[str, Any]], folder: str) -> dict[str, Path]:
    """The files in this folder, numbered in their order; raises ``EvidenceBroken`` for one that is not in the store."""
    named = ((f"{number:02d}-attachment{_ending(file['name'])}", file) for number, file in enumerate(files, 1))
    return {f"{folder}/{name}": _whole(place_of(file["sha256"]), file["name"]) for name, file in named}


def records_of(
    circular: Circular, signatures: list[bytes], at: datetime, *, unit: int | None = None
) -> dict[str, bytes | Path]:
    """What is on record about the circular, with the certificates by which these signatures and its own are judged."""
    contents: dict[str, bytes | Path] = {}
    parts: dict[str, bytes] = told_of(circular, unit) | ledger_of(circular, at, unit) | lists_at(at)
    signatures = [*signatures, parts[CHECKPOINT_SIGNATURE]]
    receipts = list(receipts_of(circular, unit))
    since = entered_since(circular, parts[ENTRIES])
    for name, text, signature in receipts:
        if sha256(text).hexdigest() in since:
            continue
        parts[f"receipts/{name}.json"] = text
        if signature is not None:
            parts[f"receipts/{name}.p7s"] = signature
            signatures.append(signature)
    return contents | parts | certificates_for(circular.pk, signatures)


def _is_stored(name: Any) -> bool:
    return isinstance(name, str) and Path(name).is_relative_to(settings.ATTACHMENTS_ROOT)


def _whole(path: Path, name: str) -> Path:
    if not path.is_file():
        raise EvidenceBroken(_sentence(f"附件{cited(name)}在存储里找不到"))
    return path


def _ending(name: str) -> str:
    """``.csv``; nothing for an ending that we never took in."""
    ending = PurePosixPath(clean_name(name)).suffix.lower()
    return ending if ending.removeprefix(".") in ALLOWED else ""


def _sentence(flaw: str) -> str:
    return f"不能制作证据包：{flaw.rstrip('。')}。请联系网信办核查。"
