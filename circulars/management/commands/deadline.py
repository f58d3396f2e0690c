"""`manage.py deadline`: by when something must be done, or how long it took, and by which article."""

import sys
from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts.duty import login_due, login_gaps
from accounts.lines import Outage, OutageBroken, in_hours, line_months
from accounts.looks import counts_looks, looks_of
from circulars.deadlines import Urgency, receipt_due
from cms.areas import Area
from cms.limits import LIMITS, Due, limit_due, line_restore_due
from cms.offices import office_of
from cms.rulebook import RULE_SETS, RuleSet, UnknownRuleSet, rule_set
from cms.ruleversions import NoRules, RuleVersion
from cms.workdays import ZONE, CalendarMissing, HoursBroken, local

KINDS = ("receipt", *LIMITS, "line_restore", "login", "login_gaps", "line_month")
USAGE = "用法：manage.py deadline 种类 起算时间 [--urgency 紧急程度] [--area 辖区] [--rule-set 规则]"
GAPS_USAGE = "用法：manage.py deadline login_gaps 日期 [登录时间 …]，如 2026-11-18 08:05 10:00"
MONTH_USAGE = "用法：manage.py deadline line_month 中断/恢复 …，如 2026-10-12T09:00/2026-10-13T06:00"

BAD_INPUT = 2
NOT_LOADED = 3


class Command(BaseCommand):
    help = "计算时限：第一行是截止时间或累计，第二行起是规则和依据的条款。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.error = self.refuse_usage  # type: ignore[method-assign]  # argparse itself speaks English only
        parser.add_argument("kind", metavar="种类", help="、".join(KINDS))
        parser.add_argument(
            "start",
            metavar="起算时间",
            nargs="+",
            help=f"如 2026-11-18T09:00，不带时区的按北京时间；另有两种写法：{GAPS_USAGE}；{MONTH_USAGE}",
        )
        parser.add_argument(
            "--urgency", default=Urgency.NORMAL.value, metavar="紧急程度", help="、".join(Urgency.values)
        )
        parser.add_argument("--area", default="", metavar="辖区", help="辖区代码；不写的是本辖区")
        parser.add_argument(
            "--rule-set", default="", metavar="规则", help=f"{'、'.join(RULE_SETS)}；不写的按辖区在起算时间施行的规则"
        )

    def handle(
        self, *args: Any, kind: str, start: list[str], urgency: str, area: str, rule_set: str, **options: Any
    ) -> None:
        """The answer stands on standard output, or one sentence says why there is none."""
        kind, grade, began = kind_named(kind), urgency_named(urgency), beginning(kind, start)
        named = rules_named(rule_set) if rule_set else None
        try:
            rules = named or RuleVersion.objects.in_force(area_named(area), local(began)).rule_set
            answer, *sentences = answers(kind, start, grade, rules, area)
        except OverflowError:
            raise CommandError("起算时间超出可以计算的范围。", returncode=BAD_INPUT) from None
        except OutageBroken as broken:
            raise CommandError(str(broken), returncode=BAD_INPUT) from broken
        except (CalendarMissing, HoursBroken) as missing:
            raise CommandError(str(missing), returncode=NOT_LOADED) from missing
        except NoRules as missing:
            raise CommandError(str(missing), returncode=NOT_LOADED) from missing
        except Area.DoesNotExist:
            which = f"辖区“{area}”" if area else "本辖区"
            raise CommandError(f"{which}还没有建立，请网信办先完成安装。", returncode=NOT_LOADED) from None
        except DatabaseError:
            raise CommandError("读不到工作日历，请网信办检查数据库。", returncode=NOT_LOADED) from None
        self.stdout.write(answer)
        for sentence in sentences:
            self.stdout.write(f"{sentence}按{rules.title}计算。")

    def run_from_argv(self, argv: list[str]) -> None:
        """From the shell a refusal is its bare sentence on standard error, and its exit code.

        With `--traceback` Django lets the refusal through to us instead of printing it under an English name.
        """
        try:
            super().run_from_argv([*argv[:2], "--traceback", *argv[2:]])
        except CommandError as refusal:
            self.stderr.write(str(refusal))
            sys.exit(refusal.returncode)

    def refuse_usage(self, message: str) -> NoReturn:
        raise CommandError(USAGE, returncode=BAD_INPUT)


def beginning(kind: str, words: list[str]) -> datetime:
    """From when the sum begins: by the rule of that time it is done."""
    if kind == "line_month":
        return instant(words[0].partition("/")[0])
    if kind != "login_gaps":
        return instant(words[0])
    try:
        return datetime.combine(date.fromisoformat(words[0]), time(), ZONE)
    except ValueError:
        raise CommandError(GAPS_USAGE, returncode=BAD_INPUT) from None


def answers(kind: str, words: list[str], urgency: Urgency, rules: RuleSet, area: str) -> list[str]:
    """The answer for machines, then its sentences."""
    match kind:
        case "login_gaps":
            return gaps_of(words, rules, area)
        case "line_month":
            return months_of(words, rules)
    if len(words) > 1:
        raise CommandError(USAGE, returncode=BAD_INPUT)
    due = due_of(kind, instant(words[0]), urgency, rules, area)
    return [due.at.isoformat(timespec="seconds"), due.sentence]


def due_of(kind: str, start: datetime, urgency: Urgency, rules: RuleSet, area: str) -> Due:
    if kind == "line_restore":
        return line_restore_due(start, rules)
    office = office_of(area_named(area))
    match kind:
        case "receipt":
            return receipt_due(urgency, start, office, rules)
        case "login":
            return login_due(start, office, rules)
    return limit_due(kind, start, office, rules)


def gaps_of(words: list[str], rules: RuleSet, area: str) -> list[str]:
    """The gaps in office minutes between the look-ins of a day, those to opening and closing included; or what each session lacks."""
    try:
        day, clocks = date.fromisoformat(words[0]), [time.fromisoformat(word) for word in words[1:]]
    except ValueError:
        raise CommandError(GAPS_USAGE, returncode=BAD_INPUT) from None
    logins = [datetime.combine(day, clock, ZONE) for clock in clocks]
    office = office_of(area_named(area))
    if counts_looks(rules):
        looks = looks_of(day, logins, office, rules)
        return [" ".join(str(part.missing) for part in looks.sessions) or "—", looks.sentence]
    found = login_gaps(day, logins, office, rules)
    return [" ".join(map(str, found.gaps)) or "—", found.sentence]


def months_of(words: list[str], rules: RuleSet) -> list[str]:
    """The hours for which one line was down in each month, and every interruption that alone was too long."""
    try:
        stretches = [word.split("/") for word in words]
        outages = [Outage(instant(down), instant(up)) for down, up in stretches]
    except ValueError as wrong:
        raise wrong if isinstance(wrong, OutageBroken) else CommandError(MONTH_USAGE, returncode=BAD_INPUT) from None
    months = line_months(outages, rules)
    shown = "；".join(f"{month.first:%Y-%m} {in_hours(month.down)}" for month in months)
    too_long = [outage.sentence(rules) for outage in sorted(outages) if outage.is_too_long(rules)]
    return [shown or "—", *too_long, *(month.sentence for month in months)]


def area_named(code: str) -> Area:
    """The area with this code; without one the area of this installation."""
    return Area.objects.get(code=code) if code else Area.objects.home()


def kind_named(text: str) -> str:
    if text not in KINDS:
        raise CommandError(f"没有“{text}”这种时限，可用的有：{'、'.join(KINDS)}。", returncode=BAD_INPUT)
    return text


def instant(text: str) -> datetime:
    """The time typed; without a zone it is Beijing time. A date alone does not say when the clock starts."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or is_date_alone(text):
        raise CommandError(f"看不懂起算时间“{text}”，请写成 2026-11-18T09:00。", returncode=BAD_INPUT)
    return at if at.tzinfo else at.replace(tzinfo=ZONE)


def is_date_alone(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def urgency_named(text: str) -> Urgency:
    if text not in Urgency.values:
        known = "、".join(Urgency.values)
        raise CommandError(f"没有“{text}”这种紧急程度，可用的有：{known}。", returncode=BAD_INPUT)
    return Urgency(text)


def rules_named(text: str) -> RuleSet:
    try:
        return rule_set(text)
    except UnknownRuleSet as unknown:
        raise CommandError(str(unknown), returncode=BAD_INPUT) from None
