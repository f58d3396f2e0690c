"""By when something must be done, as plain functions: faults, keys, lines, upkeep, handovers, steps (Articles 1, 13 to 17 and 26)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cms.quarters import Quarter
from cms.rulebook import YANAN, RuleSet
from cms.workdays import ONE_DAY, Office, local


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


# Our reading: a repair runs from the call to the support organisation, which the network office makes "promptly" after the report; a new
# key from a complete application. What a unit has not tested in its days the network office tests.
LIMITS: Mapping[str, Limit] = {
    "fault_report": Limit(
        "故障单位应当报告秘书科和网信办", "第十三条第（一）项", lambda rules: rules.fault_report_days
    ),
    "contact": Limit("网信办应当联系保障单位", "第十三条第（二）项", lambda rules: rules.contact_days),
    "repair": Limit("保障单位应当完成维修或更换", "第十三条第（二）项", lambda rules: rules.repair_days),
    "acceptance": Limit("故障单位应当验收维修结果", "第十三条第（二）项", lambda rules: rules.acceptance_days),
    "key_reissue": Limit("网信办应当重新制发电子印章密钥", "第十四条", lambda rules: rules.key_reissue_days),
    "backup_completion": Limit("保障单位应当完成数据备份", "第十七条", lambda rules: rules.upkeep_days),
    "renewal_completion": Limit("保障单位应当完成续费升级", "第十七条", lambda rules: rules.upkeep_days),
    "handback": Limit("单位应当交回旧印章和旧密钥", "第十五条", lambda rules: rules.handback_days),
    "handover": Limit("移交人、接收人和分管领导应当办完交接手续", "第二十六条", lambda rules: rules.handover_days),
    "appeal": Limit("单位可以对问责决定提出申诉", "第二十八条", lambda rules: rules.appeal_days),
    "step": Limit("审签人应当办理完毕", "第一条", lambda rules: rules.step_days),
}


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


def line_report_due(quarter: Quarter, office: Office, rules: RuleSet = YANAN) -> Due:
    """When the report of a quarter's inspections must be with the network office (Article 16).

    Our reading: by the close of the quarter's last working day, or so many working days later as the rule set gives grace.
    """
    day = quarter.last
    while not office.is_working_day(day):
        day -= ONE_DAY
    if rules.line_report_grace_days:
        day = office.next_working_day(day, rules.line_report_grace_days)
    at = office.close_of(day)
    return Due(
        at=at,
        rule="quarter",
        article="第十六条",
        window_minutes=office.minutes_between(quarter.starts_at, at),
        sentence=f"运营商应当报送{quarter.label}的线路巡检报告，至{when(at)}截止。依据：第十六条。",
    )


def when(at: datetime) -> str:
    """An instant as people here write it, to the minute."""
    at = local(at)
    return f"{at.year}年{at.month}月{at.day}日{at:%H:%M}"


def moment(at: datetime, now: datetime) -> str:
    """The same without the year within it, and 今日 for today."""
    at, now = local(at), local(now)
    if at.date() == now.date():
        return f"今日 {at:%H:%M}"
    day = f"{at.month}月{at.day}日" if at.year == now.year else f"{at.year}年{at.month}月{at.day}日"
    return f"{day} {at:%H:%M}"


def span(minutes: int) -> str:
    return f"{minutes}分钟" if minutes % 60 else f"{minutes // 60}小时"
