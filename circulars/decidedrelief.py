"""说明免责: relief that was decided on, not given by rule: the unit explained why it was late and the explanation was accepted (Article 28).

What is given to a round that its sender has closed by insisting stands beside the round, which itself never changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction

from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryRound, Relief
from cms import ledger


class RoundRelief(models.Model):
    """That a closed round was relieved afterwards, and by which decision; takes INSERT only."""

    closed_round = models.OneToOneField(DeliveryRound, models.PROTECT, related_name="granted", verbose_name="收文轮次")
    decision = models.CharField("认定", max_length=80)  # as the ledger names its subjects
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="审定人")
    given_at = models.DateTimeField("免责时间")

    class Meta:
        verbose_name = verbose_name_plural = "轮次免责"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.closed_round}{Relief.DECIDED.label}"


@dataclass(frozen=True)
class Accepted:
    """One round of a delivery whose lateness was explained to satisfaction, and the record of that decision."""

    delivery: int
    round: int
    decision: models.Model


@transaction.atomic
def relieve(accepted: Iterable[Accepted], *, by: Any, at: datetime) -> int:
    """Each of these is relieved, with one ledger entry that names its decision; returns how many. What is relieved already stays as it is."""
    every = {(one.delivery, one.round): one.decision for one in accepted}
    keys = {delivery for delivery, _ in every}
    locked = Delivery.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    found = {delivery.pk: delivery for delivery in locked.select_related("circular")}
    closed = {
        (kept.delivery_id, kept.round): kept
        for kept in DeliveryRound.objects.filter(delivery__in=keys, relief=Relief.NONE, granted=None)
    }
    given = 0
    for (pk, round_), decision in sorted(every.items(), key=lambda each: each[0]):
        delivery, subject = found[pk], ledger.subject_of(decision)
        if delivery.round == round_ and delivery.relief == Relief.NONE:
            Delivery.objects.filter(pk=pk).update(relief=Relief.DECIDED)
        elif kept := closed.get((pk, round_)):
            RoundRelief.objects.create(closed_round=kept, decision=subject, given_by=by, given_at=at)
        else:
            continue
        given += 1
        facts = {"delivery": pk, "round": round_}
        uuid, unit = delivery.circular.uuid, delivery.unit_id
        ledger.enter(Deed.RELIEF_GIVEN, subject=subject, by=by, at=at, circular=uuid, unit=unit, facts=facts)
    return given
