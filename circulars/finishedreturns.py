"""已办结的退文: every return that came to something, by another paper, by nothing, or by a new round of the same (Article 20).

Two tables keep them: one that was sent again is a closed round, any other is still the present round of its delivery.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from circulars.access import returned, sent_again
from circulars.deliveries import Delivery, DeliveryRound
from circulars.returns import ReturnOutcome, decided

SENT_AGAIN = "再次发送"


@dataclass(frozen=True)
class FinishedReturn:
    """One return with its outcome; ``kept`` tells of the round in which it came back."""

    delivery: Delivery
    kept: Delivery | DeliveryRound
    outcome: str
    by: Any
    at: datetime

    @property
    def was_sent_again(self) -> bool:
        return isinstance(self.kept, DeliveryRound)


def keys_of_finished(user: Any) -> QuerySet[Any, Any]:
    """Delivery, round and time of every finished return that the person may see, the latest first."""
    parts = [
        decided(returned(user)).order_by().values_list("pk", "round", "returned_at"),
        sent_again(user).order_by().values_list("delivery", "round", "returned_at"),
    ]
    return parts[0].union(parts[1]).order_by("-returned_at", "-pk", "-round")


def finished(keys: Iterable[tuple[int, int, datetime]]) -> list[FinishedReturn]:
    """The returns of these keys in their order; two queries, however many they are."""
    some = [(pk, round_) for pk, round_, _ in keys]
    if not some:
        return []
    wanted = Q()
    for pk, round_ in some:
        wanted |= Q(delivery=pk, round=round_)
    outcomes = ReturnOutcome.objects.filter(wanted).select_related("delivery__circular", "by")
    rounds = DeliveryRound.objects.filter(wanted).select_related("delivery__circular", "insisted_by")
    found = {
        (each.delivery_id, each.round): FinishedReturn(
            each.delivery, each.delivery, each.get_kind_display(), each.by, each.at
        )
        for each in outcomes
    }
    for each in rounds:
        key = (each.delivery_id, each.round)
        found[key] = FinishedReturn(each.delivery, each, SENT_AGAIN, each.insisted_by, each.insisted_at)
    return [found[key] for key in some if key in found]
