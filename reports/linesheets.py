"""线路月度统计和月租费扣除单: a carrier's lines in a month, which rents are deducted, and by which interruptions (Articles 7(4), 8(1) and 16).

Rows for page and workbook; ``deduction_lines`` is what another list of a provider's deductions takes from here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from accounts.linemonths import LineTally, month_tallies
from accounts.lineoutages import LineOutage
from accounts.lineregister import Line
from accounts.lines import ARTICLE, in_hours
from accounts.providers import Provider, Service
from cms.workdays import local
from reports.months import Month


@dataclass(frozen=True)
class DeductionLine:
    """One ground for a deduction: which line, how long it was down, how much by the contract."""

    unit_name: str
    circuit: str
    down: timedelta
    allowed: timedelta
    breaches: int
    is_open: bool
    yuan: Decimal

    @property
    def ground(self) -> str:
        limit = self.allowed // timedelta(hours=1)
        return f"当月累计中断{in_hours(self.down)}，超过{limit}小时（{ARTICLE}）"

    @property
    def remark(self) -> str:
        said = [f"{self.breaches}次未按时恢复"] if self.breaches else []
        return "；".join([*said, "尚未恢复"] if self.is_open else said)


@dataclass(frozen=True)
class InterruptionRow:
    """One interruption as far as it lies in the month."""

    unit_name: str
    circuit: str
    down_at: datetime
    up_at: datetime | None
    lasted: timedelta
    within: timedelta
    is_too_long: bool
    cause: str
    is_corrected: bool

    @property
    def remark(self) -> str:
        said = [self.cause, "时间经更正" if self.is_corrected else "", "" if self.up_at else "尚未恢复"]
        return "；".join(filter(None, said))


@dataclass(frozen=True)
class LineSheet:
    """What page and workbook print of one carrier and month, as things stood at ``as_of``."""

    carrier: Provider
    month: Month
    as_of: datetime
    tallies: list[LineTally]

    @property
    def title(self) -> str:
        return f"{self.carrier.unit.name}线路月租费扣除单"

    @property
    def file_name(self) -> str:
        return f"{self.title}（{self.month.label}）.xlsx"

    @property
    def is_closed(self) -> bool:
        """Whether the month is over: then only a correction changes it."""
        return self.as_of >= self.month.ends_at

    @property
    def standing(self) -> str:
        at = f"{local(self.as_of):%Y-%m-%d %H:%M}"
        return f"本月已经结束，按截至 {at} 的记录" if self.is_closed else f"本月还没有结束，算到 {at}"

    @cached_property
    def down(self) -> list[LineTally]:
        """The lines that were interrupted at all, the longest first."""
        return sorted((one for one in self.tallies if one.outages), key=lambda one: one.month.down, reverse=True)

    @cached_property
    def deductions(self) -> list[DeductionLine]:
        return deduction_lines(self.tallies)

    @property
    def total(self) -> Decimal:
        return sum((line.yuan for line in self.deductions), Decimal(0))

    @property
    def breaches(self) -> int:
        return sum(one.breaches for one in self.tallies)


def line_sheet(carrier: Provider, month: Month, *, as_of: datetime) -> LineSheet:
    """The carrier's month; four queries for however many lines."""
    lines = Line.objects.filter(carrier=carrier).in_force(month.starts_at.date(), month.last_day)
    first = month.starts_at.date()
    tallies = month_tallies(lines.select_related("unit", "carrier__unit").in_order(), [first], as_of=as_of)
    return LineSheet(carrier, month, as_of, tallies[first])


def deduction_lines(tallies: list[LineTally]) -> list[DeductionLine]:
    """A line for each of the tallies whose rent is deducted, in their order."""
    return [
        DeductionLine(
            one.line.unit.name,
            one.line.circuit,
            one.month.down,
            one.month.allowed,
            one.breaches,
            one.is_open,
            one.deducted,
        )
        for one in tallies
        if one.is_over
    ]


def interruptions(sheet: LineSheet) -> list[InterruptionRow]:
    """Every interruption that the sheet counts, by line and time; one query."""
    month = sheet.month
    found = LineOutage.objects.touching(month.starts_at, month.ends_at).filter(line__carrier=sheet.carrier)
    found = found.filter(down_at__lt=sheet.as_of).select_related("line__unit", "rules")
    found = found.order_by("line__unit__sort_order", "line__unit__code", "line__circuit", "down_at")
    return [_row(outage, sheet) for outage in found]


def carriers_for(user: Any) -> list[Provider]:
    """The carriers whose sheets the person may see, those under contract first."""
    seen = Provider.objects.for_person(user).of(Service.CARRIER).select_related("unit")
    return list(seen.order_by("-until", "unit__sort_order", "unit__code", "pk"))


def _row(outage: LineOutage, sheet: LineSheet) -> InterruptionRow:
    whole = outage.until(sheet.as_of)
    return InterruptionRow(
        outage.line.unit.name,
        outage.line.circuit,
        outage.down_at,
        outage.up_at,
        whole.lasted,
        min(whole.up_at, sheet.month.ends_at) - max(whole.down_at, sheet.month.starts_at),
        outage.is_too_long(sheet.as_of),
        outage.cause,
        outage.is_corrected,
    )
