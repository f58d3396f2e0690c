"""Which entries of the ledger tell of one circular (Articles 3, 20 and 28).

Most name it. The way to its approval stands under the draft, which had no number yet; a 补签 stands under the clerk's certificate, one press
for any number of receipts.
"""

from collections import defaultdict
from datetime import datetime

from django.db.models import Q

from circulars.deeds import Deed
from circulars.handling.entered import subjects_inside
from circulars.pages import about_paper
from circulars.receipts import ReceiptSignature
from circulars.registration import Circular
from cms.ledger import Entry, EntryQuerySet

# A press of 补签: the entry's key, and the digests of all receipts that it signed, sorted.
Presses = dict[int, list[str]]


# What whoever got a circular knows of it beside its own acts: that it was sealed and sent, and what became of it.
_KNOWN_TO_ALL = (
    Deed.CIRCULAR_STAMPED,
    Deed.CIRCULAR_SEALED,
    Deed.SEALED_ON_PAPER,
    Deed.CIRCULAR_SENT,
    Deed.CIRCULAR_RECALLED,
    Deed.CIRCULAR_AMENDED,
)


# Under which number and how a unit keeps it is the unit's own; its sender learns when it was handled (Article 19).
_OF_A_UNITS_BOOK = (Deed.INCOMING_REGISTERED, Deed.INCOMING_CORRECTED, Deed.INCOMING_SENT_BACK)


def entries_about(circular: Circular, presses: Presses, unit: int | None = None) -> EntryQuerySet:
    """The entries in the order of the tree: the draft's, the circular's own, and these presses; such as have no leaf yet are left out.

    For a unit that got it: its own, its register's and what it did with the paper inside among them, and what everybody knows who got it.
    """
    about = Q(circular=circular.uuid) & ~Q(deed__in=_OF_A_UNITS_BOOK)
    about |= Q(subject=about_paper(circular.page_id), circular=None)
    if unit is not None:
        about = Q(circular=circular.uuid) & (Q(unit=unit) | Q(deed__in=_KNOWN_TO_ALL))
        about |= Q(subject__in=subjects_inside(circular, unit))
    found = Entry.objects.filter(about | Q(pk__in=list(presses)), leaf__isnull=False)
    return found.select_related("leaf", "person").order_by("leaf__index")


def presses_for(circular: Circular, unit: int | None = None) -> Presses:
    """The presses by which receipts of the circular, or this unit's, were signed after they had been given (补签)."""
    later = ReceiptSignature.objects.filter(receipt__is_signed_at_once=False)
    later = later if unit is None else later.filter(receipt__unit=unit)
    own = set(later.filter(receipt__delivery__circular=circular.pk).values_list("serial", "signed_at"))
    if not own:
        return {}
    serials, moments = {serial for serial, _ in own}, {at for _, at in own}
    signed: dict[tuple[str, datetime], list[str]] = defaultdict(list)
    rows = later.filter(serial__in=serials, signed_at__in=moments)
    for serial, at, digest in rows.values_list("serial", "signed_at", "receipt__digest"):
        signed[serial, at].append(digest)
    entered = Entry.objects.filter(deed=Deed.RECEIPTS_SIGNED, happened_at__in=moments)
    return {
        entry.pk: sorted(signed[press])
        for entry in entered
        if (press := (str(entry.said.get("serial")), entry.happened_at)) in own
    }
