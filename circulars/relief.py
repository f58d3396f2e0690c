"""What a fault of a unit or a stop of the platform does to its receipts (Articles 7(3) and 13).

A fault that was reported in time and confirmed by the network office relieves the unit of what came late because of it; one that was
reported too late makes the unit answer. A stop of the platform relieves every unit of the area. Relief once given stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Model, Q

from accounts.faults import Fault
from accounts.outages import Outage
from circulars.deadlines import Urgency
from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryQuerySet, Relief
from cms import ledger

# What was sent before a stop had ended comes due within so many days at the very latest: fifteen working days over the longest holidays.
REACH = timedelta(days=60)
# Urgent circulars whose window is minutes by the wall clock.
BY_THE_MINUTE = Q(urgency=Urgency.EXTRA_URGENT) | Q(urgency=Urgency.URGENT, rules__urgent_working_days=0)


@dataclass(frozen=True)
class Stop:
    """A stretch in which units could not work, what it was, whose deliveries it concerns, and what it does to them."""

    cause: Model
    where: Q
    starts_at: datetime
    ends_at: datetime
    deed: Deed
    changes: dict[str, Any]

    def touched(self, at: datetime) -> DeliveryQuerySet:
        """The deliveries that came late because of it, as known at ``at``, and have not been relieved yet.

        Sent or due within the stretch; an urgent one, whose window is minutes, where window and stretch overlap at all. What was closed on
        time needs no relief, and what is not due yet may still be closed on time.
        """
        within = Q(sent_at__range=(self.starts_at, self.ends_at)) | Q(due_at__range=(self.starts_at, self.ends_at))
        overlaps = BY_THE_MINUTE & Q(sent_at__lte=self.ends_at, due_at__gte=self.starts_at)
        closed_late = Q(signed_at__gt=F("due_at")) | Q(signed_at=None, returned_at__gt=F("due_at"))
        still_open = Q(signed_at=None, returned_at=None, due_at__lt=at)
        return Delivery.objects.electronic().filter(
            self.where,
            within | overlaps,
            closed_late | still_open,
            sent_at__range=(self.starts_at - REACH, self.ends_at),
            recalled_at=None,
            relief=Relief.NONE,
        )


def of_fault(fault: Fault) -> Stop:
    """A confirmed fault as a stop of its unit."""
    assert fault.restored_at is not None
    in_time = fault.is_reported_in_time
    return Stop(
        cause=fault,
        where=Q(unit=fault.unit_id) if in_time else Q(unit=fault.unit_id, fault_unreported=False),
        starts_at=fault.detected_at,
        ends_at=fault.restored_at,
        deed=Deed.RELIEF_GIVEN if in_time else Deed.RELIEF_FORFEITED,
        changes={"relief": Relief.FAULT} if in_time else {"fault_unreported": True},
    )


def of_outage(outage: Outage) -> Stop:
    """An ended outage or maintenance as a stop of every unit of its area; one of the home area is the platform's and stops every area's."""
    assert outage.ends_at is not None
    return Stop(
        cause=outage,
        where=Q() if outage.area.is_home else Q(unit__area=outage.area_id),
        starts_at=outage.starts_at,
        ends_at=outage.ends_at,
        deed=Deed.RELIEF_GIVEN,
        changes={"relief": Relief.MAINTENANCE},
    )


@transaction.atomic
def apply(stop: Stop, *, by: Any = None, at: datetime) -> int:
    """Every delivery that the stop touches bears what follows from it, with one ledger entry; returns how many. Twice does nothing more."""
    keys = list(stop.touched(at).select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not keys:
        return 0
    stretch = {"stopped_from": stop.starts_at, "stopped_until": stop.ends_at}
    Delivery.objects.filter(pk__in=keys).update(**stop.changes, **stretch)
    ledger.enter(
        stop.deed,
        subject=ledger.subject_of(stop.cause),
        by=by,
        at=at,
        unit=getattr(stop.cause, "unit_id", None),
        facts={**stretch, "count": len(keys), "list_digest": ledger.digest_of_keys(keys)},
    )
    return len(keys)


def sweep_relief(at: datetime) -> None:
    """What came late since its stop ended bears what follows from the stop; announced maintenance counts from its end on."""
    for stop in _recent(at):
        apply(stop, at=at)


def hear_of_fault(sender: Any, fault: Fault, by: Any, at: datetime, **rest: Any) -> None:
    """The network office has just confirmed a fault."""
    apply(of_fault(fault), by=by, at=at)


def hear_of_outage(sender: Any, outage: Outage, by: Any, at: datetime, **rest: Any) -> None:
    """The network office has just said when the platform was back."""
    apply(of_outage(outage), by=by, at=at)


def _recent(at: datetime) -> Iterator[Stop]:
    """The stops after which something may still come late."""
    for fault in Fault.objects.confirmed().filter(restored_at__gt=at - REACH):
        yield of_fault(fault)
    for outage in Outage.objects.standing().filter(ends_at__gt=at - REACH, ends_at__lte=at):
        yield of_outage(outage)
