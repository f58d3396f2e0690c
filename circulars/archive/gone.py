"""What a unit still shows of a paper that it has destroyed: that it is gone, by which list, and the way to its tombstone."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from circulars.archive.holdings import Holding
from circulars.archive.tombstones import Tombstone
from circulars.deeds import Deed
from circulars.registration import Circular, CircularText
from cms.ledger import Entry


@dataclass(frozen=True)
class Gone:
    """When the paper was destroyed, and the holding whose tombstone tells of it, where this unit had one."""

    at: datetime
    holding: int | None


def gone_from(circular: Circular, unit: int) -> Gone | None:
    """That the unit, or whoever keeps its paper since, has no text of the circular any more; None while it keeps one."""
    theirs = Q(unit=unit) | Q(holding__handed_on__from_unit=unit)
    stone = Tombstone.objects.filter(theirs, holding__circular=circular.pk, holding__state=Holding.State.DESTROYED)
    if found := stone.first():
        return Gone(found.at, found.holding_id)
    if CircularText.objects.filter(circular=circular.pk).exists():
        return None
    entry = Entry.objects.filter(circular=circular.uuid, deed=Deed.TEXT_DESTROYED).order_by("pk").first()
    return Gone(entry.happened_at, None) if entry else None
