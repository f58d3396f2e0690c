"""Giving a package away: only one that passes all four properties, and with the ledger knowing of it (Articles 5 and 27)."""

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from circulars.archive.holdings import Holding
from circulars.archive.packagechecks import Checked, checked
from circulars.archive.packaging import Made, PackageBroken
from circulars.deeds import Deed
from circulars.evidence.handing import put_in_place, refuse_taken
from circulars.pages import CircularPage
from circulars.secrecycases import refuse_blocked
from cms import ledger
from cms.accesslog import Look, note
from cms.diskwords import disk_words
from cms.lifecycles import OutOfOrder


def hand_out(holding: Holding, *, by: Any, at: datetime) -> BinaryIO:
    """A checked package, open at its beginning and gone when it is closed; that the person took it is on record.

    Raises ``OutOfOrder``, ``PackageBroken`` among it, and what the authority raises.
    """
    taken: Any = tempfile.NamedTemporaryFile(prefix="archive-", suffix=".zip")  # noqa: SIM115  the answer closes it
    try:
        with checked(holding, at=at) as found:
            made = _whole(found)
            shutil.copyfileobj(found.file, taken)
        _enter(holding, made, by=by, at=at)
    except BaseException:
        taken.close()
        raise
    taken.seek(0)
    return taken


def write_to(holding: Holding, path: Path, *, by: Any = None, at: datetime) -> Made:
    """The file holds the checked package, whole or not at all, and its making is on record.

    Raises as ``hand_out`` does, and ``FileThere`` for a name that is taken.
    """
    refuse_taken(path)
    with checked(holding, at=at) as found:
        made = _whole(found)
        try:
            _copy(found.file, path)
        except OSError as problem:
            raise OutOfOrder(
                f"归档包没有写成：{disk_words(problem)}。请换一个地方，或者联系网信办检查磁盘。"
            ) from problem
    try:
        _enter(holding, made, by=by, at=at)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return made


def _whole(found: Checked) -> Made:
    if found.made is None or not found.passed:
        raise PackageBroken(f"四性检测没有通过，没有制作归档包。{found.first_fault.rstrip('。')}。")
    return found.made


def _copy(file: BinaryIO, path: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".archive-", delete=False) as making:
        made = Path(making.name)
        try:
            shutil.copyfileobj(file, making)
            making.flush()
            os.fsync(making.fileno())
            put_in_place(made, path)
        except BaseException:
            made.unlink(missing_ok=True)
            raise


def _enter(holding: Holding, made: Made, *, by: Any, at: datetime) -> None:
    """What was given away, by the digest of its list; nothing of a paper that was blocked meanwhile."""
    circular = holding.circular
    with transaction.atomic():
        refuse_blocked(CircularPage.objects.select_for_update().get(pk=circular.page_id))
        ledger.enter(
            Deed.PACKAGE_MADE,
            subject=ledger.subject_of(holding),
            by=by,
            at=at,
            circular=holding.document,
            unit=holding.unit_id,
            facts=holding.facts() | {"package": made.manifest, "files": made.files},
        )
        note(Look.EXPORTED, at=at, person=by, subject=f"归档包 {holding.code}", circular=circular.uuid)
