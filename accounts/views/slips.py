"""密码单 on the desk: asked for by one person, confirmed by another, shown once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import SlipForm
from accounts.people import User
from accounts.roles import Right, may
from accounts.slips import Slip, request_slip, units_of
from cms.lifecycles import OutOfOrder

FOUND = 30


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


@require_safe
def new_slip(request: HttpRequest) -> HttpResponse:
    """The person is looked for by name, user name or unit."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:40]
    found: list[User] = []
    if asked:
        named = Q(name__icontains=asked) | Q(username__icontains=asked)
        of_unit = Q(posts__unit__name__icontains=asked) | Q(posts__unit__short_name__icontains=asked)
        people = User.objects.filter(is_active=True).exclude(username=request.user.get_username())
        found = list(people.filter(named | of_unit).distinct().order_by("name", "pk")[: FOUND + 1])
    today = timezone.localdate()
    return render(
        request,
        "accounts/new_slip.html",
        {
            "q": asked,
            "rows": [(person, units_of(person, today)) for person in found[:FOUND]],
            "is_cut": len(found) > FOUND,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """A slip for this person is asked for, with the reason."""
    person = get_object_or_404(User.objects.filter(is_active=True), pk=pk)
    form = SlipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            request_slip(person, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已为{person}申请密码单，请另一位同志复核。")
            return redirect("accounts:slips")
    units = units_of(person, timezone.localdate())
    return render(request, "accounts/ask_for_slip.html", {"person": person, "units": units, "form": form})


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
