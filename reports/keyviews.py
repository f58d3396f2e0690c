"""The workbooks of key service as downloads: what the pages show, for those who see the pages (Articles 12, 14 and 17)."""

from datetime import datetime
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from accounts import fees, keyservice
from accounts.deductions import deduction_lines
from accounts.deductionsheets import DeductionSheet
from accounts.fees import FeeEntry
from accounts.renewals import Renewal
from accounts.views.deductions import period_asked
from accounts.views.keyservice import year_asked
from cms.accesslog import Look, note
from reports.downloads import workbook_answer
from reports.keybooks import DeductionBook, deduction_book, fee_book, key_service_book


@require_safe
def key_service_workbook(request: HttpRequest) -> HttpResponse:
    """密钥服务情况表 of a year."""
    now = timezone.now()
    year = year_asked(request.GET.get("year", ""), timezone.localdate(now).year)
    book = key_service_book(year, keyservice.reissues(year, as_of=now), as_of=now)
    return _download(request, book, f"密钥服务情况表（{year}年）", f"key-service-{year}", now)


@require_safe
def fees_workbook(request: HttpRequest) -> HttpResponse:
    """收费台账 of a year, as far as the person sees its renewals."""
    now = timezone.now()
    this_year = timezone.localdate(now).year
    year = year_asked(request.GET.get("year", str(this_year)), this_year + 1)
    seen = Renewal.objects.for_person(request.user).filter(round__year=year)
    known = ("renewal__key__unit", "renewal__round__provider__unit", "entered_by")
    entries = FeeEntry.objects.filter(renewal__in=seen).select_related(*known).order_by("paid_on", "pk")
    book = fee_book(year, list(entries), list(fees.sums(seen).values()), as_of=now)
    return _download(request, book, f"密钥续费收费台账（{year}年）", f"key-fees-{year}", now)


@require_safe
def deductions_workbook(request: HttpRequest) -> HttpResponse:
    """扣费清单 of a vendor and period as it stands now."""
    now, period = timezone.now(), period_asked(request)
    if not period.is_valid():
        return redirect("accounts:deductions")
    provider, first, last = (period.cleaned_data[name] for name in ("provider", "first", "last"))
    lines = deduction_lines(provider, first, last, as_of=now)
    book = deduction_book(DeductionBook(provider.unit.name, provider.contract, first, last, now, lines))
    return _download(request, book, f"扣费清单（{first} 至 {last}）", f"deductions-{first}-{last}", now)


@require_safe
def deduction_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """A confirmed sheet with its lines as they were."""
    known = DeductionSheet.objects.for_person(request.user).select_related("provider__unit")
    sheet = get_object_or_404(known, pk=pk)
    report = DeductionBook(
        sheet.provider.unit.name,
        sheet.provider.contract,
        sheet.first,
        sheet.last,
        sheet.as_of,
        list(sheet.lines.all()),
        sheet.number,
        sheet.confirmed_on,
        sheet.amount,
    )
    name = f"扣费确认单（{sheet.first} 至 {sheet.last}）"
    return _download(request, deduction_book(report), name, f"deductions-{sheet.first}-{sheet.last}", timezone.now())


def _download(request: HttpRequest, book: Workbook, name: str, plain: str, at: datetime) -> HttpResponse:
    content = BytesIO()
    book.save(content)
    note(Look.EXPORTED, at=at, person=request.user, subject=name)
    return workbook_answer(content.getvalue(), plain=f"{plain}.xlsx", name=f"{name}.xlsx")
