"""By when a circular must be signed for and how it stands meanwhile, as plain functions (Article 22)."""

from datetime import datetime, timedelta

from django.db import models

from cms.limits import Due, span, when
from cms.rulebook import YANAN, RuleSet
from cms.workdays import ONE_MINUTE, Office, local

RECEIPT_ARTICLE = "第二十二条"


class Urgency(models.TextChoices):
    """How fast a circular must be taken in."""

    NORMAL = "normal", "普通"
    URGENT = "urgent", "加急"
    EXTRA_URGENT = "extra_urgent", "特急"


class Standing(models.TextChoices):
    """How an open delivery stands against its deadline; asked of the times, never stored."""

    WAITING = "waiting", "待签收"
    NEARLY_DUE = "nearly_due", "将超时"
    OVERDUE = "overdue", "已超时"


def receipt_due(urgency: str, sent_at: datetime, office: Office, rules: RuleSet = YANAN) -> Due:
    """When the receiving unit must have signed for a circular (Article 22)."""
    urgency, sent_at = Urgency(urgency), local(sent_at)
    days = _working_days(urgency, rules)
    if not days:
        return _urgent_due(urgency, sent_at, office, rules)
    if rules.normal_rule == "office_minutes":
        return _due_by_office_minutes(urgency, days, sent_at, office, rules)
    return _due_at_close_of_day(urgency, days, sent_at, office, rules)


def _working_days(urgency: Urgency, rules: RuleSet) -> int:
    """In how many working days a circular of this urgency must be signed for; none where minutes count."""
    return {Urgency.NORMAL: rules.working_days, Urgency.URGENT: rules.urgent_working_days}.get(urgency, 0)


def _counted_from(sent_at: datetime, office: Office, rules: RuleSet) -> datetime:
    """When a circular counts as sent: on a working day from the cut-off on, with the opening of the next working day."""
    is_after = rules.same_day_until is not None and sent_at.time() >= rules.same_day_until
    if is_after and office.is_working_day(sent_at.date()):
        return office.open_of(office.next_working_day(sent_at))
    return sent_at


def _due_at_close_of_day(urgency: Urgency, days: int, sent_at: datetime, office: Office, rules: RuleSet) -> Due:
    """Our reading: the day of sending is not counted, and a working day lasts until the offices close."""
    at = office.close_of(office.next_working_day(_counted_from(sent_at, office, rules), days))
    return Due(
        at=at,
        rule="close_of_day",
        article=RECEIPT_ARTICLE,
        window_minutes=office.minutes_between(sent_at, at),
        sentence=f"{urgency.label}公文应当在{days}个工作日内接收并处理：发送当日不计，"
        f"至{when(at)}下班时截止。依据：{RECEIPT_ARTICLE}。",
    )


def _due_by_office_minutes(urgency: Urgency, days: int, sent_at: datetime, office: Office, rules: RuleSet) -> Due:
    """The stricter reading: as many office minutes as the day on which counting starts has."""
    counted_from = _counted_from(sent_at, office, rules)
    window = office.season_of(office.next_opening(counted_from).date()).minutes * days
    at = office.after_minutes(counted_from, window)
    return Due(
        at=at,
        rule="office_minutes",
        article=RECEIPT_ARTICLE,
        window_minutes=window,
        sentence=f"{urgency.label}公文应当在{days}个工作日内接收并处理：发送后累计{window}个办公分钟，"
        f"至{when(at)}截止。依据：{RECEIPT_ARTICLE}。",
    )


def _urgent_due(urgency: Urgency, sent_at: datetime, office: Office, rules: RuleSet) -> Due:
    """By the wall clock, through lunch, closing and midnight; only the moment of sending asks the office."""
    at_once = rules.extra_at_once_minutes if urgency is Urgency.EXTRA_URGENT else rules.at_once_minutes
    if _is_on_duty(sent_at, at_once, office, rules):
        rule, window = "at_once", at_once
        reason = f"{urgency.label}公文在办公时间内发送，应当即时接收并处理：发送后{span(window)}内"
    else:
        rule, window = "after_hours", rules.after_hours_minutes
        reason = f"{urgency.label}公文在下班或节假日期间发送，应当在发送后{span(window)}内接收并处理"
    at = sent_at + timedelta(minutes=window)
    return Due(at, rule, RECEIPT_ARTICLE, window, f"{reason}，至{when(at)}截止。依据：{RECEIPT_ARTICLE}。")


def _is_on_duty(sent_at: datetime, at_once: int, office: Office, rules: RuleSet) -> bool:
    """Whether an urgent circular finds people at their desks: in office hours, at lunch and just before closing as the rule has it."""
    if not office.is_working_day(sent_at.date()):
        return False
    opens_at, closes_at = office.open_of(sent_at.date()), office.close_of(sent_at.date())
    if rules.urgent_closing_grace and sent_at + timedelta(minutes=at_once) > closes_at:
        return False
    return office.is_open(sent_at) or (not rules.lunch_is_off_duty and opens_at <= sent_at < closes_at)


def counts_working_days(urgency: str, rules: RuleSet = YANAN) -> bool:
    """Whether a circular of this urgency is due by working days; else minutes of the wall clock count."""
    return bool(_working_days(Urgency(urgency), rules))


def warn_at(urgency: str, sent_at: datetime, due_at: datetime, office: Office, rules: RuleSet = YANAN) -> datetime:
    """The instant from which an open delivery is 将超时; never before it was sent.

    Our reading: with a quarter of the window left, but where working days count never later than with two office hours left, the interval
    in which a clerk is sure to look in (Article 18).
    """
    sent_at, due_at = local(sent_at), local(due_at)
    if not counts_working_days(urgency, rules):
        return due_at - (due_at - sent_at) * rules.warn_percent / 100
    window = office.minutes_between(sent_at, due_at)
    left = max(window * rules.warn_percent // 100, rules.warn_office_minutes)
    return sent_at if left >= window else office.before_minutes(due_at, left)


def standing(*, due_at: datetime | None, warn_at: datetime | None, closed: bool, now: datetime) -> Standing | None:
    """How a delivery stands now: on time up to and including the due instant; a closed one no longer stands.

    A deadline still unknown, because the calendar is not loaded, is waited for and never overdue.
    """
    if closed:
        return None
    if due_at is not None and now > due_at:
        return Standing.OVERDUE
    if warn_at is not None and now >= warn_at:
        return Standing.NEARLY_DUE
    return Standing.WAITING


def reason(urgency: str, window_minutes: int, rules: RuleSet) -> str:
    """Why a due time is what it is, in a few words: 下班时间紧急件：2 小时, by the rules that were frozen with it.

    Where the rules give both kinds of urgent circular the same time, its length is all that can be said.
    """
    urgency = Urgency(urgency)
    if days := _working_days(urgency, rules):
        return f"{urgency.label}公文：{days} 个工作日内"
    at_once = rules.extra_at_once_minutes if urgency is Urgency.EXTRA_URGENT else rules.at_once_minutes
    length = f"{window_minutes} 分钟" if window_minutes % 60 else f"{window_minutes // 60} 小时"
    if at_once == rules.after_hours_minutes:
        return f"紧急件：{length}"
    return f"下班时间紧急件：{length}" if window_minutes == rules.after_hours_minutes else f"紧急件即时签收：{length}"


def taken_minutes(urgency: str, sent_at: datetime, signed_at: datetime, office: Office) -> int:
    """The whole minutes a unit took: office minutes for a normal circular, wall clock for an urgent one."""
    if Urgency(urgency) is Urgency.NORMAL:
        return office.minutes_between(sent_at, signed_at)
    return max((signed_at - sent_at) // ONE_MINUTE, 0)


def counted_in(urgency: str) -> str:
    """In which time the minutes that a unit took are counted, in the words of the month's workbook."""
    return "办公时间" if Urgency(urgency) is Urgency.NORMAL else "自然时间"
