"""Of which deliveries a case may be opened: late ones for which the receiving unit answers, by rule L, with the facts that say so (Articles 13, 21, 22 and 28)."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from circulars.deliveries import Delivery, Relief
from circulars.liability import Liability, liability, liability_of
from circulars.secrecycases import shut_circulars
from cms import ledger
from cms.areas import Area
from cms.workdays import ONE_MINUTE
from reports.accountability.record import DelayCase
from reports.months import Month
from reports.receipts import Issuers, receipts_of

# What the judgement rests on, as the delivery tells it.
TIMES = ("sent_at", "due_at", "signed_at", "returned_at", "notified_at", "unreachable_at")


def answerable(month: Month, *, area: Area, as_of: datetime) -> QuerySet[Any]:
    """Deliveries of the month to units of the area that were late, for which the unit answers, and of which there is no case; those sent first on top."""
    late = Q(closed_at__gt=F("due_at")) | Q(closed_at=None, due_at__lte=as_of)
    known = DelayCase.objects.filter(delivery=OuterRef("pk"), round=OuterRef("round"))
    rows = receipts_of(month, as_of=as_of, issuers=Issuers.ALL, area=area).filter(late)
    rows = rows.annotate(liability=liability_of(as_of)).filter(~Exists(known), liability=Liability.RECIPIENT)
    rows = rows.exclude(circular__in=shut_circulars()).select_related("circular", "unit")
    return rows.order_by("sent_at", "pk")


def facts_of(delivery: Delivery, at: datetime) -> dict[str, Any]:
    """The judgement and all that it rests on, as known at ``at``: what a case freezes."""
    closed_at = delivery.signed_at or delivery.returned_at
    answers = liability(
        due_at=delivery.due_at,
        closed_at=closed_at,
        as_of=at,
        window=timedelta(minutes=delivery.window_minutes or 0),
        notified_at=delivery.notified_at,
        notification_required=delivery.must_notify,
        unreachable_at=delivery.unreachable_at,
        relieved=delivery.relief != Relief.NONE,
        fault_unreported=delivery.fault_unreported,
    )
    late = (closed_at or at) - delivery.due_at if delivery.due_at else timedelta(0)
    times = {name: getattr(delivery, name) for name in TIMES}
    return {
        **{name: ledger.instant(moment) if moment else None for name, moment in times.items()},
        "as_of": ledger.instant(at),
        "liability": str(answers),
        "late_minutes": max(0, late // ONE_MINUTE),
        "urgency": delivery.urgency,
        "window_minutes": delivery.window_minutes,
        "must_notify": delivery.must_notify,
        "relief": delivery.relief,
        "fault_unreported": delivery.fault_unreported,
        "urges": delivery.urges,
        "round": delivery.round,
        "rules": delivery.rules_id,
        "signed_by": str(delivery.signed_by) if delivery.signed_by else None,
        "unit_name": delivery.unit_name,
    }


def digest_of_facts(facts: dict[str, Any]) -> str:
    """SHA-256 over the canonical facts."""
    return hashlib.sha256(ledger.canonical(facts).encode()).hexdigest()
