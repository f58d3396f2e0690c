"""故障台账: the faults that are not over, in the order of the clock that runs for each (Articles 7(3) and 13)."""

from django.db.models import Case, F, FilteredRelation, Q, When

from accounts.faults import Fault, FaultQuerySet
from accounts.repairs import Repair

_LIVE = [state for state in Repair.State if state != Repair.State.CALLED_OFF]


def by_clock(faults: FaultQuerySet) -> FaultQuerySet:
    """The same faults with ``clock``, by when the next step is owed, ``live_state`` and ``provider_name`` of who has it in hand; the most pressing first."""
    live = FilteredRelation("repairs", condition=Q(repairs__state__in=_LIVE))
    clock = Case(
        When(state=Fault.State.OPEN, then=F("contact_due_at")),
        When(live__state__in=(Repair.State.ASSIGNED, Repair.State.ACCEPTED), then=F("live__due_at")),
        When(live__state=Repair.State.DONE, then=F("live__test_due_at")),
    )
    named = {"live_state": F("live__state"), "provider_name": F("live__provider__unit__short_name")}
    return faults.annotate(live=live).annotate(clock=clock, **named).order_by(F("clock").asc(nulls_last=True), "pk")
