"""扣费清单 on the desk: what a vendor did late in a period, and the sheets that were confirmed (Articles 7(4) and 17)."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.deductions import deduction_lines
from accounts.deductionsheets import DeductionSheet, confirm_deductions
from accounts.keyserviceforms import CorrectionForm, PeriodForm, SheetForm
from accounts.roles import Right, may
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded

PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def deductions(request: HttpRequest) -> HttpResponse:
    """The lines of a vendor in a period as they stand now, the confirmation of them, and the sheets so far."""
    now = timezone.now()
    period = period_asked(request)
    lines, shown = [], None
    form = SheetForm(request.POST or None, initial={"confirmed_on": timezone.localdate(now)})
    if period.is_valid():
        shown = period.cleaned_data
        lines = deduction_lines(shown["provider"], shown["first"], shown["last"], as_of=now)
        if request.method == "POST" and form.is_valid():
            try:
                sheet = confirm_deductions(
                    shown["provider"], shown["first"], shown["last"], **form.cleaned_data, by=request.user, at=now
                )
            except ValidationError as wrong:
                form.add_error(None, " ".join(wrong.messages))
            except OutOfOrder as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, f"已确认：{sheet}，{sheet.amount} 元，已告知保障单位。")
                return redirect("accounts:deduction", sheet.pk)
    elif request.method == "POST":
        messages.error(request, "请先选定保障单位和期间。")
    sheets = DeductionSheet.objects.for_person(request.user).select_related(
        "provider__unit", "confirmed_by", "replaced_by"
    )
    over = shown is not None and shown["last"] < timezone.localdate(now)
    return render(
        request,
        "accounts/deductions.html",
        {
            "period": period,
            "shown": shown,
            "lines": lines,
            "as_of": now,
            "form": form if may(request.user, Right.MANAGE_KEYS) and ((over and lines) or form.errors) else None,
            "is_running": shown is not None and not over,
            "page_obj": (page := OpenEnded(sheets.order_by("-as_of", "-pk"), PAGE).get_page(request.GET.get("page"))),
            "sheets": [(sheet, hasattr(sheet, "replaced_by")) for sheet in page.object_list],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def deduction(request: HttpRequest, pk: int) -> HttpResponse:
    """One confirmed sheet with its lines as they were; the network office may put another in its place."""
    known = DeductionSheet.objects.select_related("provider__unit", "confirmed_by", "replaces", "replaced_by")
    sheet = get_object_or_404(known.for_person(request.user), pk=pk)
    replaced = getattr(sheet, "replaced_by", None)
    form = CorrectionForm(request.POST or None, initial={"confirmed_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            new = confirm_deductions(
                sheet.provider,
                sheet.first,
                sheet.last,
                **form.cleaned_data,
                replaces=sheet,
                by=request.user,
                at=timezone.now(),
            )
        except ValidationError as wrong:
            form.add_error(None, " ".join(wrong.messages))
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("accounts:deduction", pk)
        else:
            messages.success(request, f"已更正为 {new}。")
            return redirect("accounts:deduction", new.pk)
    return render(
        request,
        "accounts/deduction.html",
        {
            "sheet": sheet,
            "lines": sheet.lines.all(),
            "replaced": replaced,
            "form": form if replaced is None and may(request.user, Right.MANAGE_KEYS) else None,
        },
    )


def period_asked(request: HttpRequest) -> PeriodForm:
    """The period in the address, or the last month with the first vendor that the person sees."""
    if "first" in request.GET:
        return PeriodForm(request.user, request.GET)
    first, last = last_month(timezone.localdate())
    form = PeriodForm(request.user)
    provider = form.fields["provider"].queryset.first()  # type: ignore[attr-defined]
    if provider is None:
        return form
    return PeriodForm(request.user, {"provider": provider.pk, "first": first, "last": last})


def last_month(today: date) -> tuple[date, date]:
    """The first and the last day of the month before this one."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last
