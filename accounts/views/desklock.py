"""The locked desk: locking it, opening it with the same person's password, and saying that somebody is there (Article 18)."""

from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import desklock, lockout
from accounts.alarmtokens import alarm_token, person_of
from accounts.entering import come_back
from accounts.forms import UnlockForm
from accounts.onward import onward
from accounts.people import User
from accounts.roles import Right, may


@require_POST
def here(request: HttpRequest) -> HttpResponse:
    """The person is at the desk, reading or typing; the door has written it down."""
    return HttpResponse(status=204)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """The desk is locked now."""
    desklock.lock(request.session)
    return redirect(
        f"{reverse('accounts:locked')}?{urlencode({'next': onward(request, request.POST.get('next', ''))})}"
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """Who is signed in and how many papers wait, nothing else; the person's password opens the desk where they were.

    A session that has ended meanwhile is begun anew, by the whole sign-in: the token says whose desk it is.
    """
    wanted = onward(request, request.POST.get("next") or request.GET.get("next", ""))
    person = _whose_desk(request)
    if person is None:
        return redirect_to_login(wanted)
    if request.user.is_authenticated and not desklock.is_locked(request.session):
        return redirect(wanted)
    if request.method == "POST" and lockout.is_locked(request, person):
        return lockout.refusal(request, None, None)
    form = UnlockForm(request, person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(come_back(request, person, wanted=wanted, at=timezone.now()))
    return render(
        request,
        "accounts/locked.html",
        {
            "form": form,
            "person": person,
            "next": wanted,
            "token": alarm_token(person, timezone.now()) if request.user.is_authenticated else request.POST["token"],
            "receives": may(person, Right.RECEIVE),
        },
    )


def _whose_desk(request: HttpRequest) -> User | None:
    if request.user.is_authenticated:
        return User.objects.get(pk=request.user.pk)
    return person_of(request.POST.get("token", ""), timezone.now())
