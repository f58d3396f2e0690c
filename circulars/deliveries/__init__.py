"""One circular on its way to one unit: sent, opened, signed for or returned (Articles 20 and 22).

``record`` is the row and what is done with it, ``constraints`` what the database refuses of it, ``numbers`` what its rounds are called by,
``nextsteps`` who must act on what came back, ``rounds`` what a sender who insisted has closed, ``questions`` what is asked of many, ``counts``
what a list of circulars shows of them.
"""

from circulars.deliveries.choices import Channel, Check, Relief, ReturnCode
from circulars.deliveries.counts import with_receipts
from circulars.deliveries.nextsteps import NEXT_STEPS, NextStep, Party, codes_for
from circulars.deliveries.numbers import notice_key
from circulars.deliveries.questions import OPEN, UNNOTIFIED, DeliveryQuerySet
from circulars.deliveries.record import AlreadySigned, Delivery, closed
from circulars.deliveries.rounds import DeliveryRound

__all__ = [
    "NEXT_STEPS",
    "OPEN",
    "UNNOTIFIED",
    "AlreadySigned",
    "Channel",
    "Check",
    "Delivery",
    "DeliveryQuerySet",
    "DeliveryRound",
    "NextStep",
    "Party",
    "Relief",
    "ReturnCode",
    "closed",
    "codes_for",
    "notice_key",
    "with_receipts",
]
