"""Questions about many entries of the register: whose they are, of which month, and what is still to be done with them."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from accounts.roles import Right, units_where
from circulars.incoming.choices import Kind
from circulars.secrecycases import shut_circulars

if TYPE_CHECKING:
    from circulars.incoming.record import Incoming  # noqa: F401  the rows that are asked about


CLOSED = ("sent_back", "handed_on")
# What is open is among these, in literal form: the same in index and query, so that both engines use the index.
OPEN = models.Q(handled_at__isnull=True, sent_back_at__isnull=True)


class IncomingQuerySet(models.QuerySet["Incoming"]):
    def for_person(self, user: Any, right: Right = Right.READ) -> "IncomingQuerySet":
        """The registers of the units for which the person holds the right; for anybody else they do not exist."""
        return self.filter(unit_id__in=units_where(user, right))

    def legible(self) -> "IncomingQuerySet":
        """Those whose paper no secrecy case has shut: of the others the book shows the number alone."""
        return self.exclude(circular__in=shut_circulars())

    def shown(self) -> "IncomingQuerySet":
        """With all that a line of the register says of each, and ``is_shut``: whether its paper is blocked or purged."""
        shut = models.Exists(shut_circulars().filter(circular=models.OuterRef("circular")))
        return self.select_related("circular", "registered_by", "delivery").annotate(is_shut=shut)

    def in_order(self) -> "IncomingQuerySet":
        """As they stand in the book, the latest first."""
        return self.order_by("-year", "-sequence")

    def registered_in(self, first: date) -> "IncomingQuerySet":
        """Those registered in the month that begins on this day, by Beijing time."""
        begin = timezone.make_aware(datetime.combine(first, time.min))
        after = timezone.make_aware(datetime.combine((first + timedelta(days=31)).replace(day=1), time.min))
        return self.filter(registered_at__gte=begin, registered_at__lt=after)

    def standing(self) -> "IncomingQuerySet":
        """Neither sent back nor gone on in another book: of a delivery there is one."""
        return self.exclude(state__in=CLOSED)

    def open(self) -> "IncomingQuerySet":
        """Neither handled, sent back nor gone on in another book."""
        return self.filter(OPEN).exclude(state="handed_on")

    def to_handle(self) -> "IncomingQuerySet":
        """待办: what is to be acted on and is not finished."""
        return self.open().filter(kind=Kind.ACTION)

    def circulating(self) -> "IncomingQuerySet":
        """传阅中."""
        return self.filter(state="circulating")

    def handled(self) -> "IncomingQuerySet":
        """Finished, filed or not yet."""
        return self.filter(handled_at__isnull=False)
