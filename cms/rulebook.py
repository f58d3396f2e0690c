"""Every number of the rule, as a named set that one area follows (Articles 13, 14, 16, 17 and 22).

The rule itself gives: one working day to report a fault (13(1)) and five to repair it (13(2)); five to make a
new key (14); twelve hours to restore a line (16); five working days for a back-up or a renewal (17); one
working day for a normal circular, at once for an urgent one, two hours off duty (22). How a working day is
counted, and how many minutes "at once" is, it leaves open: there the two sets below are our reading.
"""

from dataclasses import dataclass
from typing import Literal, get_args

NormalRule = Literal["close_of_day", "office_minutes"]


class RuleBroken(ValueError):
    """The numbers of a rule set contradict the rule or each other."""


class UnknownRuleSet(LookupError):
    """No rule set has this name."""


@dataclass(frozen=True)
class RuleSet:
    """The numbers by which deadlines of an area are counted."""

    name: str
    title: str
    normal_rule: NormalRule = "close_of_day"  # Our reading of "within one working day" (Article 22).
    working_days: int = 1  # Article 22, a normal circular.
    at_once_minutes: int = 30  # Our reading of "at once" (Article 22): time for a call, the walk and the check.
    after_hours_minutes: int = 120  # Article 22, an urgent circular sent off duty.
    fault_report_days: int = 1  # Article 13(1).
    repair_days: int = 5  # Article 13(2).
    key_reissue_days: int = 5  # Article 14.
    line_restore_hours: int = 12  # Article 16, one interruption.
    line_month_hours: int = 48  # Article 16, all interruptions of a line in a calendar month.
    login_gap_minutes: int = 120  # Article 18, in office minutes.
    upkeep_days: int = 5  # Article 17, back-up and renewal alike.
    step_days: int = 2  # Our reading of "timely" on the way to approval (Article 1): each step of review.
    correction_characters: int = 10  # Our reading of a typographic correction at registration (regulation art. 25).

    def __post_init__(self) -> None:
        if self.normal_rule not in get_args(NormalRule):
            raise RuleBroken(f"不认识的普通公文计时规则：{self.normal_rule}。")
        if not 10 <= self.at_once_minutes <= 120:
            raise RuleBroken("办公时间内紧急公文的签收时限须在10至120分钟之间。")
        if self.at_once_minutes > self.after_hours_minutes:
            raise RuleBroken("办公时间内紧急公文的签收时限不得长于下班和节假日期间的时限。")
        days = (self.working_days, self.fault_report_days, self.repair_days, self.key_reissue_days)
        hours = (self.line_restore_hours, self.line_month_hours)
        if min(*days, *hours, self.upkeep_days, self.step_days) < 1 or self.login_gap_minutes < 1:
            raise RuleBroken("各项时限至少为1个工作日、1小时或1分钟。")


YANAN = RuleSet("yanan", "延安市规则")

RULE_SETS = {
    rules.name: rules
    for rules in (
        YANAN,
        RuleSet("yanan-office-minutes", "延安市规则（普通公文按办公分钟累计）", normal_rule="office_minutes"),
    )
}


def rule_set(name: str) -> RuleSet:
    """The rule set of this name; a name nobody set up is refused."""
    try:
        return RULE_SETS[name]
    except KeyError:
        raise UnknownRuleSet(f"没有名为“{name}”的规则，可用的有：{'、'.join(RULE_SETS)}。") from None
