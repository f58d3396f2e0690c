"""分类统计: a month or a year to date by category, issuer, circular, urgency or month, on a page and as a workbook (Article 28)."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right
from cms.accesslog import Look, note
from cms.areas import Area
from reports.breakdowns import Line, Side, broken_down
from reports.downloads import workbook_answer
from reports.figures import Figures, totals
from reports.months import Month, NotAMonth, YearToDate, month_asked, months_back
from reports.receipts import Issuers
from reports.sidebook import TITLE, write_side
from reports.views import MONTHS_OFFERED, issuers_asked

SHOWN = 200


@dataclass(frozen=True)
class Asked:
    """What a request asks for; whatever it words wrongly is as if it had not been said."""

    side: Side
    month: Month
    whole_year: bool
    issuers: Issuers
    as_of: datetime
    area: Area

    @cached_property
    def span(self) -> Month | YearToDate:
        return YearToDate(self.month) if self.whole_year else self.month

    @cached_property
    def lines(self) -> list[Line]:
        return broken_down(self.side, self.span, as_of=self.as_of, issuers=self.issuers, area=self.area)

    @property
    def totals(self) -> Figures:
        return totals(line.figures for line in self.lines)


@require_safe
def sides(request: HttpRequest) -> HttpResponse:
    """The lines of one side, at most two hundred of them; the workbook has all."""
    asked, refusal = _asked(request)
    this_month = Month.of(asked.as_of)
    return render(
        request,
        "reports/sides.html",
        {
            "asked": asked,
            "refusal": refusal,
            "lines": asked.lines[:SHOWN],
            "count": len(asked.lines),
            "totals": asked.totals,
            "all_sides": Side.choices,
            "all_issuers": Issuers.offered_in(asked.area),
            "months": sorted({asked.month, *months_back(this_month, MONTHS_OFFERED)}, reverse=True),
        },
    )


@require_safe
def sides_workbook(request: HttpRequest) -> HttpResponse:
    """The same lines as a workbook, all of them."""
    asked, _ = _asked(request)
    content = BytesIO()
    write_side(
        content,
        asked.side,
        asked.lines,
        span=asked.span.label,
        issuers=asked.issuers,
        area=asked.area,
        as_of=asked.as_of,
    )
    note(Look.EXPORTED, at=asked.as_of, person=request.user, subject=f"{TITLE} {asked.side.label} {asked.span.label}")
    return workbook_answer(
        content.getvalue(),
        plain=f"{asked.side}-{asked.month}.xlsx",
        name=f"{TITLE}（{asked.span.label}，{asked.side.label}）.xlsx",
    )


def _asked(request: HttpRequest) -> tuple[Asked, str]:
    """What is asked for, and why its month is not the one that was written."""
    now, refusal = timezone.localtime(), ""
    month = Month.of(now)
    if written := request.GET.get("month", ""):
        try:
            month = month_asked(written, now=now)
        except NotAMonth as mistaken:
            refusal = str(mistaken)
    side = request.GET.get("side", "")
    return (
        Asked(
            side=Side(side) if side in Side.values else Side.CATEGORY,
            month=month,
            whole_year=request.GET.get("span") == "year",
            issuers=issuers_asked(request),
            as_of=now,
            area=area_overseen(request.user, Right.REPORT),
        ),
        refusal,
    )
