"""The receipts of a circular, as its bundle takes them in (Articles 20 and 22)."""

from collections.abc import Iterator

from circulars.registration import Circular

# The name without its ending (CODE-ROUND), the canonical text, and its signature; none where the receipt is still to be signed (待补签).
NamedReceipt = tuple[str, bytes, bytes | None]


def receipts_of(circular: Circular) -> Iterator[NamedReceipt]:
    """Every receipt of every round that a unit signed for; no unit's is on record apart from the ledger yet."""
    yield from ()
