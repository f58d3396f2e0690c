"""台账每日摘要 on the desk: the ledger's head of each day, compared now, and the sheet that goes into a safe (Articles 3 and 28)."""

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.accesslog import Look, note
from cms.dailyheads import DailyHead, days, head_of

PAGE = 31


@require_safe
def heads(request: HttpRequest) -> HttpResponse:
    """Every day that was signed, the latest first."""
    page = Paginator(days(), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/ledger_heads.html", {"page_obj": page})


@require_safe
def head(request: HttpRequest, day: str) -> HttpResponse:
    """One day's head, compared with the ledger as it is now."""
    found = _found(day)
    note(Look.OPENED, at=timezone.now(), person=request.user, subject=f"台账摘要 {found.day}")
    return render(request, "accounts/ledger_head.html", {"head": found})


@require_safe
def sheet(request: HttpRequest, day: str) -> HttpResponse:
    """The same on one A4 page with lines to sign on; nothing is printed of a head that does not agree."""
    found = _found(day)
    note(Look.PRINTED, at=timezone.now(), person=request.user, subject=f"台账摘要 {found.day}")
    return render(request, "accounts/ledger_sheet.html", {"head": found})


def _found(day: str) -> DailyHead:
    try:
        found = head_of(date.fromisoformat(day))
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise Http404
    return found
