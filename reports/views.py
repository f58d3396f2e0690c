"""The secretariat's screens: what needs a telephone call today, and how a month went (Article 28).

Who may come in is decided at the door; every figure here is of the area that the person oversees.
"""

from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right, may
from accounts.units import Category
from cms.accesslog import Look, note
from cms.calendars import missing_year
from reports import charts, oversight
from reports.downloads import workbook_answer
from reports.figures import UnitFigures, by_category, totals
from reports.monthly import MonthReport, NothingSent, month_report, published_report
from reports.months import Month, NotAMonth, month_asked, months_back
from reports.named import times_named
from reports.receipts import Issuers, month_figures
from reports.snapshots import MonthlySnapshot
from reports.workbooks import write_month

SHOWN = 10
LATE_SHOWN = 200
MONTHS_OFFERED = 24


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """今日情况: everything that is outstanding in the city at this minute, in ten queries."""
    now = timezone.localtime()
    area = area_overseen(request.user, Right.INSPECT)
    standings = oversight.standings(area, now)
    this_month = Month.of(now)
    figures = month_figures(this_month, as_of=now, area=area)
    paper = oversight.paper_owed(area)
    return render(
        request,
        "reports/overview.html",
        {
            "standings": standings,
            "urgent": oversight.urgent_unsigned(area)[:SHOWN] if standings["urgent"] else [],
            "overdue": oversight.overdue_by_unit(area, now, most=SHOWN),
            "latest": oversight.latest_circulars(area)[:SHOWN],
            "paper": paper,
            "paper_count": sum(owing.count for owing in paper),
            "missing_year": missing_year(now, area.code),
            "month": this_month,
            "totals": totals(figures),
            "empty_figures": f"{Issuers.GOVERNMENT.said_in(area)}本月发出公文后，这里显示各类单位的按时签收率。",
            "categories": by_category(figures),
            "may_report": may(request.user, Right.REPORT),
        },
    )


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """签收月报: the figures of every unit and the list of late receipts, in six queries."""
    try:
        return _month_page(request, report=_report_asked(request))
    except (NotAMonth, NothingSent) as refusal:
        return _month_page(request, refusal=refusal)


@require_safe
def month_workbook(request: HttpRequest) -> HttpResponse:
    """The same month as a workbook; where there is nothing to write, the page says why."""
    try:
        report = _report_asked(request)
    except (NotAMonth, NothingSent) as refusal:
        return _month_page(request, refusal=refusal)
    content = BytesIO()
    write_month(content, report, times_named(report))
    note(Look.EXPORTED, at=report.as_of, person=request.user, subject=f"{report.title} {report.month}")
    return workbook_answer(content.getvalue(), plain=f"receipts-{report.month}.xlsx", name=report.file_name)


def _report_asked(request: HttpRequest) -> MonthReport:
    """The month as it was published, if it was; as it stands now otherwise, and whenever that is asked for."""
    now = timezone.localtime()
    asked, issuers = request.GET.get("month"), issuers_asked(request)
    month = month_asked(asked, now=now) if asked else Month.of(now)
    live = request.GET.get("as") == "now"
    area = area_overseen(request.user, Right.REPORT)
    published = None if live else published_report(month, issuers=issuers, area=area)
    return published or month_report(month, as_of=now, issuers=issuers, area=area)


def issuers_asked(request: HttpRequest) -> Issuers:
    """Whose circulars the request asks about; those of the government unless it says otherwise."""
    asked = request.POST.get("issuers", "") or request.GET.get("issuers", "")
    return Issuers(asked) if asked in Issuers.values else Issuers.GOVERNMENT


def _month_page(
    request: HttpRequest, *, report: MonthReport | None = None, refusal: NotAMonth | NothingSent | None = None
) -> HttpResponse:
    """The page for a report, or for the sentence that says why there is none; narrowed to one category when asked."""
    this_month = Month.of(timezone.now())
    try:
        shown = report.month if report else Month.parse(request.GET.get("month") or str(this_month))
    except NotAMonth:
        shown = this_month
    category = request.GET.get("category", "")
    category = category if category in Category.values else ""
    figures = [one for one in report.figures if category in ("", one.category)] if report else []
    late = [one for one in report.late if category in ("", one.category)] if report else []
    return render(
        request,
        "reports/month.html",
        {
            "report": report,
            "refusal": refusal,
            "is_mistaken": isinstance(refusal, NotAMonth),
            "month": min(shown, this_month),
            "months": sorted({min(shown, this_month), *months_back(this_month, MONTHS_OFFERED)}, reverse=True),
            "this_month": this_month,
            "issuers": issuers_asked(request),
            "all_issuers": Issuers.offered_in(area_overseen(request.user, Right.REPORT)),
            "category": category,
            "categories": Category.choices,
            "figures": figures,
            "totals": totals(figures),
            "chart": _chart(figures),
            "late": late[:LATE_SHOWN],
            "late_count": len(late),
            "newest": _newest(report),
        },
    )


def _chart(figures: list[UnitFigures]) -> SafeString | str:
    """The rates on time of the categories, drawn; nothing where there are no two of them to lay side by side."""
    rates = by_category(figures)
    if len(rates) < 2:
        return ""
    series = charts.Series("按时签收率", [each.on_time_rate for each in rates.values()])
    return charts.bars("categories", "各类单位按时签收率", list(rates), [series])


def _newest(report: MonthReport | None) -> MonthlySnapshot | None:
    """The publication of the month that counts, whether the report is that or another."""
    if report is None:
        return None
    return report.published or MonthlySnapshot.objects.newest_of(report.month, report.issuers, report.area)
