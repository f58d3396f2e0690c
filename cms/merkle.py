"""The tree of RFC 6962 (section 2.1) over SHA-256: roots, proofs, and what a stranger needs to check them.

Plain functions over hashes of 32 bytes. Nothing here knows a database, so the same lines prove on the server and verify off-line.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

EMPTY = hashlib.sha256().digest()

# The hash of the full subtree of 2**height leaves that begins at leaf number << height.
Full = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf that holds ``data``."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree of which only the roots of its full subtrees are kept: at most one for each bit of its size."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """The tree has one leaf more."""
        sha256, peaks, left = hashlib.sha256, self._peaks, self.size
        while left & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            left >>= 1
        peaks.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The hash of the whole tree as it is now."""
        return _joined(self._peaks)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over the hashes of all leaves, in order."""
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root


def range_root(start: int, end: int, full: Full) -> bytes:
    """The root over the leaves ``start`` to ``end`` (not included), where ``start`` is a place at which a proof splits the tree."""
    peaks = []
    while start < end:
        height = (end - start).bit_length() - 1
        peaks.append(full(height, start >> height))
        start += 1 << height
    return _joined(peaks)


def _joined(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, full: Full) -> list[bytes]:
    """The hashes that lead from leaf ``index`` to the root of the tree of ``size`` leaves, from the leaf up."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(middle, end, full))
            end = middle
        else:
            path.append(range_root(start, middle, full))
            start = middle
    return path[::-1]


def consistency_proof(first: int, second: int, full: Full) -> list[bytes]:
    """The hashes that show that the tree of ``first`` leaves is the beginning of the tree of ``second``."""
    if not 0 < first <= second:
        raise ValueError(f"no proof leads from {first} to {second}")
    path = []
    start, end, is_known = 0, second, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(range_root(middle, end, full))
            end = middle
        else:
            path.append(range_root(start, middle, full))
            start, is_known = middle, False
    if not is_known:
        path.append(range_root(start, end, full))
    return path[::-1]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the hash of the leaf at ``index`` to ``root`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if not last:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return not last and found == root


def is_consistent(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Whether the proof shows that the smaller tree is the beginning of the larger (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return not last and old == first_root and new == second_root
