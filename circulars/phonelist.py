"""待通知: which units have not been told of an urgent circular, whom to ring up there, and what was tried (Article 21).

Nothing is decided here. A unit is rung up as soon as no text can be waited for any more.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from accounts.contacts import Contact, contacts_of
from accounts.roles import Right, units_where
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.notices import Notice
from circulars.noticing import TOLD_WITHIN
from circulars.registration import Circular
from cms.phonewords import mobile_of


@dataclass(frozen=True)
class Line:
    """One unit that must be told: who answers for it, and the attempts of the present round, the latest first."""

    delivery: Delivery
    people: list[Contact]
    notices: list[Notice]
    now: datetime

    @property
    def text(self) -> Notice | None:
        """The text that one may still hope for, else the last one."""
        texts = [notice for notice in self.notices if notice.channel == Notice.Channel.TEXT]
        return next((notice for notice in texts if notice.result == Notice.Result.WAITING), texts[0] if texts else None)

    @property
    def must_be_called(self) -> bool:
        """No text is on its way to the unit, or it has been for too long."""
        is_waiting = self.text is not None and self.text.result == Notice.Result.WAITING
        return not is_waiting or self.delivery.sent_at <= self.now - TOLD_WITHIN

    @property
    def has_no_number(self) -> bool:
        """Whether no leader or clerk has a mobile number on file, and that may still be put on record (Article 24)."""
        is_late = self.delivery.due_at is not None and self.delivery.due_at <= self.now
        return (
            not is_late
            and self.delivery.unreachable_at is None
            and not any(mobile_of(each.mobile) for each in self.people)
        )

    @property
    def calls(self) -> list[Notice]:
        return [notice for notice in self.notices if notice.channel == Notice.Channel.PHONE]


def unfinished(user: Any) -> models.QuerySet[Any]:
    """The circulars for which the person sends and of which units have not been told, each with ``unnotified_count``, first due first."""
    untold = _untold(user).values("circular").annotate(n=models.Count("pk"), due=models.Min("due_at"))
    of_this = untold.filter(circular=models.OuterRef("pk"))
    circulars = Circular.objects.filter(pk__in=_untold(user).values("circular")).annotate(
        unnotified_count=models.Subquery(of_this.values("n")), due_at=models.Subquery(of_this.values("due"))
    )
    return circulars.order_by("due_at", "pk")


def unfinished_count(user: Any) -> int:
    """How many circulars ``unfinished`` lists."""
    return _untold(user).aggregate(n=models.Count("circular", distinct=True))["n"]


def lines_of(circular: Circular, now: datetime) -> list[Line]:
    """The units of the circular that must still be told, in the register's order; three questions, however many there are."""
    untold = circular.deliveries.unnotified().select_related("unit").order_by("unit__sort_order", "unit__code")
    return _lines(list(untold), now)


def line_of(delivery: Delivery, now: datetime) -> Line:
    """The same for one unit, told already or not."""
    return _lines([delivery], now)[0]


def _untold(user: Any) -> DeliveryQuerySet:
    return Delivery.objects.unnotified().filter(issuer_id__in=units_where(user, Right.SEND)).order_by()


def _lines(deliveries: list[Delivery], now: datetime) -> list[Line]:
    people = contacts_of([delivery.unit_id for delivery in deliveries])
    tried: dict[int, list[Notice]] = {delivery.pk: [] for delivery in deliveries}
    notices = Notice.objects.filter(delivery__in=tried, round=models.F("delivery__round"))
    for notice in notices.with_late_entry().select_related("text", "caller").order_by("-happened_at", "-pk"):
        tried[notice.delivery_id].append(notice)
    return [Line(delivery, people[delivery.unit_id], tried[delivery.pk], now) for delivery in deliveries]
