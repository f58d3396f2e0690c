"""The acts upon a unit's register as posts that work: what was signed for and what came by mail is entered, and what went back is marked."""

from circulars.incoming import Outside, enter_outside
from tests.cast import MONDAY, City
from tests.hostile.deskacts import REASON, Act, act, url

COLLEAGUE = ("second_clerk",)


@act("circulars:register_incoming")
def _register(city: City) -> Act:
    delivery = city.sign(city.opened(city.sent()))
    given = {"kind": "action", "copies": 1, "pages": 1, "review": "passed"}
    return Act("clerk", url("circulars:register_incoming", delivery.pk), given, also=COLLEAGUE)


@act("circulars:register_outside")
def _register_outside(city: City) -> Act:
    given = {"unit": city.attentive.pk, "sender": "省应急管理厅", "number": "", "title": "关于开展检查的函"}
    given |= {"urgency": "normal", "received_at": "2026-09-28 08:30", "kind": "information", "copies": 1}
    return Act("clerk", url("circulars:register_outside"), given, also=COLLEAGUE)


@act("circulars:start_book")
def _start_book(city: City) -> Act:
    given = {"first": "31", "ground": REASON}
    return Act("clerk", url("circulars:start_book", city.attentive.code), given, also=(*COLLEAGUE, "leader"))


@act("circulars:correct_entry")
def _correct_entry(city: City) -> Act:
    paper = Outside(sender="省应急管理厅", title="关于开展检查的函")
    entry = enter_outside(city.attentive.pk, paper, received_at=MONDAY, by=city.clerk, at=MONDAY)
    given = {"sender": "省应急管理厅", "number": "", "title": "关于开展安全检查的函", "urgency": "normal"}
    given |= {"received_at": "2026-09-28 09:00", "kind": "action", "copies": "1", "reason": REASON}
    return Act("clerk", url("circulars:correct_entry", entry.pk), given, also=COLLEAGUE)


@act("circulars:return_outside")
def _return_outside(city: City) -> Act:
    paper = Outside(sender="省应急管理厅", title="关于开展检查的函")
    entry = enter_outside(city.attentive.pk, paper, received_at=MONDAY, by=city.clerk, at=MONDAY)
    return Act("clerk", url("circulars:return_outside", entry.pk), {"why": REASON}, also=COLLEAGUE)
