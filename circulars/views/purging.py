"""The screens of 涉密处置: the cases, blocking a paper, the two confirmations, the tombstone (Article 5).

Nobody here reads the paper: who blocks or purges sees its number, its digests and who had it.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, may
from circulars.purging import block, confirm, release
from circulars.relatives import relatives_of
from circulars.secrecycases import SecrecyCase
from circulars.secrecyforms import BlockingForm, PurgingForm, ReleasingForm
from cms.lifecycles import OutOfOrder

PAGE = 25


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Every case, the newest first."""
    rows = SecrecyCase.objects.for_person(request.user).select_related("blocked_by").order_by("-blocked_at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request, "circulars/secrecy_cases.html", {"page_obj": page, "may_block": may(request.user, Right.BLOCK)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def block_paper(request: HttpRequest) -> HttpResponse:
    """Block a paper by its number, or a draft by the number that stands beside it."""
    form = BlockingForm(request.user, request.POST or None, initial={"paper": request.GET.get("number", "")[:60]})
    if request.method == "POST" and form.is_valid():
        try:
            case = block(
                form.cleaned_data["paper"], reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{case}已封存，各单位从现在起看不到本件。")
            return redirect("circulars:secrecy_case", case.pk)
    return render(request, "circulars/secrecy_block.html", {"form": form})


@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """The tombstone: which paper, by whose hands, who had seen it, who blocked and who purged it."""
    return _shown(request, pk, PurgingForm())


def _shown(request: HttpRequest, pk: int, form: PurgingForm) -> HttpResponse:
    found = get_object_or_404(
        SecrecyCase.objects.for_person(request.user).select_related(
            "blocked_by", "confirmed_by", "purged_by", "released_by"
        ),
        pk=pk,
    )
    is_open = found.state in (SecrecyCase.State.BLOCKED, SecrecyCase.State.CONFIRMED)
    may_purge = is_open and may(request.user, Right.PURGE)
    return render(
        request,
        "circulars/secrecy_case.html",
        {
            "case": found,
            "form": form,
            "relatives": relatives_of(found, timezone.now()),
            "may_block": may(request.user, Right.BLOCK),
            "readers": found.readers.all(),
            "files": found.files.all(),
            "may_confirm": may_purge and found.confirmed_by_id != request.user.pk,
            "may_release": may_purge and found.blocked_by_id != request.user.pk,
        },
    )


@require_POST
def confirm_purge(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the two confirmations, given after a look at which paper it is."""
    found = get_object_or_404(SecrecyCase.objects.for_person(request.user), pk=pk)
    form = PurgingForm(request.POST)
    if not form.is_valid():
        return _shown(request, pk, form)
    try:
        found = confirm(found, by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        purged = found.state == SecrecyCase.State.PURGED
        said = "已清除，只留处置记录。" if purged else "已记下您的确认，待另一部门确认后清除。"
        messages.success(request, f"{found}{said}")
    return redirect("circulars:secrecy_case", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def release_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """It was no secret after all."""
    found = get_object_or_404(SecrecyCase.objects.for_person(request.user).unpurged(), pk=pk)
    form = ReleasingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            release(found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{found}已解封，可以继续办理。")
            return redirect("circulars:secrecy_case", pk)
    return render(request, "circulars/secrecy_release.html", {"case": found, "form": form})
