"""复核登记: an approved text becomes a circular, with its number, its distribution and its originals (2012 regulation art. 25).

``record`` is the circular, ``lines`` what is fixed with it, ``act`` registers it. Next: ``circulars/sealing``, and then ``circulars/dispatch.py``, which sends it.
"""

from circulars.registration.act import ApprovalMissing, AttachmentDamaged, NoSuchRecipient, refuse_damaged, register
from circulars.registration.lines import CircularText, DistributionLine, IssuerLine, listing_digest
from circulars.registration.record import Circular, CircularQuerySet, TextGone

__all__ = [
    "ApprovalMissing",
    "AttachmentDamaged",
    "Circular",
    "CircularQuerySet",
    "CircularText",
    "DistributionLine",
    "IssuerLine",
    "NoSuchRecipient",
    "TextGone",
    "listing_digest",
    "refuse_damaged",
    "register",
]
