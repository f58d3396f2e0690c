"""Urgent circulars, numbers to ring up, and calls as a sender enters them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from accounts.people import User
from circulars.calling import log_call
from circulars.deliveries import Delivery
from circulars.notices import Notice
from tests.cast import MONDAY, City

NUMBERS = {"clerk": "138 0000 0001", "second_clerk": "13800000002", "leader": "13800000003", "late_clerk": ""}
FIVE_PAST = MONDAY + timedelta(minutes=5)
TEN_PAST = MONDAY + timedelta(minutes=10)


def number_everybody(city: City) -> None:
    """The people of the attentive unit have mobiles, the late clerk only a telephone in the office."""
    for who, number in NUMBERS.items():
        User.objects.filter(pk=getattr(city, who).pk).update(mobile=number, office_phone="0911-2112345")


def called(city: City, delivery: Delivery, **changes: Any) -> Notice:
    """At ten past, the sender enters that somebody was reached at five past."""
    call: dict[str, Any] = {
        "result": "reached",
        "name": "孙早",
        "number": "13800000001",
        "happened_at": FIVE_PAST,
        "key": uuid4(),
    }
    call["of_round"] = delivery.round
    return log_call(delivery, **{**call, "by": city.sender, "at": TEN_PAST, **changes})


def fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def wrong_numbers(city: City, delivery: Delivery, *people: User, **changes: Any) -> None:
    """The sender has rung up these people, all of the attentive unit if none is named, and put on record that it was the wrong number."""
    for person in people or (city.clerk, city.second_clerk, city.leader):
        number = User.objects.get(pk=person.pk).mobile
        called(city, delivery, result="wrong_number", name=person.name, person=person.pk, number=number, **changes)
