"""By when a circular must be signed for and how it stands meanwhile, as plain functions (Article 22)."""

from datetime import datetime, timedelta

from django.db import models

from cms.limits import Due, span, when
from cms.rulebook import YANAN, RuleSet
from cms.workdays import ONE_MINUTE, Office, local

# Our reading of 将超时: with a quarter of the window left, but for a normal circular never later than with
# two office hours left, the interval in which a clerk is sure to look in (Article 18).
WARNED_QUARTER = 4
WARNED_OFFICE_MINUTES = 120

RECEIPT_ARTICLE = "第二十二条"


class Urgency(models.TextChoices):
    """How fast a circular must be taken in; both urgent grades have the same limits."""

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
    if urgency is not Urgency.NORMAL:
        return _urgent_due(urgency, sent_at, office, rules)
    if rules.normal_rule == "office_minutes":
        return _due_by_office_minutes(sent_at, office, rules)
    return _due_at_close_of_day(sent_at, office, rules)


def _due_at_close_of_day(sent_at: datetime, office: Office, rules: RuleSet) -> Due:
    """Our reading: the day of sending is not counted, and a working day lasts until the offices close."""
    at = office.close_of(office.next_working_day(sent_at, rules.working_days))
    return Due(
        at=at,
        rule="close_of_day",
        article=RECEIPT_ARTICLE,
        window_minutes=office.minutes_between(sent_at, at),
        sentence=f"普通公文应当在{rules.working_days}个工作日内接收并处理：发送当日不计，"
        f"至{when(at)}下班时截止。依据：{RECEIPT_ARTICLE}。",
    )


def _due_by_office_minutes(sent_at: datetime, office: Office, rules: RuleSet) -> Due:
    """The stricter reading: as many office minutes as the day on which counting starts has."""
    first_day = office.next_opening(sent_at).date()
    window = office.season_of(first_day).minutes * rules.working_days
    at = office.after_minutes(sent_at, window)
    return Due(
        at=at,
        rule="office_minutes",
        article=RECEIPT_ARTICLE,
        window_minutes=window,
        sentence=f"普通公文应当在{rules.working_days}个工作日内接收并处理：发送后累计{window}个办公分钟，"
        f"至{when(at)}截止。依据：{RECEIPT_ARTICLE}。",
    )


def _urgent_due(urgency: Urgency, sent_at: datetime, office: Office, rules: RuleSet) -> Due:
    """By the wall clock, through lunch, closing and midnight; only the moment of sending asks the office."""
    if office.is_open(sent_at):
        rule, window = "at_once", rules.at_once_minutes
        reason = f"{urgency.label}公文在办公时间内发送，应当即时接收并处理：发送后{span(window)}内"
    else:
        rule, window = "after_hours", rules.after_hours_minutes
        reason = f"{urgency.label}公文在下班或节假日期间发送，应当在发送后{span(window)}内接收并处理"
    at = sent_at + timedelta(minutes=window)
    return Due(at, rule, RECEIPT_ARTICLE, window, f"{reason}，至{when(at)}截止。依据：{RECEIPT_ARTICLE}。")


def warn_at(urgency: str, sent_at: datetime, due_at: datetime, office: Office) -> datetime:
    """The instant from which an open delivery is 将超时; never before it was sent."""
    sent_at, due_at = local(sent_at), local(due_at)
    if Urgency(urgency) is not Urgency.NORMAL:
        return due_at - (due_at - sent_at) / WARNED_QUARTER
    window = office.minutes_between(sent_at, due_at)
    left = max(window // WARNED_QUARTER, WARNED_OFFICE_MINUTES)
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


def taken_minutes(urgency: str, sent_at: datetime, signed_at: datetime, office: Office) -> int:
    """The whole minutes a unit took: office minutes for a normal circular, wall clock for an urgent one."""
    if Urgency(urgency) is Urgency.NORMAL:
        return office.minutes_between(sent_at, signed_at)
    return max((signed_at - sent_at) // ONE_MINUTE, 0)
