"""月度对比 on the desk: page, workbook, and the import of what was counted before this system (Article 28)."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right
from cms.accesslog import Look, note
from cms.areas import Area
from cms.sheetsteps import take_in
from reports import charts
from reports.comparebook import TITLE, write_comparison
from reports.comparing import Comparison, compared
from reports.downloads import workbook_answer
from reports.earliersheet import earlier_from_excel
from reports.months import Month, NotAMonth, month_asked, months_back
from reports.monthsknown import totals_of_months
from reports.receipts import Issuers
from reports.views import MONTHS_OFFERED, issuers_asked

SHOWN_AS_A_LINE = 13  # months, so that the same of last year stands at the other end


@dataclass(frozen=True)
class Asked:
    """What a request asks for, and why its month is not the one that was written."""

    month: Month
    issuers: Issuers
    area: Area
    as_of: datetime
    refusal: str = ""

    @property
    def found(self) -> Comparison:
        return compared(self.month, as_of=self.as_of, issuers=self.issuers, area=self.area)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """The month beside the two others, with a chart of the categories and one of the year."""
    asked = _asked(request)
    found, this_month = asked.found, Month.of(asked.as_of)
    return render(
        request,
        "reports/compare.html",
        {
            "asked": asked,
            "found": found,
            "months": sorted({asked.month, *months_back(this_month, MONTHS_OFFERED)}, reverse=True),
            "all_issuers": Issuers.offered_in(asked.area),
            "by_category": _by_category(found),
            "over_the_year": _over_the_year(asked),
        },
    )


@require_safe
def compare_workbook(request: HttpRequest) -> HttpResponse:
    """The same lines as a workbook."""
    asked, content = _asked(request), BytesIO()
    write_comparison(content, asked.found, whose=asked.issuers.said_in(asked.area), as_of=asked.as_of)
    note(Look.EXPORTED, at=asked.as_of, person=request.user, subject=f"{TITLE} {asked.month}")
    return workbook_answer(
        content.getvalue(), plain=f"comparison-{asked.month}.xlsx", name=f"{TITLE}（{asked.month.label}）.xlsx"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def import_earlier(request: HttpRequest) -> HttpResponse:
    """The sheet of earlier years: looked at line by line, then taken in whole or not at all."""
    assert request.user.is_authenticated
    return take_in(request, earlier_from_excel(area_overseen(request.user, Right.REPORT), timezone.localtime()))


def _by_category(found: Comparison) -> SafeString | str:
    if not found.categories:
        return ""
    series = [
        charts.Series(known.month.label, [_rate(getattr(line, which)) for line in found.categories])
        for which, known in zip(("now", "before", "year_ago"), found.months, strict=True)
        if known.figures
    ]
    labels = [line.label for line in found.categories]
    return charts.bars("categories", "各类单位按时签收率", labels, series)


def _over_the_year(asked: Asked) -> SafeString | str:
    months = months_back(asked.month, SHOWN_AS_A_LINE)[::-1]
    told = totals_of_months(months, as_of=asked.as_of, issuers=asked.issuers, area=asked.area)
    if not any(figures.required for _, _, figures in told):
        return ""
    rates = charts.Series("按时签收率", [figures.on_time_rate for _, _, figures in told])
    labels = [f"{month.month}月" if month.month > 1 else f"{month.year}年" for month in months]
    return charts.line("year", f"{months[0].label}至{asked.month.label}按时签收率", labels, [rates])


def _rate(figures: object) -> charts.Rate:
    return getattr(figures, "on_time_rate", None)


def _asked(request: HttpRequest) -> Asked:
    assert request.user.is_authenticated
    now, refusal = timezone.localtime(), ""
    month = Month.of(now)
    if written := request.GET.get("month", ""):
        try:
            month = month_asked(written, now=now)
        except NotAMonth as mistaken:
            refusal = str(mistaken)
    return Asked(month, issuers_asked(request), area_overseen(request.user, Right.REPORT), now, refusal)
