"""Checkpoints: what the ledger was at a moment, signed, time-stamped, and written outside the database as well (Article 28).

Who can rewrite every table still cannot make the database agree with a checkpoint that somebody else keeps: a file on another disk, a
printed head in a safe.
"""

import base64
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from cms.ledger import canonical, instant
from cms.ledgertree import Tree, size_now
from cms.merkle import is_consistent
from cms.revocations import the_authority
from cms.signing.authority import AuthorityMissing
from cms.signing.detached import sign_detached

FORMAT = "gongwen-checkpoint/1"
EVERY = timedelta(minutes=10)
# So many of the newest are looked for among the files at every round; ``verify`` looks for all.
LOOKED_FOR = 300


class LedgerRewritten(Exception):
    """What the ledger was when it was last signed is not the beginning of what it is now."""


class Checkpoint(models.Model):
    """The root of the ledger's first ``size`` leaves, signed by the ledger's own key; takes INSERT only."""

    size = models.BigIntegerField("条数", primary_key=True)
    root = models.CharField("根摘要", max_length=64)
    made_at = models.DateTimeField("时间")
    signature = models.BinaryField("签名")

    class Meta:
        verbose_name = "台账检查点"
        verbose_name_plural = "台账检查点"
        indexes = [models.Index(fields=["-made_at"], name="checkpoint_made")]

    def __str__(self) -> str:
        return f"{self.size} 条 {timezone.localtime(self.made_at):%Y-%m-%d %H:%M}"

    @property
    def text(self) -> bytes:
        """The bytes that are signed."""
        return text_of(self.size, self.root, instant(self.made_at))

    @property
    def path(self) -> Path:
        """Where its file lies: a folder for each day."""
        day = timezone.localtime(self.made_at).date()
        return Path(settings.CHECKPOINT_FOLDER) / str(day) / f"{self.size:012d}.json"


@dataclass(frozen=True)
class Written:
    """A checkpoint as a file outside the database tells it."""

    path: Path
    size: int
    root: str
    made_at: str
    signature: bytes

    @property
    def text(self) -> bytes:
        return text_of(self.size, self.root, self.made_at)


def text_of(size: int, root: str, made_at: str) -> bytes:
    """The one text of a checkpoint."""
    return canonical({"format": FORMAT, "size": size, "root": root, "made_at": made_at}).encode()


def sweep_checkpoints(at: datetime) -> None:
    """The ledger is signed when it has grown and the last signature is ten minutes old, and every checkpoint has its file.

    An installation without an authority signs nothing yet. Raises ``LedgerRewritten`` instead of signing another history.
    """
    last = Checkpoint.objects.order_by("-size").first()
    size = size_now()
    if size and (last is None or (size > last.size and at - last.made_at >= EVERY)):
        try:
            make_checkpoint(size, last, at)
        except AuthorityMissing:
            return
    for checkpoint in Checkpoint.objects.order_by("-size")[:LOOKED_FOR]:
        write_out(checkpoint)


def covering(last_leaf: int, at: datetime) -> Checkpoint:
    """A checkpoint over at least the leaves up to this one: the newest if it reaches so far, else one that is signed now.

    Raises ``LedgerRewritten`` when what was signed last, here or outside, is not the beginning of what the ledger is now, ``LeavesMissing``,
    and what the authority raises.
    """
    last = Checkpoint.objects.order_by("-size").first()
    size = size_now()
    _refuse_other_history(size)
    if last is not None and last.size > last_leaf:
        return last
    try:
        with transaction.atomic():
            made = make_checkpoint(size, last, at)
    except IntegrityError:  # another has just signed as many
        return Checkpoint.objects.get(size=size)
    transaction.on_commit(lambda: write_out(made), robust=True)
    return made


def _refuse_other_history(size: int) -> None:
    """Who took the checkpoints out of the database as well is told by what lies outside."""
    outside = newest_written()
    if outside is not None and (outside.size > size or Tree(outside.size).root.hex() != outside.root):
        raise LedgerRewritten(
            "台账与数据库外保存的检查点不一致，此前的记录被改写或截去，没有签署新的检查点，请执行 manage.py verify 核查。"
        )


def newest_written() -> Written | None:
    """The checkpoint outside the database that covers most; None where no file of the last day can be read."""
    days = [day for day in Path(settings.CHECKPOINT_FOLDER).glob("*-*-*") if day.is_dir()]
    told = [_read(path) for path in max(days).glob("*.json")] if days else []
    return max((one for one in told if isinstance(one, Written)), key=lambda one: one.size, default=None)


def make_checkpoint(size: int, last: Checkpoint | None, at: datetime) -> Checkpoint:
    """The first ``size`` leaves are signed.

    Raises ``LedgerRewritten`` when what ``last`` signed, or what lies outside the database, is not their beginning.
    """
    _refuse_other_history(size)
    tree = Tree(size)
    root = tree.root
    if last is not None and not is_consistent(
        last.size, size, tree.consistency(last.size), bytes.fromhex(last.root), root
    ):
        raise LedgerRewritten(
            f"台账前 {last.size} 条与检查点不一致，没有签署新的检查点，请执行 manage.py verify 核查。"
        )
    authority = the_authority()
    signature = sign_detached(
        text_of(size, root.hex(), instant(at)), authority.checkpoints, at, stamping=authority.stamping
    )
    return Checkpoint.objects.create(size=size, root=root.hex(), made_at=at, signature=signature)


def write_out(checkpoint: Checkpoint) -> None:
    """The checkpoint lies outside the database, whole or not at all; one that lies there is not touched."""
    path = checkpoint.path
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = canonical(
        {
            "checkpoint": json.loads(checkpoint.text),
            "signature": base64.b64encode(bytes(checkpoint.signature)).decode(),
        }
    )
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".", delete=False, encoding="utf-8") as making:
        making.write(content + "\n")
        making.flush()
        os.fsync(making.fileno())
    Path(making.name).replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def written() -> Iterator[Written | Path]:
    """Every checkpoint outside the database, the oldest first; a file that is none is given by its path alone."""
    for path in sorted(Path(settings.CHECKPOINT_FOLDER).glob("*/*.json"), key=lambda path: path.name):
        yield _read(path)


def _read(path: Path) -> Written | Path:
    try:
        kept: Any = json.loads(path.read_text("utf-8"))
        said = kept["checkpoint"]
        return Written(path, int(said["size"]), said["root"], said["made_at"], base64.b64decode(kept["signature"]))
    except (OSError, ValueError, KeyError, TypeError):
        return path
