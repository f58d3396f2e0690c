"""签收用时 that could not be counted at the signing, for want of a year's calendar, is counted when the year is there (Articles 20 and 22)."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import ExtractYear

from circulars.deadlines import taken_minutes
from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryQuerySet
from cms import ledger
from cms.offices import office_of
from cms.workdays import ZONE, CalendarMissing, CalendarYear, Office


@transaction.atomic
def count_taken(at: datetime, by: Any = None) -> int:
    """Every unit's time that the loaded calendars can now give stands on its row, with one ledger entry a circular; returns how many.

    Who had a time keeps it, and a receipt without one whose year is still missing waits on.
    """
    keys = list(_countable().select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    offices: dict[int, Office] = {}
    counted = []
    # Asked anew when they are locked: a sender may have insisted meanwhile.
    rows = Delivery.objects.uncounted().filter(pk__in=keys).select_related("rules__area", "circular")
    for delivery in rows.order_by("circular", "pk"):
        area = delivery.rules.area
        office = offices.setdefault(area.pk, offices.get(area.pk) or office_of(area))
        assert delivery.signed_at is not None
        try:
            delivery.taken_minutes = taken_minutes(delivery.urgency, delivery.sent_at, delivery.signed_at, office)
        except CalendarMissing:
            continue
        counted.append(delivery)
    Delivery.objects.bulk_update(counted, ["taken_minutes"], batch_size=500)
    for circular, those in groupby(counted, key=lambda delivery: delivery.circular):
        minutes = [(delivery.pk, delivery.taken_minutes) for delivery in those]
        ledger.enter(
            Deed.TAKEN_COUNTED,
            subject=ledger.subject_of(circular),
            by=by,
            at=at,
            circular=circular.uuid,
            unit=circular.issuer_id,
            facts={"count": len(minutes), "list_digest": ledger.digest_of_keys([pk for pk, _ in minutes])},
        )
    return len(counted)


def _countable() -> DeliveryQuerySet:
    """Those for whose year of signing the calendar is there; what lacks it is not looked at every minute."""
    loaded = CalendarYear.objects.filter(area=OuterRef("rules__area"), year=OuterRef("signed_in"))
    return Delivery.objects.uncounted().alias(signed_in=ExtractYear("signed_at", tzinfo=ZONE)).filter(Exists(loaded))
