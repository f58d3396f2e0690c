"""What was done about late receipts: when each was last urged by its sender, and by which means it was told first (Articles 20, 21 and 28)."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max

from circulars.chasing import Urge
from circulars.ladder import Kind
from circulars.notices import Notice
from reports.lateness import LateDelivery, RoundKey


class Presses:
    """Of these receipts, as known at the time; two queries."""

    def __init__(self, late: Collection[LateDelivery], as_of: datetime) -> None:
        deliveries = [row.key.delivery for row in late]
        urges = Urge.objects.filter(delivery__in=deliveries, kind=Kind.MANUAL, at__lte=as_of).order_by()
        last = urges.values_list("delivery", "round").annotate(Max("at"))
        self._urged = {RoundKey(*row[:2]): row[2] for row in last}
        told = Notice.objects.filter(delivery__in=deliveries, reached_at__lte=as_of).order_by("-reached_at", "-pk")
        first = told.values_list("delivery", "round", "channel")  # the last one entered below is the first that told
        self._told = {RoundKey(*row[:2]): str(Notice.Channel(row[2]).label) for row in first}

    def urged_at(self, row: LateDelivery) -> datetime | None:
        return self._urged.get(row.key)

    def notification_label(self, row: LateDelivery) -> str:
        """By text or call, where that is on record; else how the unit was told, or why it was not."""
        return self._told.get(row.key, row.notification_label) if row.notified_at else row.notification_label
