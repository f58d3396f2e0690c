"""故障期间的纸质件: what a unit with a fault cannot sign for is brought there on paper (Article 13(3)).

Our reading: all that lies unsigned at the unit while the fault lasts, whether it was sent since the fault was found or before. What is
signed for after all, sent back or recalled, and what the fault's end found on the way, need not be brought any more.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.faults import Fault, FaultQuerySet
from accounts.holders import holders_of
from accounts.overseeing import overseers
from accounts.roles import Right
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.papercopies import PaperCopy, PaperCopyQuerySet
from circulars.secrecycases import shut_circulars
from cms import ledger
from cms.messages import tell


def sweep_fault_papers(at: datetime) -> None:
    """Every unit with a fault is owed on paper what it has not signed for, and nobody is owed what is needless by now."""
    lapse(at)
    owe(Fault.objects.open(), at=at)


def hear_of_report(sender: Any, fault: Fault, by: Any, at: datetime, **rest: Any) -> None:
    """A unit has just reported a fault."""
    owe(Fault.objects.filter(pk=fault.pk), at=at)


def hear_of_end(sender: Any, fault: Fault, by: Any, at: datetime, **rest: Any) -> None:
    """The network office has just confirmed that a fault is over."""
    lapse(at)


@transaction.atomic
def owe(faults: FaultQuerySet, *, at: datetime) -> int:
    """The units of these open faults are owed what lies unsigned there; returns how many more. Those who send it and the secretariat know."""
    by_unit: dict[int, Fault] = {}
    for fault in faults.select_related("unit").order_by("pk"):
        by_unit.setdefault(fault.unit_id, fault)
    if not by_unit:
        return 0
    unsigned = Delivery.objects.electronic().open().filter(unit__in=by_unit).exclude(circular__in=shut_circulars())
    known = Q(paper_copy=None) | Q(paper_copy__lapsed_at__isnull=False)
    due: dict[int, list[Delivery]] = {}
    for delivery in unsigned.filter(known).only("unit_id", "issuer_id").order_by("pk"):
        due.setdefault(delivery.unit_id, []).append(delivery)
    for unit, deliveries in due.items():
        _owe(by_unit[unit], deliveries, at)
    return sum(map(len, due.values()))


def lapse(at: datetime) -> int:
    """What was not brought and need not be any more is owed no longer; returns how much that was."""
    over = Q(fault__state=Fault.State.CONFIRMED)
    closed = Q(delivery__signed_at__isnull=False) | Q(delivery__returned_at__isnull=False)
    return _pending().filter(over | closed | Q(delivery__recalled_at__isnull=False)).update(lapsed_at=at)


def _pending() -> PaperCopyQuerySet:
    return PaperCopy.objects.filter(fault__isnull=False, delivered_at__isnull=True, lapsed_at__isnull=True)


def _owe(fault: Fault, deliveries: list[Delivery], at: datetime) -> None:
    keys = [delivery.pk for delivery in deliveries]
    # Owed once before, during a fault that is over by now.
    PaperCopy.objects.filter(pk__in=keys).update(fault=fault, owed_from=at, lapsed_at=None)
    PaperCopy.objects.bulk_create(
        [PaperCopy(delivery_id=key, fault=fault, owed_from=at) for key in keys], ignore_conflicts=True
    )
    ledger.enter(
        Deed.PAPER_OWED,
        subject=ledger.subject_of(fault),
        at=at,
        unit=fault.unit_id,
        facts={"count": len(keys), "list_digest": ledger.digest_of_keys(keys)},
    )
    people = {
        person
        for area in {delivery.rules.area_id for delivery in deliveries}
        for person in overseers(Right.HAND_OVER, area)
    }
    people |= {person for person, _ in holders_of(Right.SEND, {delivery.issuer_id for delivery in deliveries})}
    tell(
        people,
        key=f"fault-paper:{fault.pk}:{keys[-1]}",
        text=f"{fault.unit}故障期间有 {len(keys)} 件公文要送纸质件，请打印送达，登记送达时间和接收人。",
        link=reverse("circulars:fault_paper", args=[fault.pk]),
        about=ledger.subject_of(fault),
        at=at,
    )
