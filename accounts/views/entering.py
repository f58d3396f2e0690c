"""The two pages between a right password and the desk: showing the second factor, and registering the first one (Article 10).

Nobody is signed in here. Whose turn it is, is remembered by the session alone (``accounts.entering``); without it both lead to the sign-in page.
"""

from collections.abc import Callable

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import passkeys, totp
from accounts.codesecrets import secret_to_add
from accounts.entering import Pending, finish, pending
from accounts.factorforms import FirstCodeForm, ShownCodeForm
from accounts.factors import add_code, add_passkey, has_factor, show_code
from accounts.lockout import count_wrong_password, is_locked, refusal
from accounts.people import User
from cms.lifecycles import OutOfOrder
from cms.signing.keys import KeyRefused

_REFUSALS = (OutOfOrder, KeyRefused)
ISSUER = "电子公文"


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Who typed the right password shows the second factor and is signed in; a wrong one counts like a wrong password."""
    now = timezone.now()
    waiting = pending(request, now)
    if waiting is None:
        return redirect("login")
    if not has_factor(waiting.person):
        return redirect("accounts:first_factor")
    person = waiting.person
    form = ShownCodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        if is_locked(request, person):
            return refusal(request, None, None)
        try:
            if answer := request.POST.get("answer"):
                passkeys.take(request.session, person, answer, now)
            elif form.is_valid():
                show_code(person, form.cleaned_data["code"], now)
        except _REFUSALS as refused:
            count_wrong_password(request, person)
            return _asked(request, person, form, _said(form, refused))
        if answer or form.is_valid():
            finish(request, waiting, now, shown=True)
            return redirect(waiting.wanted or "/")
    return _asked(request, person, form, "")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def first_factor(request: HttpRequest) -> HttpResponse:
    """Whose role asks for a second factor registers one, gets the codes on paper and is signed in; nobody adds one to another's here."""
    now = timezone.now()
    waiting = pending(request, now)
    if waiting is None:
        return redirect("login")
    person = waiting.person
    if has_factor(person):
        return redirect("accounts:second_factor")
    form, said = FirstCodeForm(request.POST if "code" in request.POST else None), ""
    if request.method == "POST":
        if is_locked(request, person):
            return refusal(request, None, None)
        try:
            if answer := request.POST.get("answer"):
                codes = add_passkey(request.session, person, answer, "首个通行密钥", now, first=True)
                return _signed_in(request, waiting, codes)
            if form.is_valid():
                codes = add_code(request.session, person, form.cleaned_data["code"].strip(), now, first=True)
                return _signed_in(request, waiting, codes)
        except _REFUSALS as refused:
            said = _said(form, refused)
    context = {"person": person, "form": form, "said": said, **code_picture(request, person)}
    return _with_options(request, "accounts/first_factor.html", context, person, passkeys.to_register)


@sensitive_variables("secret")
def code_picture(request: HttpRequest, person: User) -> dict[str, object]:
    """What an authenticator takes in: the picture as a path, its side, and the secret to be typed; a sentence where no secret can be kept."""
    try:
        secret = secret_to_add(request.session, person)
    except KeyRefused as refused:
        return {"no_code": str(refused)}
    rows = list(
        segno.make(totp.address_of(secret, person.username, ISSUER), error="l", micro=False).matrix_iter(border=4)
    )
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    typed = totp.base32_of(secret)
    groups = " ".join(typed[start : start + 4] for start in range(0, len(typed), 4))
    return {"qr": "".join(dark), "side": len(rows), "secret": groups}


def _said(form: FirstCodeForm | ShownCodeForm, refused: Exception) -> str:
    """The sentence stands at the field where something was typed into one; else it is given back, to stand above."""
    if not form.is_bound:
        return str(refused)
    form.add_error("code", str(refused))
    return ""


def _asked(request: HttpRequest, person: User, form: ShownCodeForm, said: str) -> HttpResponse:
    context = {"person": person, "form": form, "said": said}
    has_passkey = person.passkeys.exists()
    return _with_options(
        request, "accounts/second_factor.html", context, person, passkeys.to_assert if has_passkey else None
    )


def _with_options(
    request: HttpRequest, template: str, context: dict[str, object], person: User, options: Callable[..., str] | None
) -> HttpResponse:
    if options is not None and passkeys.are_offered():
        context["options"] = options(request.session, person, timezone.now())
    return render(request, template, context)


def _signed_in(request: HttpRequest, waiting: Pending, codes: list[str]) -> HttpResponse:
    """The desk is open; before it stand the codes, once."""
    finish(request, waiting, timezone.now(), shown=True)
    return render(
        request,
        "accounts/recovery_codes.html",
        {"person": waiting.person, "codes": codes, "next": waiting.wanted or "/"},
    )
