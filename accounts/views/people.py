"""The network office's look at accounts: found by name or unit, closed and reopened, a slip asked for (Article 7)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import closing
from accounts.contacts import note_numbers
from accounts.forms import ClosingForm, SlipForm
from accounts.people import User, posts_of
from accounts.slips import request_slip, units_of
from cms.lifecycles import OutOfOrder

FOUND = 30


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """People are looked for by name, user name or unit; whose account is closed is among them."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:40]
    found: list[User] = []
    if asked:
        named = Q(name__icontains=asked) | Q(username__icontains=asked)
        of_unit = Q(posts__unit__name__icontains=asked) | Q(posts__unit__short_name__icontains=asked)
        found = list(User.objects.filter(named | of_unit).distinct().order_by("name", "pk")[: FOUND + 1])
    posts = posts_of(found[:FOUND], timezone.localdate())
    if any(person.mobile or person.office_phone for person in found):
        note_numbers(request)
    return render(
        request,
        "accounts/people.html",
        {
            "q": asked,
            "rows": [(person, posts[person.pk]) for person in found[:FOUND]],
            "is_cut": len(found) > FOUND,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account; a slip is asked for here, with the reason."""
    owner = get_object_or_404(User, pk=pk)
    form = SlipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            request_slip(owner, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已为{owner}申请密码单，请另一位同志复核。")
            return redirect("accounts:slips")
    return _shown(request, owner, form, ClosingForm())


@require_POST
def close_account(request: HttpRequest, pk: int) -> HttpResponse:
    """The account is closed, with the reason."""
    owner = get_object_or_404(User, pk=pk)
    form = ClosingForm(request.POST)
    if not form.is_valid():
        return _shown(request, owner, SlipForm(), form)
    close = closing.close_at_once if form.cleaned_data["at_once"] else closing.close_account
    act = partial(close, reason=form.cleaned_data["closing_reason"])
    return _changed(request, owner, act, f"已停用{owner}的账户，各处的登录随即失效。")


@require_POST
def reopen_account(request: HttpRequest, pk: int) -> HttpResponse:
    """The account is open again; one that nobody used, with the reason."""
    owner = get_object_or_404(User, pk=pk)
    act = partial(closing.reopen_account, reason=request.POST.get("reason", ""))
    return _changed(request, owner, act, f"已恢复{owner}的账户。")


def _shown(request: HttpRequest, owner: User, form: SlipForm, closing_form: ClosingForm) -> HttpResponse:
    """The account with what may be done about it."""
    today = timezone.localdate()
    if owner.mobile or owner.office_phone:
        note_numbers(request)
    return render(
        request,
        "accounts/person.html",
        {
            "person": owner,
            "units": units_of(owner, today),
            "posts": posts_of([owner], today)[owner.pk],
            "is_oneself": owner.pk == request.user.pk,
            "form": form,
            "closing_form": closing_form,
        },
    )


def _changed(request: HttpRequest, owner: User, act: Callable[..., Any], said: str) -> HttpResponse:
    try:
        act(owner, by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("accounts:person", owner.pk)
