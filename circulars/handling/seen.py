"""Who sees what of a paper in the unit's hands, and whose turn it is: the unit alone, and of its divisions those that work on it or read it.

For anybody else, another unit, another division, the sender, network office and secretariat, none of it exists (Articles 5 and 6).
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import Right, units_where
from circulars.circulation.record import Reader
from circulars.handling.record import Assignment, Handling
from circulars.incoming import Incoming, IncomingQuerySet, Kind
from circulars.registration import Circular

_State = Handling.State


def papers_of(user: Any) -> IncomingQuerySet:
    """The registered papers of the units for which the person reads, and those that the person works on, or has come to read."""
    assigned = _assigned(user).seen().filter(handling=OuterRef("pk"))
    circulated = _reading(user).seen().filter(circulation__incoming=OuterRef("pk"))
    mine = Q(unit__in=units_where(user, Right.READ)) | Exists(assigned) | Exists(circulated)
    return Incoming.objects.legible().filter(mine)


def worked_on_or_read(user: Any) -> QuerySet[Any]:
    """Primary keys of the deliveries whose papers the person works on or has come to read, for a query."""
    assigned = _assigned(user).seen().filter(handling=OuterRef("pk"))
    circulated = _reading(user).seen().filter(circulation__incoming=OuterRef("pk"))
    found = Incoming.objects.filter(Exists(assigned) | Exists(circulated), delivery__isnull=False)
    return found.values("delivery")


def in_hand() -> IncomingQuerySet:
    """What units have in hand: neither handled nor sent back, recalled or blocked."""
    return Incoming.objects.open().legible().exclude(circular__state=Circular.State.RECALLED)


def to_do(user: Any) -> IncomingQuerySet:
    """待办: what waits for the person as the clerk, who proposes, assigns, circulates or closes, or as one who works on it."""
    clerk = Q(unit__in=units_where(user, Right.HANDLE_INCOMING))
    untouched = Q(handling=None) & (Q(kind=Kind.ACTION) | Q(state=Incoming.State.REGISTERED))
    waits = untouched | Q(handling__state__in=(_State.TO_ASSIGN, _State.TO_CLOSE))
    working = Exists(_assigned(user).open().filter(handling=OuterRef("pk")))
    return in_hand().filter((clerk & waits) | working)


def to_instruct(user: Any) -> IncomingQuerySet:
    """待批: what was laid before the leader."""
    return in_hand().filter(unit__in=units_where(user, Right.INSTRUCT), handling__state=_State.TO_INSTRUCT)


def to_read(user: Any) -> IncomingQuerySet:
    """待阅: what has come to the person in circulation and is not read."""
    return in_hand().filter(Exists(_reading(user).reached().filter(end=None, circulation__incoming=OuterRef("pk"))))


def _assigned(user: Any) -> Any:
    return Assignment.objects.of_hand(user, units_where(user, Right.DO_WORK))


def _reading(user: Any) -> Any:
    return Reader.objects.of_reader(user).filter(unit__in=units_where(user, Right.READ_CIRCULATED))
