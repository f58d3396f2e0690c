"""安全设置: a person's own password, second factor and recovery codes; each change asks for the password once more (ASVS 7.5.1)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import factors, passkeys, passwordrules
from accounts.codesecrets import CodeSecret
from accounts.entering import SHOWN
from accounts.factorforms import OwnCodeForm, OwnPasskeyForm, PasswordAgainForm
from accounts.lockout import is_locked, refusal
from accounts.people import User
from accounts.recoverycodes import codes_left
from accounts.views.entering import code_picture
from cms.lifecycles import OutOfOrder
from cms.signing.keys import KeyRefused

# What an act gives back: codes to be shown once, or nothing.
Act = Callable[[dict[str, Any], datetime], list[str] | None]


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """What guards the account, and how each part of it is changed."""
    person = _own(request)
    return render(
        request,
        "accounts/safety.html",
        {
            "person": person,
            "expires_at": passwordrules.expires_at(person),
            "code_secret": CodeSecret.objects.filter(person=person).first(),
            "passkeys": person.passkeys.order_by("pk"),
            "are_offered": passkeys.are_offered(),
            "codes_left": codes_left(person),
            "is_required": factors.is_required(person),
        },
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def own_code(request: HttpRequest) -> HttpResponse:
    """The person has this authenticator, instead of one before."""
    person = _own(request)

    def act(typed: dict[str, Any], at: datetime) -> list[str]:
        return factors.add_code(request.session, person, typed["code"].strip(), at)

    return _form(
        request, person, OwnCodeForm, act, "登记动态口令", "登记", "动态口令已登记，下次登录时要用。", code_picture
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def own_passkey(request: HttpRequest) -> HttpResponse:
    """The person has one device more."""
    if not passkeys.are_offered():
        raise Http404
    person = _own(request)

    def act(typed: dict[str, Any], at: datetime) -> list[str]:
        return factors.add_passkey(request.session, person, typed["answer"], typed["name"], at)

    def options(request: HttpRequest, person: User) -> dict[str, object]:
        return {"options": passkeys.to_register(request.session, person, timezone.now())}

    said = "通行密钥已登记，下次登录时可以用。"
    return _form(request, person, OwnPasskeyForm, act, "登记通行密钥", "登记", said, options)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def drop_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """One passkey is gone, or the authenticator, which has the number 0."""
    person = _own(request)
    kind = factors.PASSKEY if pk else factors.CODE
    found: Any = person.passkeys.filter(pk=pk).first() if pk else CodeSecret.objects.filter(person=person).first()
    if found is None:
        raise Http404
    called = f"通行密钥“{found.name}”" if pk else "动态口令"

    def act(typed: dict[str, Any], at: datetime) -> None:
        factors.drop_own(person, kind, at, passkey=pk or None)

    return _form(request, person, PasswordAgainForm, act, f"删去{called}", "删去", f"{called}已删去。")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new codes on paper, shown once."""
    person = _own(request)

    def act(typed: dict[str, Any], at: datetime) -> list[str]:
        return factors.renew_paper(person, at)

    return _form(request, person, PasswordAgainForm, act, "重新生成恢复代码", "生成", "")


def _own(request: HttpRequest) -> User:
    """As the database knows the person now."""
    return User.objects.get(username=request.user.get_username())


@sensitive_variables("form")
def _form(
    request: HttpRequest,
    person: User,
    form_class: type[PasswordAgainForm],
    act: Act,
    title: str,
    press: str,
    said: str,
    more: Callable[[HttpRequest, User], dict[str, object]] | None = None,
) -> HttpResponse:
    """One form, one act; this browser stays signed in, all others are out."""
    if request.method == "POST" and is_locked(request, person):
        return refusal(request, None, None)
    form = form_class(request, person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = act(form.cleaned_data, timezone.now())
        except (OutOfOrder, KeyRefused) as refused:
            form.add_error("code" if "code" in form.fields else None, str(refused))
        else:
            person.refresh_from_db()
            update_session_auth_hash(request, person)
            request.session[SHOWN] = factors.has_factor(person)
            if codes:
                known = {"person": person, "codes": codes, "next": "/safety/"}
                return render(request, "accounts/recovery_codes.html", known)
            messages.success(request, f"{said}其他计算机上的登录都已退出。")
            return redirect("accounts:safety")
    known = {"form": form, "title": title, "press": press, "person": person}
    return render(request, "accounts/safety_form.html", known | (more(request, person) if more else {}))
