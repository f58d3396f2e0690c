"""线路月度统计 on the desk: a carrier's month, and the sheet of the rents that are deducted (Article 16)."""

from io import BytesIO

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.providers import Provider
from accounts.views.lines import to_the_minute
from cms.accesslog import Look, note
from reports.downloads import workbook_answer
from reports.linebook import write_sheet
from reports.linesheets import carriers_for, interruptions, line_sheet
from reports.months import Month, NotAMonth, month_asked, months_back
from reports.views import MONTHS_OFFERED


@require_safe
def line_months(request: HttpRequest) -> HttpResponse:
    """The lines of a carrier that were interrupted in a month, and the rents that are deducted for it."""
    now = timezone.localtime()
    this_month, carriers = Month.of(now), carriers_for(request.user)
    try:
        month = _month_of(request)
    except NotAMonth as refused:
        messages.error(request, str(refused))
        month = this_month
    carrier = _carrier_of(request, carriers)
    sheet = line_sheet(carrier, month, as_of=to_the_minute(now)) if carrier else None
    return render(
        request,
        "reports/line_months.html",
        {
            "sheet": sheet,
            "carrier": carrier,
            "carriers": carriers,
            "month": month,
            "months": sorted({month, *months_back(this_month, MONTHS_OFFERED)}, reverse=True),
            "this_month": this_month,
            "interruptions": interruptions(sheet)[:200] if sheet else [],
        },
    )


@require_safe
def line_workbook(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    now = timezone.localtime()
    carrier = _carrier_of(request, carriers_for(request.user))
    try:
        month = _month_of(request)
    except NotAMonth as refused:
        raise Http404 from refused
    if carrier is None:
        raise Http404
    sheet, content = line_sheet(carrier, month, as_of=to_the_minute(now)), BytesIO()
    write_sheet(content, sheet)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{sheet.title} {month}")
    return workbook_answer(content.getvalue(), plain=f"lines-{month}.xlsx", name=sheet.file_name)


def _month_of(request: HttpRequest) -> Month:
    now, asked = timezone.localtime(), request.GET.get("month")
    return month_asked(asked, now=now) if asked else Month.of(now)


def _carrier_of(request: HttpRequest, carriers: list[Provider]) -> Provider | None:
    """The carrier that is asked for, else the first; none where the person has to do with none, or asks for another."""
    asked = request.GET.get("carrier", "")
    if not asked:
        return carriers[0] if carriers else None
    return next((carrier for carrier in carriers if str(carrier.pk) == asked), None)
