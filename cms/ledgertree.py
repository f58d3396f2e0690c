"""The ledger's entries in their tree: leaves numbered in batches, and the proofs that an entry is among them (Articles 3 and 28).

``number_leaves`` is the sealer of the ledger: it runs behind the acts, so no act waits for another to take its place in the tree.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import IntegrityError, models, transaction

from cms.ledger import Entry, Leaf
from cms.merkle import consistency_proof, inclusion_proof, leaf_hash, range_root, root_of
from cms.sweep import Heartbeat

# Roots of full subtrees are kept at every eighth height, so a proof reads a few rows of 256 hashes however large the archive is.
STEP = 8
SPAN = 1 << STEP

BATCH = 5_000
# An entry whose act was committed late may stand below entries that have their leaves already: so far back the minute sweep looks.
LOOKED_BACK = 20_000


class Tile(models.Model):
    """The root of a full subtree of 256, 65,536 … leaves; insert-only, and always to be had anew from the leaves."""

    height = models.PositiveSmallIntegerField("高度")
    number = models.BigIntegerField("序号")
    hash = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "台账子树"
        verbose_name_plural = "台账子树"
        constraints = [models.UniqueConstraint(fields=["height", "number"], name="tile_once")]

    def __str__(self) -> str:
        return f"{self.height}/{self.number}"


def leaf_of(entry: Entry) -> bytes:
    """The hash that an entry has as a leaf: what the tree binds is the entry's own hash."""
    return leaf_hash(bytes.fromhex(entry.hash))


def size_now() -> int:
    """How many leaves the tree has."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def number_leaves(at: datetime) -> None:
    """Every entry that the sweep can see has its leaf.

    Two sealers at once: the database lets one of them number a leaf, and the other leaves the work to it.
    """
    floor = Leaf.objects.filter(index=max(0, size_now() - LOOKED_BACK)).values_list("entry_id", flat=True).first() or 0
    _number_above(floor)


def number_stragglers(at: datetime) -> None:
    """Once a day the whole ledger is searched for an entry without a leaf."""
    if Heartbeat.objects.filter(name="stragglers", at__gt=at - timedelta(days=1)).exists():
        return
    _number_above(0)
    Heartbeat.objects.update_or_create(name="stragglers", defaults={"at": at})


def _number_above(floor: int) -> None:
    with suppress(IntegrityError):  # another sealer is numbering them
        while batch := list(Entry.objects.filter(pk__gte=floor, leaf=None).order_by("pk").only("pk", "hash")[:BATCH]):
            with transaction.atomic():
                _append(batch)


def _append(entries: Sequence[Entry]) -> None:
    start = size_now()
    Leaf.objects.bulk_create(
        [Leaf(index=index, entry=entry, hash=leaf_of(entry).hex()) for index, entry in enumerate(entries, start)],
        batch_size=1_000,
    )
    height, before, after = STEP, start >> STEP, (start + len(entries)) >> STEP
    while before < after:
        Tile.objects.bulk_create(
            [
                Tile(height=height, number=number, hash=root_of(_row(height - STEP, number)).hex())
                for number in range(before, after)
            ]
        )
        height, before, after = height + STEP, before >> STEP, after >> STEP


def _row(height: int, number: int) -> list[bytes]:
    """The kept hashes at ``height`` under the subtree ``number`` that stands eight heights above; 256 when it is full."""
    first, end = number << STEP, (number + 1) << STEP
    rows: models.QuerySet[Any, str]
    if height:
        tiles = Tile.objects.filter(height=height, number__gte=first, number__lt=end)
        rows = tiles.order_by("number").values_list("hash", flat=True)
    else:
        rows = Leaf.objects.filter(index__gte=first, index__lt=end).order_by("index").values_list("hash", flat=True)
    return [bytes.fromhex(text) for text in rows]


class Tree:
    """The tree of the first ``size`` leaves, for proofs; reads each row of hashes once."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._row = cache(_row)

    def _full(self, height: int, number: int) -> bytes:
        kept = height // STEP * STEP
        first, count = number << (height - kept), 1 << (height - kept)
        place = first % SPAN
        hashes = self._row(kept, first >> STEP)[place : place + count]
        if len(hashes) < count:
            raise LeavesMissing(f"台账第 {first << kept} 号叶之后缺少记录，请用 manage.py verify 核查。")
        return root_of(hashes)

    @property
    def root(self) -> bytes:
        return range_root(0, self.size, self._full)

    def inclusion(self, index: int) -> list[bytes]:
        """The proof that leaf ``index`` is in the tree."""
        return inclusion_proof(index, self.size, self._full)

    def consistency(self, first: int) -> list[bytes]:
        """The proof that the tree of ``first`` leaves is the beginning of this one."""
        return consistency_proof(first, self.size, self._full)


class LeavesMissing(Exception):
    """Leaves or subtrees that the tree must have are not in the database."""
