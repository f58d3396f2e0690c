"""The receipts of a circular, as its bundle takes them in (Articles 20 and 22)."""

from collections.abc import Iterator

from circulars.receipts import Receipt
from circulars.registration import Circular

# The name without its ending (CODE-ROUND), the canonical text, and its signature; none where the receipt is still to be signed (待补签).
NamedReceipt = tuple[str, bytes, bytes | None]


def receipts_of(circular: Circular, unit: int | None = None) -> Iterator[NamedReceipt]:
    """Every receipt of every round that a unit, or this one, signed for, named as it names itself."""
    rows = Receipt.objects.filter(delivery__circular=circular.pk).select_related("signature").order_by("unit", "place")
    rows = rows if unit is None else rows.filter(unit=unit)
    for row in rows:
        said = row.facts
        signature = bytes(row.signature.der) if row.has_signature else None
        yield f"{said['unit']['code']}-{said['round']}", row.content.encode(), signature
