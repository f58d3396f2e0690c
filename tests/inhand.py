"""A unit with two divisions and people in them, and papers in its hands, for the scenes of what happens after the signature."""

from datetime import datetime, timedelta
from typing import Any

from accounts.people import User, take_post
from accounts.reorganising import open_division
from accounts.roles import Role
from accounts.units import Unit
from circulars.handling.hands import Hand, Work
from circulars.incoming import Incoming, Kind, enter
from circulars.registration import Circular
from tests.cast import MONDAY, City

AT_TEN = MONDAY + timedelta(hours=1)
AT_ELEVEN = MONDAY + timedelta(hours=2)
FRIDAY = MONDAY + timedelta(days=2, hours=8)  # the eve of the holiday, when the week ends

# Who works where in the attentive unit: key → name, division and post; none is the unit itself.
STAFF = {
    "head": ("丁科", "order", Role.DIVISION_HEAD),
    "handler": ("丁一", "order", Role.HANDLER),
    "law_head": ("戊科", "law", Role.DIVISION_HEAD),
    "reader": ("己阅", None, Role.READER),
    "unit_principal": ("高正", None, Role.PRINCIPAL),
}


def staff(city: City) -> City:
    """The attentive unit has the divisions ``order`` and ``law``, with a head each and one handler."""
    for key, name in (("order", "治安科"), ("law", "法制科")):
        grounds: dict[str, Any] = {"on_day": MONDAY.date(), "ground": "三定规定", "by": city.engineer, "at": MONDAY}
        made = open_division(Unit.objects.get(pk=city.attentive.pk), name, **grounds)
        setattr(city, key, made)
    for key, (name, place, role) in STAFF.items():
        person = User.objects.create(username=f"in-{key.replace('_', '-')}", name=name)
        take_post(person, getattr(city, place or "attentive"), role, by=None, at=MONDAY)
        setattr(city, key, person)
    return city


def registered(city: City, circular: Circular, *, kind: str = Kind.ACTION, at: datetime = AT_TEN) -> Incoming:
    """What the attentive unit signed for and registered."""
    delivery = city.delivery(circular)
    if delivery.signed_at is None:
        delivery = city.sign(city.opened(circular), at=MONDAY)
    return enter(delivery, kind=kind, by=city.clerk, at=at)


def work(lead: Any, *assisting: Unit, person: User | None = None, due_at: datetime | None = None) -> Work:
    """The division leads, or this person there; the others assist."""
    return Work(Hand(lead, person), tuple(map(Hand, assisting)), due_at)
