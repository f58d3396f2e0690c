"""归档包: one filed paper with everything on record about it, as one archive that a stranger can check without us (Article 27; DA/T 48).

The sealed paper, receipts, ledger and certificates are those of the bundle of evidence; metadata and process are added as XML, and the list of
files is signed by the ledger's key. The same records and the same moment give the same bytes, but for that signature.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from circulars.archive.answersheld import answered_files
from circulars.archive.codes import folder_of
from circulars.archive.holdings import Holding
from circulars.archive.metadata import metadata_of
from circulars.archive.trails import trail_of
from circulars.archive.unsealed import NOTE, files_of, is_unsealed, parts_of_unsealed
from circulars.evidence import EvidenceBroken, refuse_unfit
from circulars.evidence.bundle import attachments_of, parts_of
from circulars.registration import CircularText
from circulars.sealing.checks import faults_about
from circulars.sealing.records import Manifest
from circulars.secrecycases import refuse_blocked
from circulars.verifier.bundle import member_of, write
from circulars.verifier.kinds import PACKAGE
from circulars.verifier.ledger import ENTRIES, TIMELINE
from circulars.verifier.listing import list_of
from circulars.verifier.package import METADATA, PROCESS, TEXT, process_of
from circulars.verifier.trail import ANSWERS
from cms.checkpoints import LedgerRewritten
from cms.diskwords import disk_words
from cms.ledgertree import LeavesMissing
from cms.lifecycles import OutOfOrder
from cms.limits import when
from cms.revocations import the_authority
from cms.signing.detached import sign_detached

_README = (Path(__file__).parent / "readme.txt").read_text("utf-8")


class PackageBroken(OutOfOrder):
    """The package cannot be made; the sentence names the first thing that is wrong."""


@dataclass(frozen=True)
class Made:
    """What was written: the package's identifier, the SHA-256 of its list of files, and how many files that are."""

    identifier: str
    manifest: str
    files: int


def make(holding: Holding, to: BinaryIO, *, at: datetime) -> Made:
    """The package of a filed paper is in ``to``, which must be seekable.

    Of a circular from before the seals it says what is not there. Raises ``OutOfOrder`` for what is not filed, blocked or destroyed, ``PackageBroken`` where a record or a stored file is
    not what it was, what the authority raises, and ``OSError`` where ``to`` takes no more; then ``to`` holds nothing of use.
    """
    if not holding.code or holding.state not in (Holding.State.FILED, Holding.State.TRANSFERRED):
        raise OutOfOrder(f"{holding.circular.number} 没有归档，不能制作归档包。")
    manifest = None
    if is_unsealed(holding.circular):
        refuse_blocked(holding.circular.page)
    else:
        manifest = refuse_unfit(holding.circular)
    with _in_words():
        for fault in faults_about(holding.circular):
            raise EvidenceBroken(f"{str(fault).rstrip('。')}。")
        return _written(holding, manifest, to, at)


def _written(holding: Holding, manifest: Manifest | None, to: BinaryIO, at: datetime) -> Made:
    identifier, circular = folder_of(str(holding.code)), holding.circular
    unit = holding.delivery.unit_id if holding.delivery else None  # who signed for it, whoever keeps it now
    if manifest:
        contents = parts_of(circular, manifest, at, kind=PACKAGE, unit=unit)
        files, said = manifest.facts["attachments"], ""
    else:
        contents = parts_of_unsealed(circular, at, unit=unit)
        files, said = files_of(circular), NOTE
    contents["README.txt"] = f"{holding.code}　{circular.number}\n制包时间：{when(at)}\n\n{said}{_README}".encode()
    contents[METADATA] = metadata_of(holding, manifest, files, identifier)
    contents |= attachments_of(answered_files(holding.delivery), ANSWERS)
    trail = trail_of(holding.delivery, _facts(contents, ENTRIES)["entries"]) if holding.delivery else ()
    contents[PROCESS] = process_of(_facts(contents, TIMELINE), trail)
    if unit is None:
        contents[TEXT] = CircularText.objects.get(circular=circular.pk).content.encode()
    listed = list_of(identifier, (member_of(name, content) for name, content in contents.items()))
    authority = the_authority()
    signature = sign_detached(listed, authority.checkpoints, at, stamping=authority.stamping)
    write(to, contents | {PACKAGE.index: listed, PACKAGE.signature: signature}, folder=f"{identifier}/")
    return Made(identifier, sha256(listed).hexdigest(), len(contents))


def _facts(contents: dict[str, bytes | Path], name: str) -> Any:
    text = contents[name]
    assert isinstance(text, bytes)
    return json.loads(text)


@contextmanager
def _in_words() -> Iterator[None]:
    """What evidence cannot be made of, no package can: said of the package."""
    try:
        yield
    except EvidenceBroken as broken:
        said = str(broken).removeprefix("不能制作证据包：")
        raise PackageBroken(f"不能制作归档包：{said}") from broken
    except (LedgerRewritten, LeavesMissing) as broken:
        raise PackageBroken(f"不能制作归档包：{str(broken).rstrip('。')}。请联系网信办核查。") from None
    except FileNotFoundError as problem:
        name = Path(str(problem.filename)).name[:12]
        raise PackageBroken(f"不能制作归档包：存储里的文件 {name} 读不出（{disk_words(problem)}）。") from problem
