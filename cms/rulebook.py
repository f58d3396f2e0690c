"""Every number of the rule, as a named set that an area follows (Articles 13 to 18, 20, 22, 23, 25 and 26).

The rule itself gives: one working day for a normal circular, at once for an urgent one, two hours off duty (22); one working day to report
a fault and five to repair it (13); five to make a new key (14); twelve hours to restore a line, forty-eight in a month (16); five working
days for a back-up or a renewal (17); a log-in every two hours (18). The rest it leaves open, and the defaults are our reading.
``cms.rulenumbers`` says what each number is, ``cms.ruleversions`` keeps which set an area follows from when.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Literal

from cms.rulenumbers import NUMBERS

NormalRule = Literal["close_of_day", "office_minutes"]


class RuleBroken(ValueError):
    """The numbers of a rule set contradict the rule or each other; ``field`` names the one to put right."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class UnknownRuleSet(LookupError):
    """No rule set has this name."""


@dataclass(frozen=True)
class RuleSet:
    """The numbers by which deadlines of an area are counted; the defaults are those of Yan'an."""

    name: str
    title: str

    working_days: int = 1
    normal_rule: NormalRule = "close_of_day"
    same_day_until: time | None = None
    at_once_minutes: int = 30
    extra_at_once_minutes: int = 30
    urgent_working_days: int = 0
    after_hours_minutes: int = 120
    lunch_is_off_duty: bool = True
    urgent_closing_grace: bool = False
    cc_signs: bool = True
    registration_counts: bool = False

    warn_percent: int = 25
    warn_office_minutes: int = 120
    remind_due_hour: int = 9
    remind_before_close_minutes: int = 120
    remind_late_hour: int = 9
    remind_urgent_percent: int = 50
    remind_urgent_every_minutes: int = 30
    remind_off_duty_minutes: int = 60
    remind_off_duty_every_minutes: int = 60
    urge_rest_minutes: int = 30
    sender_check_hours: int = 0
    lying_days: int = 3
    explain_days: int = 3
    named_percent: int = 90

    login_gap_minutes: int = 120
    looks_per_session: int = 0
    looks_per_holiday: int = 0

    fault_report_days: int = 1
    contact_days: int = 1
    repair_days: int = 5
    acceptance_days: int = 3
    key_reissue_days: int = 5
    line_restore_hours: int = 12
    line_month_hours: int = 48
    line_report_grace_days: int = 0
    upkeep_days: int = 5
    handback_days: int = 5
    selfcheck_weeks: int = 1

    handover_days: int = 5
    overlap_days: int = 5
    declaration_months: int = 12

    step_days: int = 2
    correction_characters: int = 10

    filing_month: int = 6
    unfiled_years: int = 2

    appeal_days: int = 5

    def __post_init__(self) -> None:
        for field, sentence in problems(self.numbers()).items():
            raise RuleBroken(sentence, field)

    def numbers(self) -> dict[str, Any]:
        """The value of every number, by its name."""
        return {name: getattr(self, name) for name in NUMBERS}


def problems(numbers: Mapping[str, Any]) -> dict[str, str]:
    """What cannot stand in these numbers, all or some: name of the number → a sentence; empty when they may be in force."""
    found = {name: why for name, value in numbers.items() if (why := NUMBERS[name].refusal(value))}
    ladder = ("extra_at_once_minutes", "at_once_minutes", "after_hours_minutes")
    if found.keys() & set(ladder) or not set(ladder) <= numbers.keys():
        return found
    extra, at_once, after_hours = (numbers[name] for name in ladder)
    if extra > at_once:
        found["extra_at_once_minutes"] = "特急公文在办公时间内的签收时限不得长于加急公文的时限。"
    if at_once > after_hours:
        found["at_once_minutes"] = "办公时间内紧急公文的签收时限不得长于下班和节假日期间的时限。"
    return found


YANAN = RuleSet("yanan", "延安市规则")

# Ours, its stricter reading, and two examples after what other cities and bodies have published; nobody's official list.
RULE_SETS = {
    rules.name: rules
    for rules in (
        YANAN,
        RuleSet("yanan-office-minutes", "延安市规则（普通公文按办公分钟累计）", normal_rule="office_minutes"),
        RuleSet(
            "example-cutoff",
            "示例规则甲（17时起视为次日，分场次查看）",
            same_day_until=time(17),
            extra_at_once_minutes=15,
            after_hours_minutes=60,
            lunch_is_off_duty=False,
            looks_per_session=2,
            looks_per_holiday=2,
            sender_check_hours=24,
        ),
        RuleSet(
            "example-graded",
            "示例规则乙（特急即时、加急2个、普通7个工作日）",
            working_days=7,
            urgent_working_days=2,
            extra_at_once_minutes=20,
        ),
    )
}


def rule_set(name: str) -> RuleSet:
    """The rule set of this name; a name nobody set up is refused."""
    try:
        return RULE_SETS[name]
    except KeyError:
        raise UnknownRuleSet(f"没有名为“{name}”的规则，可用的有：{'、'.join(RULE_SETS)}。") from None
