"""故障: what units reported, and when the network office found that they could work again (Article 13)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.faults import Fault
from accounts.stopforms import RestoredForm
from cms.accesslog import Look, note
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded

PAGE = 25
SHOWS = {"open": "待处理", "confirmed": "已恢复"}


@require_safe
def faults(request: HttpRequest) -> HttpResponse:
    """What units have reported: what still lasts, or what is over."""
    show = request.GET.get("show", "open")
    if show not in SHOWS:
        show = "open"
    rows = Fault.objects.select_related("unit__served_by", "reported_by", "confirmed_by")
    if show == "open":
        rows = rows.open().order_by("detected_at", "pk")
    else:
        rows = rows.confirmed().order_by("-confirmed_at", "-pk")
    page = OpenEnded(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/faults.html",
        {"page_obj": page, "show": show, "shows": SHOWS.items(), "heading": SHOWS[show]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def fault(request: HttpRequest, pk: int) -> HttpResponse:
    """One fault, with whom to ring up; the network office says when the unit could work again, and no time is put into its mouth."""
    known = Fault.objects.select_related("unit__served_by", "reported_by", "confirmed_by")
    reported = get_object_or_404(known, pk=pk)
    now = timezone.now()
    form = RestoredForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reported.confirm(restored_at=form.cleaned_data["restored_at"], by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder:
            messages.info(request, "这次故障已经确认恢复，没有重复办理。")
            return redirect("accounts:fault", pk)
        else:
            messages.success(request, f"已确认{reported.unit}恢复使用。")
            return redirect("accounts:faults")
    # A person's own number is shown; the log says to whom.
    note(Look.OPENED, at=now, person=request.user, subject=f"联系电话 {request.path}")
    return render(request, "accounts/fault.html", {"fault": reported, "reported": [reported], "form": form})
