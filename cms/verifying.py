"""Whether everything on record is still what it was: what ``manage.py verify`` asks (Articles 3 and 28).

Every part of the product that keeps what counts in law registers a check. A check names each wrong row or file; it changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from cms.attachments import Attachment
from cms.checkpoints import Checkpoint, Written, written
from cms.ledger import Entry, Leaf
from cms.ledgertree import SPAN, STEP, Tile, leaf_of
from cms.merkle import Frontier, root_of
from cms.revocations import trust
from cms.signing.authority import UNJUDGED, AuthorityMissing
from cms.signing.certificates import Use
from cms.signing.detached import verify_detached
from cms.signing.refusals import Refusal
from cms.signing.trust import Trust

Row = TypeVar("Row")
CHUNK = 2_000
# The sealer comes every minute; what has no leaf for so long was put there past it.
LEAF_AWAITED = timedelta(hours=25)


@dataclass(frozen=True)
class Fault:
    """One thing that is not what it was: which row or file, and what is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}：{self.what}"


# What is given: only what was recorded since this moment need be read whole (None: everything), and the time now.
Check = Callable[[datetime | None, datetime], Iterator[Fault]]
_CHECKS: list[Check] = []


def register(check: Check) -> Check:
    """``verify`` asks this as well from now on; a decorator."""
    _CHECKS.append(check)
    return check


def faults(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Everything that is wrong and stays so: a check that finds anything looks a second time, and tells what is wrong in the same places still.

    People go on working meanwhile. What one of them wrote while a check was on its way may look wrong to it, and does not any more afterwards.
    """
    for check in _CHECKS:
        if places := {fault.where for fault in check(since, now)}:
            yield from (fault for fault in check(since, now) if fault.where in places)


def in_chunks(rows: Iterator[Row], size: int = CHUNK) -> Iterator[list[Row]]:
    """The rows in lists of at most so many: what belongs to each is then asked for a whole list at once."""
    while chunk := list(islice(rows, size)):
        yield chunk


@register
def check_ledger(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Entries, leaves, subtrees and every checkpoint, those outside the database included, say the same."""
    kept = {row.size: row for row in Checkpoint.objects.order_by("size")}
    outside = list(written())
    told = {one.size: one for one in outside if isinstance(one, Written)}
    tree = _Walk(frozenset(kept) | frozenset(told))
    yield from tree.faults(_first_entry(since))
    yield from _unnumbered(now)
    for size, row in kept.items():
        yield from _compared(f"检查点（{size} 条）", size, row.root, tree)
    for one in outside:
        if isinstance(one, Written):
            where = f"检查点文件 {one.path.parent.name}/{one.path.name}"
            yield from _compared(where, one.size, one.root, tree)
            if one.size not in kept:
                yield Fault(where, "数据库里没有这个检查点，记录已被删除。")
        else:
            yield Fault(f"检查点文件 {one.parent.name}/{one.name}", "无法读出，文件已损坏。")
    yield from _signatures([*kept.values(), *told.values()])


@register
def check_files(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every stored file still has the digest it came in with."""
    rows = Attachment.objects.order_by("pk")
    for file in (rows if since is None else rows.filter(stored_at__gte=since)).iterator(CHUNK):
        if not file.is_intact():
            yield Fault(f"附件 {file.digest}", "文件缺失，或者内容与存入时不一致。")


class _Walk:
    """One walk along all leaves, which remembers the root at every size that somebody has signed."""

    def __init__(self, sizes: frozenset[int]) -> None:
        self.roots: dict[int, str] = {}
        self.size = 0
        self._sizes = sizes
        self._tree = Frontier()
        self._rows: dict[int, list[bytes]] = {}
        self._tiles: dict[int, int] = {}

    def faults(self, first_entry: int) -> Iterator[Fault]:
        """What is wrong with leaves, the entries from ``first_entry`` on, and the subtrees."""
        leaves = Leaf.objects.order_by("index").values_list("index", "entry_id", "hash").iterator(CHUNK)
        for chunk in in_chunks(leaves):
            entries = Entry.objects.in_bulk([entry for _, entry, _ in chunk if entry >= first_entry])
            for index, key, hashed in chunk:
                if index != self._tree.size:
                    yield Fault(f"台账第 {self._tree.size} 号叶", "缺失，其后的记录不能再核对次序。")
                    return
                yield from _entry_faults(index, key, hashed, entries.get(key), is_read=key >= first_entry)
                yield from self._grown(hashed)

    def _grown(self, hashed: str) -> Iterator[Fault]:
        leaf = bytes.fromhex(hashed)
        self._tree.append(leaf)
        self.size = self._tree.size
        if self.size in self._sizes:
            self.roots[self.size] = self._tree.root.hex()
        height = 0
        while leaf:
            row = self._rows.setdefault(height, [])
            row.append(leaf)
            if len(row) < SPAN:
                return
            leaf, self._rows[height] = root_of(row), []
            height += STEP
            number = self._tiles.get(height, 0)
            self._tiles[height] = number + 1
            tile = Tile.objects.filter(height=height, number=number).first()
            if tile is None or tile.hash != leaf.hex():
                yield Fault(f"台账子树 {height}/{number}", "缺失，或者与叶不符。")


def _entry_faults(index: int, key: int, hashed: str, entry: Entry | None, *, is_read: bool) -> Iterator[Fault]:
    if not is_read:
        return
    if entry is None:
        yield Fault(f"台账记录 {key}", f"已被删除（第 {index} 号叶）。")
    elif entry.computed_hash() != entry.hash:
        yield Fault(f"台账记录 {key}", f"内容被改动过（{entry.label}，第 {index} 号叶）。")
    elif leaf_of(entry).hex() != hashed:
        yield Fault(f"台账记录 {key}", f"与第 {index} 号叶不符，记录或叶被换过。")


def _first_entry(since: datetime | None) -> int:
    if since is None:
        return 0
    first = Entry.objects.filter(recorded_at__gte=since).order_by("pk").values_list("pk", flat=True).first()
    return first or (Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1


def _unnumbered(now: datetime) -> Iterator[Fault]:
    for key in Entry.objects.filter(leaf=None, recorded_at__lt=now - LEAF_AWAITED).values_list("pk", flat=True)[:100]:
        yield Fault(f"台账记录 {key}", "没有编入台账树。")


def _compared(where: str, size: int, root: str, tree: _Walk) -> Iterator[Fault]:
    if size > tree.size:
        yield Fault(where, f"签署时有 {size} 条，现在只有 {tree.size} 条，台账尾部被截去。")
    elif tree.roots[size] != root:
        yield Fault(where, "与现在的台账不一致，此前的记录被改写过。")


def _signatures(checkpoints: list[Checkpoint | Written]) -> Iterator[Fault]:
    try:
        trusted: Trust | None = trust()
    except AuthorityMissing:
        trusted = None
    for one in checkpoints:
        where = f"检查点（{one.size} 条）"
        if trusted is None:
            yield Fault(where, f"{UNJUDGED}。")
            continue
        refused = verify_detached(one.text, bytes(one.signature), trusted, use=Use.LEDGER).refused
        if refused and refused.refusal is Refusal.WRONG_USE:
            yield Fault(where, "不是台账的签名，是用别的密钥签的。")
        elif refused:
            yield Fault(where, str(refused))
