"""线路中断: how long a line was down at a time, and in all in a calendar month, as plain functions (Article 16)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cms.limits import when
from cms.rulebook import YANAN, RuleSet
from cms.workdays import ZONE, local

ARTICLE = "第十六条"
ONE_HOUR = timedelta(hours=1)


class OutageBroken(ValueError):
    """An interruption that ends before it begins, or two of one line at once."""


@dataclass(frozen=True, order=True)
class Outage:
    """One interruption of one line, from when it went down to when it was up again."""

    down_at: datetime
    up_at: datetime

    def __post_init__(self) -> None:
        if self.up_at < self.down_at:
            raise OutageBroken("线路恢复的时间不能早于中断的时间。")

    @property
    def lasted(self) -> timedelta:
        return self.up_at - self.down_at

    def is_too_long(self, rules: RuleSet = YANAN) -> bool:
        """Whether this one alone is a breach; restored at the twelfth hour is in time."""
        return self.lasted > rules.line_restore_hours * ONE_HOUR

    def sentence(self, rules: RuleSet = YANAN) -> str:
        verdict = "超过" if self.is_too_long(rules) else "没有超过"
        down = f"{when(self.down_at)}起中断{in_hours(self.lasted)}"
        return f"{down}，{verdict}{rules.line_restore_hours}小时。依据：{ARTICLE}。"


@dataclass(frozen=True)
class LineMonth:
    """What the interruptions of one line add up to in the month that begins on this day."""

    first: date
    down: timedelta
    allowed: timedelta

    @property
    def is_over(self) -> bool:
        """Whether the rent of the month is deducted; the very limit is not over it."""
        return self.down > self.allowed

    @property
    def sentence(self) -> str:
        month = f"{self.first.year}年{self.first.month}月"
        verdict = "按合同扣除当月月租费" if self.is_over else "不扣除"
        limit = self.allowed // ONE_HOUR
        return f"{month}累计中断{in_hours(self.down)}，限{limit}小时：{verdict}。依据：{ARTICLE}。"


def line_months(outages: Iterable[Outage], rules: RuleSet = YANAN) -> list[LineMonth]:
    """The months in which a line was down, in order; an interruption over midnight of the first counts in both."""
    down: dict[date, timedelta] = {}
    before: Outage | None = None
    for outage in sorted(outages):
        if before is not None and outage.down_at < before.up_at:
            raise OutageBroken("同一条线路的两次中断在时间上重叠，请先核对记录。")
        for first, lasted in _by_month(outage):
            down[first] = down.get(first, timedelta()) + lasted
        before = outage
    allowed = rules.line_month_hours * ONE_HOUR
    return [LineMonth(first, total, allowed) for first, total in sorted(down.items())]


def _by_month(outage: Outage) -> Iterable[tuple[date, timedelta]]:
    """The parts of an interruption, each in its calendar month, Beijing time."""
    at, up_at = local(outage.down_at), local(outage.up_at)
    while at < up_at:
        first = at.date().replace(day=1)
        following = datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=ZONE)
        part = min(up_at, following)
        yield first, part - at
        at = part


def in_hours(lasted: timedelta) -> str:
    """A duration in hours and minutes: 48小时01分; what is over the minute shows as seconds."""
    minutes, seconds = divmod(int(lasted.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}小时{minutes:02}分" + (f"{seconds:02}秒" if seconds else "")
