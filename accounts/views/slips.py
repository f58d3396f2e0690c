"""密码单 on the desk: asked for by one person, confirmed by another, shown once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right, may
from accounts.slips import Slip, units_of
from cms.lifecycles import OutOfOrder


@require_safe
def slips(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and every slip before, the latest first."""
    known = Slip.objects.for_person(request.user).select_related("person", "requested_by", "decided_by")
    before = known.exclude(state=Slip.State.REQUESTED).order_by("-requested_at", "-pk")
    now = timezone.now()
    page = Paginator(before, 25).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/slips.html",
        {
            "waiting": known.waiting().order_by("requested_at"),
            "page_obj": page,
            "rows": [(slip, "已过期" if slip.is_expired(now) else slip.get_state_display()) for slip in page],
            "may_request": may(request.user, Right.HELP_SIGN_IN),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: confirmed, its code stands on the answer and nowhere else; or refused."""
    asked = get_object_or_404(
        Slip.objects.for_person(request.user).select_related("person", "requested_by", "decided_by"), pk=pk
    )
    units = units_of(asked.person, timezone.localdate())
    if request.method == "POST":
        try:
            if request.POST.get("action") == "refuse":
                asked.refuse(by=request.user, at=timezone.now())
                messages.success(request, f"没有为{asked.person}制发密码单。")
                return redirect("accounts:slips")
            code = asked.confirm(by=request.user, at=timezone.now())
        except (OutOfOrder, PermissionDenied) as refused:
            messages.error(request, str(refused))
            return redirect("accounts:slips")
        return render(request, "accounts/slip_issued.html", {"slip": asked, "units": units, "code": code})
    if asked.state != Slip.State.REQUESTED:
        messages.info(request, f"{asked}现在是“{asked.get_state_display()}”；一次性密码只在制发时显示一次。")
        return redirect("accounts:slips")
    return render(
        request,
        "accounts/slip.html",
        {"slip": asked, "units": units, "is_own_request": asked.requested_by_id == request.user.pk},
    )
