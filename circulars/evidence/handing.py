"""Giving a bundle away: only one that the stranger's program takes, and with the ledger knowing of it (Articles 5, 10 and 28)."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from accounts.holders import people_with
from accounts.roles import Right, may
from circulars.deeds import Deed
from circulars.evidence.bundle import EvidenceBroken, Exported, attachments_size, export
from circulars.pages import CircularPage, about_paper
from circulars.registration import Circular, CircularText
from circulars.sealing.records import Manifest
from circulars.secrecycases import refuse_blocked
from circulars.verifier.bundle import Unreadable
from circulars.verifier.checking import first_fault
from cms import ledger
from cms.accesslog import Look, note
from cms.diskwords import disk_words
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import tell
from cms.revocations import trust

# So many bytes of attachments are put together while somebody waits before the screen; what is larger the network office makes by command.
SMALL = 20 << 20


class FileThere(OutOfOrder):
    """There is a file of that name already; nothing was written."""


class DiskRefused(OutOfOrder):
    """A disk took or gave no more; its ``__cause__`` is what the system said. Nothing was handed out and no part of a file is left."""


def refuse_unfit(circular: Circular) -> Manifest:
    """The manifest that evidence is made from; raises ``OutOfOrder`` with a sentence where the circular has none to give."""
    refuse_blocked(circular.page)
    if not CircularText.objects.filter(circular=circular.pk).exists() and Entry.objects.filter(
        circular=circular.uuid, deed=Deed.TEXT_DESTROYED
    ):
        raise OutOfOrder(f"{circular.number} 保管期满已按规定销毁，只留存根。")
    manifest = Manifest.objects.filter(circular=circular.pk).first()
    if manifest is not None and manifest.content:
        return manifest
    if manifest is not None:
        raise OutOfOrder(f"{circular.number} 已作涉密清除，没有可供举证的内容。")
    if circular.predates_seals:
        raise OutOfOrder(
            f"{circular.number} 是启用电子印章以前的公文，没有电子签名，不能制作证据包；请用纸质原件举证。"
        )
    raise OutOfOrder(f"{circular.number} 还没有用印，用印以后才能制作证据包。")


def is_small(manifest: Manifest) -> bool:
    """Whether a person need not wait long for the bundle."""
    return attachments_size(manifest) <= SMALL


def hand_out(circular: Circular, *, by: Any, at: datetime) -> BinaryIO:
    """A checked bundle, open at its beginning and gone when it is closed; that the person took it is on record.

    Raises ``OutOfOrder``, ``EvidenceBroken`` and ``DiskRefused`` among it, and what the authority raises.
    """
    refuse_unfit(circular)
    with _disk():
        return _made(circular, by, at)


def _made(circular: Circular, by: Any, at: datetime) -> BinaryIO:
    made: Any = tempfile.NamedTemporaryFile(prefix="evidence-", suffix=".zip")  # noqa: SIM115  the answer closes it
    try:
        exported = _checked(circular, made, Path(made.name), at)
        _enter(circular, exported, by=by, at=at)
    except BaseException:
        made.close()
        raise
    made.seek(0)
    return made


def write_to(circular: Circular, path: Path, *, by: Any = None, at: datetime) -> Exported:
    """The file holds the checked bundle, whole or not at all, and its making is on record.

    Raises as ``hand_out`` does, and ``FileThere`` for a name that is taken.
    """
    refuse_unfit(circular)
    with _disk():
        return _written(circular, path, by, at)


def _written(circular: Circular, path: Path, by: Any, at: datetime) -> Exported:
    refuse_taken(path)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".evidence-", delete=False) as making:
        made = Path(making.name)
        try:
            exported = _checked(circular, making, made, at)  # type: ignore[arg-type]
            os.fsync(making.fileno())
            put_in_place(made, path)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
    try:
        _enter(circular, exported, by=by, at=at)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return exported


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise DiskRefused(f"证据包没有写成：{disk_words(problem)}。请联系网信办检查磁盘。") from problem


def _checked(circular: Circular, to: BinaryIO, path: Path, at: datetime) -> Exported:
    """The bundle is written and stands before a stranger's eyes."""
    exported = export(circular, to, at=at)
    to.flush()
    try:
        fault = first_fault(path, trust().roots[0])
    except Unreadable as problem:
        raise EvidenceBroken(f"不能制作证据包：{problem}") from problem
    if fault is not None:
        raise EvidenceBroken(f"不能制作证据包：核验没有通过（{str(fault).rstrip('。')}）。请联系网信办核查。")
    return exported


def _enter(circular: Circular, exported: Exported, *, by: Any, at: datetime) -> None:
    """What was given away, by the digest of its index; nothing of a paper that was blocked meanwhile."""
    with transaction.atomic():
        refuse_blocked(CircularPage.objects.select_for_update().get(pk=circular.page_id))
        ledger.enter(
            Deed.EVIDENCE_EXPORTED,
            subject=ledger.subject_of(circular),
            by=by,
            at=at,
            circular=circular.uuid,
            unit=circular.issuer_id,
            facts={"number": circular.number, "index": exported.index, "files": exported.files},
        )
        if by is None or not may(by, Right.TRACK, circular.issuer_id):
            _tell(circular, by, at)
        note(Look.EXPORTED, at=at, person=by, subject=f"证据包 {circular.number}", circular=circular.uuid)


def _tell(circular: Circular, by: Any, at: datetime) -> None:
    """Who sends for the issuing unit knows that somebody else took the text away with everything on record about it."""
    who = by or "网信办"
    tell(
        people_with(Right.SEND, circular.issuer_id),
        key=f"evidence:{circular.pk}:{at:%Y%m%d%H%M%S}",
        text=f"{who}导出了 {circular.number} 的证据包。",
        link=f"/evidence/{circular.uuid}/",
        about=about_paper(circular.page_id),
        at=at,
    )


def refuse_taken(path: Path) -> None:
    """Raises ``FileThere`` for a name that is taken."""
    if path.is_dir():
        raise FileThere(f"{path} 是目录，请写明文件名，如 {path / '证据包.zip'}。")
    if path.exists() or path.is_symlink():
        raise FileThere(f"文件 {path} 已存在，没有覆盖。请换一个文件名。")


def put_in_place(made: Path, path: Path) -> None:
    """The file that was made has its name, and nobody else's file was overwritten; raises ``FileThere``."""
    made.chmod(0o600)
    try:
        path.hardlink_to(made)
    except FileExistsError:
        refuse_taken(path)
    except OSError:  # a disk without hard links
        refuse_taken(path)
        made.rename(path)
        return
    made.unlink()
