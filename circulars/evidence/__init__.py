"""证据包: everything on record about one circular in one file that a stranger can check without us (Articles 3, 10, 20 and 28; docs/evidence.md).

``bundle`` writes it, ``ledger``, ``telling``, ``receipts`` and ``authorities`` make its parts, ``handing`` gives it out and has that on record.
"""

from circulars.evidence.bundle import EvidenceBroken, Exported, export
from circulars.evidence.finding import candidates
from circulars.evidence.handing import DiskRefused, hand_out, refuse_unfit, write_to
from circulars.evidence.naming import NotFound, circular_named

__all__ = [
    "DiskRefused",
    "EvidenceBroken",
    "Exported",
    "NotFound",
    "candidates",
    "circular_named",
    "export",
    "hand_out",
    "refuse_unfit",
    "write_to",
]
