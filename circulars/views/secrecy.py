"""The reviewer's screens of the secrecy gate: what was refused in the own units, and whether the alarm was false (Article 5)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, units_where
from circulars.secrecyforms import LiftingForm
from circulars.secrecygate import lift, uphold
from circulars.secrecyhits import SecrecyHit, SecrecyLift
from cms.lifecycles import OutOfOrder

PAGE = 25


@require_safe
def hits(request: HttpRequest) -> HttpResponse:
    """Who was refused, when, in which field and for what kind of mark; never the text."""
    rows = SecrecyHit.objects.for_reviewer(request.user).standing().select_related("unit", "person")
    page = Paginator(rows.order_by("-at", "-pk"), PAGE).get_page(request.GET.get("page"))
    units = units_where(request.user, Right.REVIEW)
    lifts = SecrecyLift.objects.filter(unit__in=units).select_related("unit", "by").order_by("-at")[:PAGE]
    upheld = SecrecyHit.objects.for_reviewer(request.user).upheld().select_related("unit", "person", "upheld_by")
    return render(
        request,
        "circulars/secrecy_hits.html",
        {"page_obj": page, "lifts": lifts, "upheld": upheld.order_by("-upheld_at", "-pk")[:PAGE]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lift_alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """The reason why this was no mark of secrecy; afterwards the line passes for the unit."""
    hit = get_object_or_404(SecrecyHit.objects.for_reviewer(request.user).select_related("unit", "person"), pk=pk)
    form = LiftingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lift(hit, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已解除，{hit.person}可以保存文稿了。")
            return redirect("circulars:secrecy_hits")
    return render(request, "circulars/secrecy_lift.html", {"hit": hit, "form": form})


@require_POST
def uphold_alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """It was a mark of secrecy; the line is off the list and passes nowhere."""
    hit = get_object_or_404(SecrecyHit.objects.for_reviewer(request.user), pk=pk)
    try:
        uphold(hit, by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "已记下：确属涉密标志，已改走机要渠道。")
    return redirect("circulars:secrecy_hits")
