"""Who answers for a delivery and which times decide it, in one sentence that sender and receiver read alike (Articles 13, 21 and 24)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from circulars.deliveries import Channel, Delivery, Relief
from circulars.liability import Liability, liability
from cms.limits import moment
from cms.workdays import ONE_MINUTE


@dataclass(frozen=True)
class Answer:
    """Who answers, the word of when this holds, and the times that decide it; final once the delivery is closed."""

    liability: Liability
    when: str
    why: str
    is_final: bool

    @property
    def sentence(self) -> str:
        if self.liability is Liability.RELIEVED:
            return f"{self.when}，免责（{self.why}）。"
        return f"{self.when}，责任：{self.liability.label}（{self.why}）。"


def answer(delivery: Delivery, now: datetime, entered_at: datetime | None = None) -> Answer | None:
    """Who answers for a late or nearly due electronic delivery; None where nobody is asked: on time, with time in hand, pending, recalled.

    ``entered_at`` is when the call that told the unit was typed in, if that was later (``NoticeQuerySet.entries_of``). Before the due time it says who would answer if the unit did not sign: that is how a sender learns that a call is owed.
    """
    due_at, closed_at = delivery.due_at, delivery.signed_at or delivery.returned_at
    if due_at is None or delivery.recalled_at or delivery.channel != Channel.ELECTRONIC:
        return None
    if closed_at is None and now < due_at and (delivery.warn_at is None or now < delivery.warn_at):
        return None
    who = liability(
        due_at=due_at,
        closed_at=closed_at,
        as_of=max(now, due_at),
        window=_window(delivery),
        notified_at=delivery.notified_at,
        notification_required=delivery.must_notify,
        unreachable_at=delivery.unreachable_at,
        relieved=delivery.relief != Relief.NONE,
        fault_unreported=delivery.fault_unreported,
    )
    if who is Liability.NOBODY:
        return None
    return Answer(who, _when(delivery, due_at, now), _why(delivery, due_at, now, entered_at), closed_at is not None)


def _when(delivery: Delivery, due_at: datetime, now: datetime) -> str:
    if delivery.signed_at:
        return "逾期签收"
    if delivery.returned_at:
        return "逾期退回"
    return "到期仍未签收的" if now <= due_at else "现在仍未签收"


def _why(delivery: Delivery, due_at: datetime, now: datetime, entered_at: datetime | None) -> str:
    """The fact that decides, by the same ladder as the rule."""

    def at(instant: datetime) -> str:
        return moment(instant, now)

    if delivery.relief != Relief.NONE:
        return _stretch(delivery, now) or str(Relief(delivery.relief).label)
    if delivery.fault_unreported:
        return f"{_stretch(delivery, now)}，没有按时报告"
    due = f"应于 {at(due_at)} 前签收"
    if not delivery.must_notify:
        return due
    notified_at, unreachable_at = delivery.notified_at, delivery.unreachable_at
    if unreachable_at and unreachable_at < due_at and not (notified_at and notified_at < due_at):
        return f"{at(unreachable_at)} 登记号码没有报备或有误（第二十四条），{due}"
    if notified_at is None:
        till = "到签收" if delivery.signed_at else "到退回" if delivery.returned_at else "至今"
        return f"{at(delivery.sent_at)} 发出，{till}没有短信或电话通知"
    entered = f"，{at(entered_at)} 补记" if entered_at else ""
    if notified_at < due_at:
        return f"{at(notified_at)} 已通知{entered}，{due}"
    return f"{at(notified_at)} 才通知{entered}，应于 {at(notified_at + _window(delivery))} 前签收"


def _stretch(delivery: Delivery, now: datetime) -> str:
    """From when to when the unit could not work, and why."""
    if delivery.stopped_from is None or delivery.stopped_until is None:
        return ""
    what = "停机" if delivery.relief == Relief.MAINTENANCE else "故障"
    return f"{moment(delivery.stopped_from, now)} 至 {moment(delivery.stopped_until, now)} {what}"


def _window(delivery: Delivery) -> timedelta:
    return (delivery.window_minutes or 0) * ONE_MINUTE
