"""核对签收情况: the sender's own duty to look who has not signed, and who of the senders has not looked (Article 20)."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from accounts.overseeing import overseen
from accounts.roles import Right, may, units_where
from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.deliveries.questions import unindexed
from circulars.registration import Circular
from circulars.secrecycases import refuse_blocked
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.ruleversions import RuleVersion

# Who presses again so soon has not looked again.
ONE_PRESS = timedelta(minutes=1)


@transaction.atomic
def check(circular: Circular, *, by: Any, at: datetime) -> None:
    """Somebody of the issuing unit has looked who signed for the circular and who did not; the last look counts, each is in the ledger.

    The same person within a minute has looked once. Raises ``PermissionDenied`` without the right to send, and ``OutOfOrder`` for a circular that was not sent or that is blocked.
    """
    if not may(by, Right.SEND, circular.issuer_id):
        raise PermissionDenied(f"您没有“{circular.issuer_name}”的发送职责。")
    refuse_blocked(circular.page)
    sent = Circular.objects.filter(pk=circular.pk, state=Circular.State.SENT)
    if not sent.exclude(checked_by=by, checked_at__gt=at - ONE_PRESS).update(checked_at=at, checked_by=by):
        if sent.exists():
            return
        raise OutOfOrder(f"{circular.number} 没有发送，不需要核对签收情况。")
    circular.checked_at, circular.checked_by = at, by
    unsigned = circular.deliveries.electronic().required().open().count()
    ledger.enter(
        Deed.CIRCULAR_CHECKED,
        subject=ledger.subject_of(circular),
        by=by,
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts={"unsigned": unsigned},
    )


def unchecked(user: Any, now: datetime) -> QuerySet[Circular]:
    """Circulars with units that have not signed, at which nobody has looked since the rule asks for it: those that the person sends for,
    and all of the areas inspected.
    """
    return Circular.objects.filter(pk__in=_waiting(user, now).order_by().values("circular"))


def unchecked_count(user: Any, now: datetime) -> int:
    """How many circulars that list has, counted from the open deliveries alone."""
    return _waiting(user, now).aggregate(count=Count("circular", distinct=True))["count"]


def _waiting(user: Any, now: datetime) -> DeliveryQuerySet:
    """Open deliveries that bid the sender look: their moment has come, and the last look, if any, was before it."""
    bidding = Q(pk=None)
    for hours in RuleVersion.objects.order_by().values_list("sender_check_hours", flat=True).distinct():
        after = timedelta(hours=hours)
        if hours:  # so long after the sending, else when the due time has passed
            come = Q(sent_at__lte=now - after)
            missed = Q(circular__checked_at__lt=F("sent_at") + after)
        else:
            come, missed = Q(due_at__lt=now), Q(circular__checked_at__lte=F("due_at"))
        bidding |= Q(rules__sender_check_hours=hours) & come & (Q(circular__checked_at=None) | missed)
    rows = Delivery.objects.electronic().required().open().filter(bidding, circular__state=Circular.State.SENT)
    inspected = overseen(user, Right.INSPECT)
    if not inspected:
        return rows.sifted_by_issuer(units_where(user, Right.SEND))
    own = Q(sifted__in=units_where(user, Right.SEND))
    return rows.alias(sifted=unindexed("issuer_id")).filter(own | inspected.of("rules__area"))
