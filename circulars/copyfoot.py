"""The foot of a copy that a receiving unit prints: its code and the address that checks it, outside the type area (Article 4).

It stands on the sheets of the desk only. The sealed file never changes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import segno

from circulars.checkcodes import CheckCode, grouped
from circulars.registration import Circular


@dataclass(frozen=True)
class CopyFoot:
    """What is drawn: the code in groups, and the QR code as an SVG path of so many modules a side, its quiet zone with them."""

    code: str
    path: str
    side: int


def foot_of(circular: Circular, address: Callable[[str], str]) -> CopyFoot | None:
    """The foot for copies of this circular, ``address`` giving where a code is checked; None where nothing was sealed here."""
    kept = CheckCode.objects.filter(circular=circular.pk).first()
    if kept is None:
        return None
    code = grouped(kept.code)
    rows = list(segno.make(address(code), error="m", micro=False).matrix_iter(border=4))
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    return CopyFoot(code, "".join(dark), len(rows))
