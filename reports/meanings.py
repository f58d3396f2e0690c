"""口径说明: what every word and number of a month's workbook means, by which article, and which settings applied (Articles 20 to 22 and 28)."""

from typing import NamedTuple

from cms.limits import when
from cms.rulenumbers import NUMBERS, Group
from cms.ruleversions import RuleVersion
from reports.monthly import MonthReport
from reports.ranking import Ranking
from reports.receipts import receipts_of


class Meaning(NamedTuple):
    """One word of the workbook, or one fact about it."""

    word: str
    said: str
    article: str = ""


_22, _28 = "第二十二条", "第二十八条"

WORDS = (
    Meaning("应签收", "按时签收、逾期签收、未签收三项之和；免责、未到期的不计入。一件公文发给一个单位算一件。", _28),
    Meaning("按时签收", "在应签收时间或者以前签收的，或者退回的。", _22),
    Meaning("逾期签收", "过了应签收时间才签收的，或者才退回的。逾期明细中，后一种另写为“逾期退回”。", _22),
    Meaning("未签收", "应签收时间已到，到统计截止时间仍没有签收或者退回的。", _22),
    Meaning(
        "未到期",
        "没有签收，应签收时间还在统计截止时间之后的；因工作日历没有载入、时限待定的也在这里。不计入应签收。",
        _22,
    ),
    Meaning(
        "免责",
        "经认定因按时报告的故障或者系统停机不能签收的，和通报时采纳了单位说明的，不论何时认定。不计入应签收，单列一栏。",
        "第十三条、第二十八条",
    ),
    Meaning("已撤回", "发文单位已撤回的公文，不在任何一栏中。", "第二十条"),
    Meaning("退回后再次送达", "退回后发文单位坚持送达的，另算一件，从再次送达时起算。", "第二十条"),
    Meaning("按时签收率", "按时签收 ÷ 应签收。应签收为 0 的记“—”，既不算 0，也不算 100%，不参加排名。", _28),
    Meaning("签收率", "（按时签收＋逾期签收）÷ 应签收。", _28),
    Meaning("紧急件", "紧急程度为加急、特急的公文。", _22),
    Meaning(
        "平均用时",
        "普通件从发送到签收的办公时间，以小时计；紧急件按自然时间，以分钟计。只计已签收的，按件数加权。",
        _22,
    ),
    Meaning("及时登记", "在应签收时间以前登记的收文，退回的不计。只作参考，不影响按时签收率和排名。", _22),
    Meaning(
        "责任认定",
        "免责的除外：应当短信、电话通知而没有在时限前通知的，责任在发送单位；其余在接收单位。",
        "第二十一条、第二十四条",
    ),
    Meaning("排名、名次", "先比按时签收率，高的在前；相同的再比应签收件数，多的在前；仍相同的并列。", _28),
    Meaning("较上月", "本月按时签收率减上月的，以百分点计；两个月中有一个月没有应签收公文的记“—”。", _28),
    Meaning("连续逾期月数", "到本月为止，每月都有逾期签收、逾期退回或者未签收的月数，最多往前看12个月。", _28),
    Meaning("被通报次数", "到统计截止时，本年各月已下发的通报中点名的次数；一个月重新通报的，以最后一期为准。", _28),
    Meaning("公布", "公布以后的签收、免责不改变已公布的数字；再次公布的写明理由，另编一版。", _28),
)


def meanings_of(report: MonthReport, ranking: Ranking) -> list[Meaning]:
    """First what this workbook is about and which settings applied, then what the words mean; one query."""
    return [*_facts(report, ranking), *WORDS]


def _facts(report: MonthReport, ranking: Ranking) -> list[Meaning]:
    scope = f"发文单位为{report.issuers.said_in(report.area)}，在统计期间发送的电子公文；普通、加急、特急，主送和抄送；不含已撤回的。"
    return [
        Meaning("统计期间", f"{report.month.period}，按发送时间。", _28),
        Meaning("统计截止", f"{when(report.as_of)}。此后发生的签收、退回不计。", _28),
        Meaning("版次", _version(report), _28),
        Meaning("统计范围", scope, _28),
        *(Meaning("适用的规则", _rules(version), _22) for version in _versions(report)),
        Meaning("评价", f"按时签收率：{ranking.scale.said}。这一标准自{ranking.scale.since.label}起使用。", _28),
        Meaning("上月数字", _month_before(report, ranking), _28),
    ]


def _version(report: MonthReport) -> str:
    published = report.published
    if published is None:
        return "工作文件，不是公布的版本：比率、排名、合计是公式，打开文件时重新计算。"
    reason = f"，理由：{published.reason}" if published.reason else ""
    return f"公布第{published.version}版，{when(published.as_of)}由{published.made_by}公布{reason}。全部是当时的数值，没有公式。"


def _versions(report: MonthReport) -> list[RuleVersion]:
    """The versions of the rule under which the month's circulars were sent."""
    receipts = receipts_of(report.month, as_of=report.as_of, issuers=report.issuers, area=report.area)
    return list(RuleVersion.objects.filter(pk__in=receipts.values("rules")).order_by("number"))


def _rules(version: RuleVersion) -> str:
    numbers = version.rule_set.numbers()
    said = [f"{one.label}：{one.said(numbers[name])}" for name, one in NUMBERS.items() if one.group == Group.SIGNING]
    return f"{version}，{when(version.in_force_from)}起施行。{'；'.join(said)}。"


def _month_before(report: MonthReport, ranking: Ranking) -> str:
    before = report.month.previous
    if before is None:
        return "没有上月。"
    published = ranking.trail.published.get(before)
    if published is None:
        return f"{before.label}当时没有公布，按本表统计截止时间计算。"
    return f"{before.label}公布第{published.version}版（统计截止{when(published.as_of)}）。"
