"""The acts of a handover as posts that work (Article 26). Who has left holds another post elsewhere, as who was moved does."""

from accounts.handovers import Handover
from accounts.people import User, take_post
from accounts.roles import Role
from tests import handovers
from tests.cast import MONDAY, City
from tests.hostile.deskacts import Act, act, url


def _moved(city: City) -> None:
    take_post(city.clerk, city.elsewhere, Role.HANDLER, by=None, at=MONDAY)


def _opened(city: City) -> Handover:
    _moved(city)
    handover = handovers.opened(city)
    handover.put_down("papers", "收文登记簿", 1, by=city.clerk, at=MONDAY)
    return handover


def _given(city: City) -> Handover:
    _moved(city)
    return handovers.given(city)


@act("accounts:put_down_item")
def _put_down(city: City) -> Act:
    posted = {"kind": "device", "text": "打印机", "count": 1}
    return Act("clerk", url("accounts:put_down_item", _opened(city).pk), posted, also=("leader",))


@act("accounts:strike_item")
def _strike(city: City) -> Act:
    handover = _opened(city)
    return Act("clerk", url("accounts:strike_item", handover.pk, handover.items.get().pk), also=("leader",))


@act("accounts:give_handover")
def _give(city: City) -> Act:
    return Act("clerk", url("accounts:give_handover", _opened(city).pk), also=("leader",))


@act("accounts:accept_handover")
def _accept(city: City) -> Act:
    handover = _given(city)
    posted = {f"finding-{item.pk}": "taken" for item in handover.items.all()}
    return Act("second_clerk", url("accounts:accept_handover", handover.pk), posted)


@act("accounts:send_back_handover")
def _send_back(city: City) -> Act:
    posted = {"reason": "漏列打印机"}
    return Act("second_clerk", url("accounts:send_back_handover", _given(city).pk), posted, also=("leader",))


@act("accounts:name_receiver")
def _name_receiver(city: City) -> Act:
    handover = handovers.opened(city, receiver=None)
    return Act("leader", url("accounts:name_receiver", handover.pk), {"receiver": city.second_clerk.pk})


@act("accounts:countersign_handover")
def _countersign(city: City) -> Act:
    return Act("leader", url("accounts:countersign_handover", handovers.accepted(city).pk))


@act("accounts:new_handover")
def _new_handover(city: City) -> Act:
    handler = User.objects.create(username="handler", name="钱承办")
    post = take_post(handler, city.attentive, Role.HANDLER, by=None, at=MONDAY)
    return Act("leader", url("accounts:new_handover"), {"post": post.pk, "receiver": city.clerk.pk})
