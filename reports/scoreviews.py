"""保障单位考核: a month's scorecard on the screen and as a workbook; a provider sees its own line (Articles 7(4) and 8)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.providers import Provider
from cms.accesslog import Look, note
from reports.downloads import workbook_answer
from reports.months import Month, NotAMonth, month_asked, months_back
from reports.scorebook import scorebook
from reports.scorecard import Scorecard, scorecard
from reports.views import MONTHS_OFFERED


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every provider's line, and the tasks of the month below."""
    now = timezone.localtime()
    card, refusal = None, ""
    try:
        card = _asked(request)
    except NotAMonth as mistaken:
        refusal = str(mistaken)
    this_month = Month.of(now)
    context = {"card": card, "refusal": refusal, "month": card.month if card else this_month, "this_month": this_month}
    return render(request, "reports/scorecard.html", context | {"months": months_back(this_month, MONTHS_OFFERED)})


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """The same month as a workbook; for what is no month the page says so."""
    try:
        card = _asked(request)
    except NotAMonth:
        return page(request)
    note(Look.EXPORTED, at=card.as_of, person=request.user, subject=f"{card.title} {card.month}")
    name = f"{card.title}（{card.month.label}）.xlsx"
    return workbook_answer(scorebook(card), plain=f"repairs-{card.month}.xlsx", name=name)


def _asked(request: HttpRequest) -> Scorecard:
    now, asked = timezone.localtime(), request.GET.get("month")
    month = month_asked(asked, now=now) if asked else Month.of(now)
    return scorecard(month, Provider.objects.for_person(request.user), as_of=now)
