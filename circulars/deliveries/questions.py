"""Questions about many deliveries: what is open, nearly due, overdue, and for whom (Articles 20 and 22)."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from accounts.roles import Right, units_where
from circulars.deliveries.choices import Channel
from circulars.liability import liability_of

if TYPE_CHECKING:
    from circulars.deliveries.record import Delivery  # noqa: F401  the rows that are asked about

# One predicate for "open", in literal form: the same in model, index and query, so that both engines use the index.
OPEN = Q(signed_at__isnull=True, returned_at__isnull=True, recalled_at__isnull=True)
# Open, and nobody has been reached of whom somebody must be; the same in model, index and query.
UNNOTIFIED = OPEN & Q(must_notify=True, notified_at__isnull=True)

# Signed for while the calendar of the year was missing, so that how long it took could not be counted; likewise.
UNCOUNTED = Q(signed_at__isnull=False, taken_minutes__isnull=True)
# Signed for, and not registered by the unit since (Article 22); likewise.
TO_REGISTER = Q(signed_at__isnull=False, registered_at__isnull=True, returned_at__isnull=True, recalled_at__isnull=True)
TO_ACKNOWLEDGE = Q(returned_at__isnull=False, acknowledged_at__isnull=True)


def unindexed(key: str) -> models.expressions.CombinedExpression:
    """The key of an issuer for questions about few rows that have an index of their own.

    SQLite keeps no figures of its tables: offered the index on the issuer as well it reads through all that the issuer ever sent.
    """
    return models.F(key) + 0


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def for_person(self, user: Any, right: Right = Right.READ) -> "DeliveryQuerySet":
        """What was sent to the units for which the person holds the right; for anybody else it does not exist."""
        return self.filter(unit_id__in=units_where(user, right))

    def sent_by_units_of(self, user: Any) -> "DeliveryQuerySet":
        """What the units whose sendings the person follows have sent."""
        return self.filter(issuer_id__in=units_where(user, Right.TRACK))

    def sifted_by_issuer(self, units: Collection[int]) -> "DeliveryQuerySet":
        """Those that these units have sent, sought among the few that all else leaves."""
        return self.alias(sifted=unindexed("issuer_id")).filter(sifted__in=units)

    def electronic(self) -> "DeliveryQuerySet":
        return self.filter(channel=Channel.ELECTRONIC)

    def open(self) -> "DeliveryQuerySet":
        """Neither signed for, returned nor recalled."""
        return self.filter(OPEN)

    def required(self) -> "DeliveryQuerySet":
        """Those that the rule bids the unit sign for: all, but for copies (抄送) where it exempts them (Article 22)."""
        return self.filter(must_sign=True)

    def unnotified(self) -> "DeliveryQuerySet":
        """Those whose units must still be texted or called; a unit that signed for it or sent it back has been told (Article 21)."""
        return self.filter(UNNOTIFIED)

    def pending(self) -> "DeliveryQuerySet":
        """Those whose due time waits for the calendar of a year, closed or not."""
        return self.filter(due_pending=True, due_at__isnull=True)

    def uncounted(self) -> "DeliveryQuerySet":
        """Signed for, and how long that took is not known yet."""
        return self.filter(UNCOUNTED)

    def waiting(self, now: datetime) -> "DeliveryQuerySet":
        """Open with time in hand (待签收), those with a pending due time included."""
        return self.open().filter(Q(warn_at__gt=now) | Q(warn_at__isnull=True))

    def nearly_due(self, now: datetime) -> "DeliveryQuerySet":
        return self.open().filter(warn_at__lte=now, due_at__gte=now)

    def overdue(self, now: datetime) -> "DeliveryQuerySet":
        return self.open().filter(due_at__lt=now)

    def urged(self) -> "DeliveryQuerySet":
        """Open, and urged by a person of the issuing unit (被催办)."""
        return self.open().filter(urges__gt=0)

    def signed(self) -> "DeliveryQuerySet":
        """Signed for, and not sent back since."""
        return self.filter(signed_at__isnull=False, returned_at__isnull=True)

    def to_register(self) -> "DeliveryQuerySet":
        """Signed for, and not in the unit's register yet (待登记)."""
        return self.filter(TO_REGISTER)

    def returned(self) -> "DeliveryQuerySet":
        return self.filter(returned_at__isnull=False)

    def with_liability(self, as_of: datetime) -> models.QuerySet[Any]:
        """Each with ``liability``: who answers for it, as known at ``as_of`` (Articles 13 and 21)."""
        return self.annotate(liability=liability_of(as_of))

    def to_acknowledge(self) -> "DeliveryQuerySet":
        """Sent back, and not yet signed for by the sender (退文待签收)."""
        return self.filter(TO_ACKNOWLEDGE)

    def recalled(self) -> "DeliveryQuerySet":
        """Taken back by the sender, with the whole circular."""
        return self.filter(state="recalled")

    def standings(self, now: datetime, **also: models.Aggregate) -> dict[str, Any]:
        """How many of the open ones are waiting, nearly_due and overdue, and how many of all were urged, in one query that reads open rows only.

        What else is to be known of them (``also``) is asked in the same query.
        """
        return self.open().aggregate(**counts_of_standing(now), **also)


def counts_of_standing(now: datetime) -> dict[str, models.Aggregate]:
    """What ``standings`` counts among open deliveries."""
    count = models.Count
    return {
        "waiting": count("pk", filter=Q(warn_at__gt=now) | Q(warn_at__isnull=True)),
        "nearly_due": count("pk", filter=Q(warn_at__lte=now, due_at__gte=now)),
        "overdue": count("pk", filter=Q(due_at__lt=now)),
        "urged": count("pk", filter=Q(urges__gt=0)),
    }


def word_of(now: datetime) -> models.Case:
    """The word of ``desk/_status.html`` for where each delivery stands, paper included: for thousands at once, without a record of each."""
    words = {
        "paper": Q(channel=Channel.PAPER),
        "returned": Q(returned_at__isnull=False),
        "signed": Q(signed_at__isnull=False),
        "recalled": Q(recalled_at__isnull=False),
        "copied": Q(must_sign=False),
        "late": Q(due_at__lt=now),
        "soon": Q(warn_at__lte=now),
    }
    return models.Case(
        *(models.When(condition, then=models.Value(word)) for word, condition in words.items()),
        default=models.Value("pending"),
    )
