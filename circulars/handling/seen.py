"""Who sees what of a paper in the unit's hands, and whose turn it is: the unit alone, and of its divisions those that work on it or read it.

For anybody else, another unit, another division, the sender, network office and secretariat, none of it exists (Articles 5 and 6).
"""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import Right, units_where
from circulars.circulation.record import Reader
from circulars.handling.record import Assignment, Handling
from circulars.incoming import Incoming, IncomingQuerySet, Kind
from circulars.registration import Circular

_State = Handling.State


def papers_of(user: Any) -> IncomingQuerySet:
    """The registered papers of the units for which the person reads, and those that the person works on, or has come to read."""
    return Incoming.objects.legible().filter(Q(unit__in=units_where(user, Right.READ)) | _worked_on_or_read(user))


def worked_on_or_read(user: Any) -> QuerySet[Any]:
    """Primary keys of the deliveries whose papers the person works on or has come to read, for a query."""
    return Incoming.objects.filter(_worked_on_or_read(user), delivery__isnull=False).values("delivery")


def _worked_on_or_read(user: Any) -> Q:
    """The papers by the person's own rows, as one set: for a choice between two, every paper there is would be looked at."""
    assigned = _assigned(user).seen().order_by().values("handling")
    return Q(pk__in=assigned.union(_reading(user).seen().order_by().values("circulation__incoming"), all=True))


def in_hand() -> IncomingQuerySet:
    """What units have in hand: neither handled nor sent back, recalled or blocked."""
    return Incoming.objects.open().legible().exclude(circular__state=Circular.State.RECALLED)


def to_do(user: Any) -> IncomingQuerySet:
    """待办: what waits for the person as the clerk, who proposes, assigns, circulates or closes, or as one who works on it."""
    served, working = units_where(user, Right.HANDLE_INCOMING), _assigned(user).open().order_by().values("handling")
    untouched = Q(handling=None) & (Q(kind=Kind.ACTION) | Q(state=Incoming.State.REGISTERED))
    waits = Q(unit__in=served) & (untouched | Q(handling__state__in=(_State.TO_ASSIGN, _State.TO_CLOSE)))
    # Most hold one of these rights: a choice of which one half is empty would have the database look at every unit's papers.
    if not units_where(user, Right.DO_WORK):
        return in_hand().filter(waits)
    return in_hand().filter(waits | Q(pk__in=working) if served else Q(pk__in=working))


def to_instruct(user: Any) -> IncomingQuerySet:
    """待批: what was laid before the leader."""
    return in_hand().filter(unit__in=units_where(user, Right.INSTRUCT), handling__state=_State.TO_INSTRUCT)


def to_read(user: Any) -> IncomingQuerySet:
    """待阅: what has come to the person in circulation and is not read."""
    reading = _reading(user).reached().filter(end=None).order_by()
    return in_hand().filter(pk__in=reading.values("circulation__incoming"))


def _assigned(user: Any) -> Any:
    return Assignment.objects.of_hand(user, units_where(user, Right.DO_WORK))


def _reading(user: Any) -> Any:
    return Reader.objects.of_reader(user).filter(unit__in=units_where(user, Right.READ_CIRCULATED))
