"""Every legal act upon a circular as a post that works: by whom, to which address and with what in the form.

The scenes try each of them as somebody else, twice, at once and too late; a new act of the desk gets its row here or in ``officeacts``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.urls import reverse

from circulars.deliveries import Delivery, ReturnCode
from circulars.printing import PrintedCopy, ask_for_more, declare_spoilt, print_originals
from circulars.problems import report_missing, report_problem
from circulars.returns import acknowledge
from circulars.scheduling import schedule
from tests.cast import MONDAY, City

REASON = "按领导要求办理"


@dataclass(frozen=True)
class Act:
    """A post that does something once for this person."""

    who: str  # by the keys of the city
    path: str
    posted: dict[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()  # who else may


Making = Callable[[City], Act]
ACTS: dict[str, Making] = {}


def act(door: str, variant: str = "") -> Callable[[Making], Making]:
    """Keeps what makes the act under its door, and the variant where one door has several acts."""

    def keep(making: Making) -> Making:
        ACTS[f"{door} {variant}".strip()] = making
        return making

    return keep


def door_of(name: str) -> str:
    return name.partition(" ")[0]


def url(name: str, *keys: Any) -> str:
    return reverse(name, args=keys)


# --- receiving ---


@act("circulars:sign")
def _sign(city: City) -> Act:
    delivery = city.opened(city.sent())
    return Act("clerk", url("circulars:sign", delivery.pk), {"key": str(uuid4()), "checked": list(delivery.checks())})


@act("circulars:send_back")
def _send_back(city: City) -> Act:
    delivery = city.opened(city.sent())
    return Act("clerk", url("circulars:send_back", delivery.pk), {"code": ReturnCode.NOT_OURS, "reason": REASON})


@act("circulars:report_problem")
def _report(city: City) -> Act:
    delivery = city.opened(city.sent())
    return Act("clerk", url("circulars:report_problem", delivery.pk), {"code": "unreadable", "text": "第二页打不开"})


@act("circulars:report_missing")
def _report_missing(city: City) -> Act:
    posted = {
        "unit": city.attentive.pk,
        "issuer": city.office.pk,
        "number": "延政办发〔2026〕99号",
        "text": "听说有通知",
    }
    return Act("clerk", url("circulars:report_missing"), posted)


@act("circulars:problem")
def _answer(city: City) -> Act:
    found = report_problem(city.opened(city.sent()), "damaged", "附件坏了", by=city.clerk, at=MONDAY)
    return Act("sender", url("circulars:problem", found.pk), {"answer": "随后补发"})


@act("circulars:close_problem", "by the sender")
def _close(city: City) -> Act:
    found = report_problem(city.opened(city.sent()), "damaged", "附件坏了", by=city.clerk, at=MONDAY)
    return Act("sender", url("circulars:close_problem", found.pk))


@act("circulars:close_problem", "by the unit")
def _close_missing(city: City) -> Act:
    found = report_missing(city.attentive, city.office, "", "听说有通知", by=city.clerk, at=MONDAY)
    return Act("clerk", url("circulars:close_problem", found.pk))


# --- several at once, and on paper ---


def _signed(city: City) -> Delivery:
    return city.sign(city.opened(city.sent()))


def _printed(city: City) -> PrintedCopy:
    (copy,) = print_originals([_signed(city)], purpose="handling", key=uuid4(), by=city.clerk, at=MONDAY)
    return copy


@act("circulars:sign_batch")
def _sign_batch(city: City) -> Act:
    keys = [city.opened(city.sent()).pk for _ in range(2)]
    return Act("clerk", url("circulars:sign_batch"), {"key": str(uuid4()), "pick": keys, "checked": keys})


@act("circulars:print")
def _print(city: City) -> Act:
    posted = {"key": str(uuid4()), "copies": "1", "purpose": "handling", "original": "1"}
    return Act("clerk", url("circulars:print", _signed(city).pk), posted)


@act("circulars:print", "without red")
def _print_plainly(city: City) -> Act:
    posted = {"key": str(uuid4()), "purpose": "handling", "plain": "1"}
    return Act("clerk", url("circulars:print", _signed(city).pk), posted)


@act("circulars:print_batch")
def _print_batch(city: City) -> Act:
    posted = {"key": str(uuid4()), "pick": [_signed(city).pk], "purpose": "handling"}
    return Act("clerk", url("circulars:print_batch"), posted)


@act("circulars:spoil")
def _spoil(city: City) -> Act:
    return Act("clerk", url("circulars:spoil", _printed(city).pk), {"reason": "卡纸"})


@act("circulars:decide_spoilt")
def _confirm_spoilt(city: City) -> Act:
    declared = declare_spoilt(_printed(city), "卡纸", by=city.clerk, at=MONDAY)
    return Act("leader", url("circulars:decide_spoilt", declared.pk), {"confirm": "1"})


@act("circulars:decide_spoilt", "refused")
def _refuse_spoilt(city: City) -> Act:
    declared = declare_spoilt(_printed(city), "卡纸", by=city.clerk, at=MONDAY)
    return Act("leader", url("circulars:decide_spoilt", declared.pk), {"refuse": "1", "answer": "可以使用"})


@act("circulars:ask_originals")
def _ask_originals(city: City) -> Act:
    return Act("clerk", url("circulars:ask_originals", _signed(city).pk), {"wanted": "2", "reason": "存档"})


@act("circulars:answer_originals")
def _agree_to_originals(city: City) -> Act:
    asked = ask_for_more(_signed(city), 2, "存档", by=city.clerk, at=MONDAY)
    return Act("registrar", url("circulars:answer_originals", asked.pk), {"granted": "1"})


@act("circulars:answer_originals", "refused")
def _refuse_originals(city: City) -> Act:
    asked = ask_for_more(_signed(city), 2, "存档", by=city.clerk, at=MONDAY)
    return Act("registrar", url("circulars:answer_originals", asked.pk), {"refuse": "1", "answer": "用复印件"})


# --- sending and following ---


@act("circulars:send")
def _send(city: City) -> Act:
    return Act("sender", url("circulars:send", city.sealed().uuid), {"when": "now"})


@act("circulars:send", "later")
def _schedule(city: City) -> Act:
    posted = {"when": "later", "scheduled_for": "2026-09-28 10:00"}
    return Act("sender", url("circulars:send", city.sealed().uuid), posted)


@act("circulars:unschedule")
def _unschedule(city: City) -> Act:
    circular = city.sealed()
    schedule(circular, MONDAY + timedelta(hours=1), by=city.sender, at=MONDAY)
    return Act("sender", url("circulars:unschedule", circular.uuid))


@act("circulars:urge")
def _urge(city: City) -> Act:
    posted = {"seen": MONDAY.isoformat(), "text": "请尽快签收。", "units": [city.attentive.pk, city.late.pk]}
    return Act("sender", url("circulars:urge", city.sent().uuid), posted)


@act("circulars:checked")
def _check(city: City) -> Act:
    return Act("sender", url("circulars:checked", city.sent().uuid))


@act("circulars:call")
def _call(city: City) -> Act:
    circular = city.sent(urgency="extra_urgent")
    posted = {
        "key": str(uuid4()),
        "of_round": "1",
        "whom": "other",
        "number": "0911-2110000",
        "name": "门卫",
        "happened_at": "2026-09-28 09:00",
        "result": "reached",
    }
    return Act("sender", url("circulars:call", circular.uuid, city.delivery(circular).pk), posted)


@act("circulars:no_number")
def _no_number(city: City) -> Act:
    circular = city.sent(urgency="extra_urgent")
    at = url("circulars:no_number", circular.uuid, city.delivery(circular, city.late).pk)
    return Act("sender", at, {"of_round": "1"})


@act("circulars:hand_over")
def _hand_over(city: City) -> Act:
    copy = city.sent().deliveries.get(unit=city.paper).paper_copy
    return Act(
        "sender", url("circulars:hand_over", copy.pk), {"delivered_at": "2026-09-28 09:00", "taken_by": "钱门卫"}
    )


@act("circulars:hand_over", "corrected")
def _correct_hand_over(city: City) -> Act:
    copy = city.sent().deliveries.get(unit=city.paper).paper_copy
    copy.deliver(MONDAY, "钱门卫", by=city.sender, at=MONDAY)
    posted = {"delivered_at": "2026-09-28 09:00", "taken_by": "孙门卫", "reason": "登错人"}
    return Act("registrar", url("circulars:hand_over", copy.pk), posted)


# --- what came back, and what is mended after sending ---


def _returned(city: City) -> Delivery:
    delivery = city.opened(city.sent())
    delivery.send_back(code=ReturnCode.NOT_OURS, reason=REASON, by=city.clerk, at=MONDAY)
    return delivery


def _acknowledged(city: City) -> Delivery:
    delivery = _returned(city)
    acknowledge(delivery, by=city.sender, at=MONDAY)
    return delivery


@act("circulars:acknowledge")
def _acknowledge(city: City) -> Act:
    return Act("sender", url("circulars:acknowledge", _returned(city).pk))


@act("circulars:insist")
def _insist(city: City) -> Act:
    return Act("sender", url("circulars:insist", _acknowledged(city).pk), {"why": "应由贵局办理"})


@act("circulars:leave_return")
def _leave(city: City) -> Act:
    return Act("sender", url("circulars:leave_return", _acknowledged(city).pk), {"why": "改由住建局办理"})


@act("circulars:correct_return")
def _correct_return(city: City) -> Act:
    return Act("drafter", url("circulars:correct_return", _acknowledged(city).pk), {"key": str(uuid4())})


@act("circulars:recall")
def _recall(city: City) -> Act:
    return Act("sender", url("circulars:recall", city.sent().uuid), {"reason": "附件发错"})


@act("circulars:supplement")
def _supplement(city: City) -> Act:
    posted = {"units": [city.county.pk], "role": "primary", "reason": "漏列", "consent": "张志远，今日"}
    return Act("sender", url("circulars:supplement", city.sent().uuid), posted)


@act("circulars:amend")
def _amend(city: City) -> Act:
    return Act("drafter", url("circulars:amend", city.sent().uuid), {"key": str(uuid4()), "kind": "corrects"})
