"""收文登记簿: what a unit has received, each in its place under the unit's own number (Articles 19, 20 and 22; 2012 regulation art. 24).

``record`` is one entry and how it moves on, ``book`` the count of a unit's year, ``beginning`` how both began, ``typed`` what people type of a paper, ``entering`` how an entry comes into
the book, ``correcting`` how a slip of the pen is put right, ``leaving`` how one that failed the first review is marked, ``questions`` what is asked of many, ``asking`` what a reader of the book asks for, ``waiting``
what is not in it yet and ``lying`` what is not for too long.
"""

from circulars.incoming.book import RegisterBook
from circulars.incoming.choices import Kind, Review, Source
from circulars.incoming.entering import AlreadyEntered, enter, enter_outside
from circulars.incoming.leaving import enter_failed, hear_of_return, send_back_outside
from circulars.incoming.questions import IncomingQuerySet
from circulars.incoming.record import Incoming
from circulars.incoming.typed import Outside
from circulars.incoming.waiting import to_register

__all__ = [
    "AlreadyEntered",
    "Incoming",
    "IncomingQuerySet",
    "Kind",
    "Outside",
    "RegisterBook",
    "Review",
    "Source",
    "enter",
    "enter_failed",
    "enter_outside",
    "hear_of_return",
    "send_back_outside",
    "to_register",
]
