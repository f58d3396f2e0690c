"""By when a circular must be signed for and how it stands meanwhile, as plain functions (Article 22).

The limits of faults, keys, lines and upkeep (Articles 13, 14, 16 and 17) are counted here in the same way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models

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


@dataclass(frozen=True)
class Due:
    """A deadline with its reason; the window is in office minutes where `rule` counts working time."""

    at: datetime
    rule: str
    article: str
    window_minutes: int
    sentence: str


@dataclass(frozen=True)
class Limit:
    """A limit in working days: who owes what, by which article, and where the rule set keeps the number."""

    duty: str
    article: str
    days: Callable[[RuleSet], int]


# Our reading: a repair runs from the call to the support organisation, a new key from a complete application.
LIMITS: Mapping[str, Limit] = {
    "fault_report": Limit(
        "故障单位应当报告秘书科和网信办", "第十三条第（一）项", lambda rules: rules.fault_report_days
    ),
    "repair": Limit("保障单位应当完成维修或更换", "第十三条第（二）项", lambda rules: rules.repair_days),
    "key_reissue": Limit("网信办应当重新制发电子印章密钥", "第十四条", lambda rules: rules.key_reissue_days),
    "backup_completion": Limit("保障企业应当完成数据备份", "第十七条", lambda rules: rules.upkeep_days),
    "renewal_completion": Limit("保障企业应当完成续费升级", "第十七条", lambda rules: rules.upkeep_days),
    "step": Limit("审签人应当办理完毕", "第一条", lambda rules: rules.step_days),
}


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


def limit_due(kind: str, start: datetime, office: Office, rules: RuleSet = YANAN) -> Due:
    """When a limit of `LIMITS` runs out: the day of the start is not counted, make-up days are."""
    limit = LIMITS[kind]
    days = limit.days(rules)
    at = office.close_of(office.next_working_day(start, days))
    return Due(
        at=at,
        rule="working_days",
        article=limit.article,
        window_minutes=office.minutes_between(start, at),
        sentence=f"{limit.duty}，限{days}个工作日：起算当日不计，至{when(at)}下班时截止。依据：{limit.article}。",
    )


def line_restore_due(start: datetime, rules: RuleSet = YANAN) -> Due:
    """When an interrupted line must be back (Article 16): by the wall clock, so no calendar is needed."""
    at = local(start) + timedelta(hours=rules.line_restore_hours)
    return Due(
        at=at,
        rule="wall_clock",
        article="第十六条",
        window_minutes=rules.line_restore_hours * 60,
        sentence=f"运营商应当在{rules.line_restore_hours}小时内恢复中断的线路，至{when(at)}截止。依据：第十六条。",
    )


def when(at: datetime) -> str:
    """An instant as people here write it, to the minute."""
    at = local(at)
    return f"{at.year}年{at.month}月{at.day}日{at:%H:%M}"


def span(minutes: int) -> str:
    return f"{minutes}分钟" if minutes % 60 else f"{minutes // 60}小时"
