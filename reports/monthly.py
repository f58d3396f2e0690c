"""The report of a month: the figures of every unit and the list of late receipts, taken at one instant (Article 28)."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cms.areas import Area
from reports.figures import Figures, UnitFigures, totals
from reports.lateness import LateDelivery, late_rows
from reports.months import Month
from reports.receipts import Issuers, month_figures, receipts_of
from reports.snapshots import MonthlySnapshot


class NothingSent(LookupError):
    """Nothing was sent in the month, so there is nothing to report."""

    def __init__(self, month: Month, issuers: Issuers, area: Area) -> None:
        whose = "" if issuers is Issuers.ALL else issuers.said_in(area)
        super().__init__(f"{month.label}{whose}没有发送过公文，没有可统计的内容。")


class CalendarAwaited(LookupError):
    """By when some of the month's circulars were to be signed for is not known yet, so nothing of it can be told for good."""

    def __init__(self, month: Month, count: int) -> None:
        super().__init__(f"{month.label}有{count}件次公文的签收时限要等工作日历确定，请先载入日历，再统计。")


@dataclass(frozen=True)
class MonthReport:
    """What page and workbook print of a month: as it stood at ``as_of``, or as it was published."""

    month: Month
    as_of: datetime
    area: Area
    issuers: Issuers
    figures: list[UnitFigures]
    late: list[LateDelivery]
    published: MonthlySnapshot | None = None

    @cached_property
    def totals(self) -> Figures:
        return totals(self.figures)

    @property
    def title(self) -> str:
        return f"{self.area}电子公文签收情况统计表"

    @property
    def file_name(self) -> str:
        version = f"，公布第{self.published.version}版" if self.published else ""
        return f"{self.title}（{self.month.label}{version}）.xlsx"


def month_report(
    month: Month, *, as_of: datetime, issuers: Issuers = Issuers.GOVERNMENT, area: Area | None = None
) -> MonthReport:
    """The report as things stood at ``as_of``; ``NothingSent`` when no unit was sent anything."""
    area = area or Area.objects.home()
    figures = month_figures(month, as_of=as_of, issuers=issuers, area=area)
    if not figures:
        raise NothingSent(month, issuers, area)
    late = late_rows(month, as_of=as_of, issuers=issuers, area=area)
    return MonthReport(month, as_of, area, issuers, figures, late)


def refuse_while_pending(report: MonthReport) -> None:
    """Raises ``CalendarAwaited`` while due times of the month wait for a year's calendar; what was published has them all."""
    if report.published is None:
        receipts = receipts_of(report.month, as_of=report.as_of, issuers=report.issuers, area=report.area)
        if count := receipts.filter(due_pending=True).count():
            raise CalendarAwaited(report.month, count)


def published_report(
    month: Month, *, issuers: Issuers = Issuers.GOVERNMENT, area: Area | None = None
) -> MonthReport | None:
    """The newest publication of the month; None before the first. The list of late receipts is that of its as-of time, less later relief."""
    area = area or Area.objects.home()
    snapshot = MonthlySnapshot.objects.newest_of(month, issuers, area)
    return report_of(snapshot) if snapshot else None


def report_of(snapshot: MonthlySnapshot) -> MonthReport:
    """The report as this publication has it."""
    month, issuers, area = snapshot.month_told, Issuers(snapshot.issuers), snapshot.area
    late = late_rows(month, as_of=snapshot.as_of, issuers=issuers, area=area)
    return MonthReport(month, snapshot.as_of, area, issuers, snapshot.figures, late, snapshot)
