"""我的密钥 on the desk: the keeper sets and changes the PIN, reports damage, unlocks the own certificate (Articles 10 and 14)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import sealends, sealissue, sealpins, unlockedkey
from accounts.keyforms import ChangePinForm, DamageForm, NewPinForm, PinForm, TakeOverForm
from accounts.onward import onward
from accounts.renewals import Renewal
from accounts.seals import KeyKind, SealKey
from cms.lifecycles import OutOfOrder
from cms.signing.keys import KeyRefused, WrongPin

_REFUSALS = (OutOfOrder, PermissionDenied, KeyRefused)


@require_safe
def own_keys(request: HttpRequest) -> HttpResponse:
    """The keys in the person's keeping, and whether the certificate is unlocked."""
    kept = SealKey.objects.kept_by(request.user).exclude(state=SealKey.State.REFUSED).select_related("unit", "picture")
    now = timezone.now()
    opened = unlockedkey.unlocked(request, now)
    renewals = {
        renewal.key_id: renewal for renewal in Renewal.objects.unfinished().filter(key__in=kept).select_related("round")
    }
    return render(
        request,
        "accounts/own_keys.html",
        {
            "rows": [
                (key, key.valid_until and key.days_left(now), renewals.get(key.pk)) for key in kept.order_by("-pk")
            ],
            "unlocked": opened[0].pk if opened else None,
            "next": _back(request),
            "service_centre": settings.SERVICE_CENTRE,
        },
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def activate_key(request: HttpRequest, pk: int) -> HttpResponse:
    """The keeper sets the PIN; the key is in force, with the picture that stood beside the form."""
    key = _own(request, pk, SealKey.State.ISSUED)

    def act(typed: dict[str, Any], at: datetime) -> None:
        delivered, picture = typed.get("pin", ""), request.POST.get("seen", "")
        sealissue.activate(key, typed["pin1"], delivered, by=request.user, at=at, seen=picture)

    form = TakeOverForm if key.is_in_token else NewPinForm
    return _form(request, key, form, act, "启用密钥", "启用", f"{key}已启用，有效期一年。")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_pin(request: HttpRequest, pk: int) -> HttpResponse:
    """The key opens with another PIN."""
    key = _own(request, pk, SealKey.State.IN_FORCE)

    def act(typed: dict[str, Any], at: datetime) -> None:
        sealpins.change_pin(key, typed["pin"], typed["pin1"], by=request.user, at=at)

    return _form(request, key, ChangePinForm, act, "更改 PIN", "更改 PIN", "PIN 已更改。")


@require_http_methods(["GET", "HEAD", "POST"])
def report_damage(request: HttpRequest, pk: int) -> HttpResponse:
    """The network office and the secretariat know of the damage."""
    key = _own(request, pk, SealKey.State.IN_FORCE)

    def act(typed: dict[str, Any], at: datetime) -> None:
        sealends.report_damage(key, typed["text"], by=request.user, at=at)

    said = "已报告市网信办和秘书科。请携带单位介绍信到市网信办办理，受理后原密钥停用。"
    return _form(request, key, DamageForm, act, "报告密钥损坏", "报告", said)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def unlock_key(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's certificate signs receipts until this log-in ends; who came from a paper is back at it."""
    key = get_object_or_404(_kept(request).filter(kind=KeyKind.CLERK, state=SealKey.State.IN_FORCE), pk=pk)
    done = redirect(_back(request) or "accounts:own_keys")

    def act(typed: dict[str, Any], at: datetime) -> None:
        unlockedkey.unlock(request, done, key, typed["pin"], at)

    return _form(request, key, PinForm, act, "解锁个人证书", "解锁", "个人证书已解锁，退出登录前不必再输入 PIN。", done)


@require_POST
def lock_key(request: HttpRequest) -> HttpResponse:
    """The certificate needs its PIN again."""
    done = redirect("accounts:own_keys")
    unlockedkey.forget(request, done)
    messages.success(request, "个人证书已锁上。")
    return done


def _back(request: HttpRequest) -> str:
    """The page of this site that the person came from to unlock; empty for who came from none."""
    wanted = request.GET.get("next", "")
    return onward(request, wanted) if wanted else ""


def _kept(request: HttpRequest) -> Any:
    return SealKey.objects.kept_by(request.user).select_related("unit__area", "keeper", "picture")


def _own(request: HttpRequest, pk: int, state: str) -> SealKey:
    return get_object_or_404(_kept(request).filter(state=state), pk=pk)


@sensitive_variables("form", "typed")
def _form(
    request: HttpRequest,
    key: SealKey,
    form_class: type[forms.Form],
    act: Callable[[dict[str, Any], datetime], None],
    title: str,
    press: str,
    said: str,
    done: HttpResponse | None = None,
) -> HttpResponse:
    """One form, one act; what is wrong is said over the form, a wrong PIN where it was typed, and a PIN is never shown again."""
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data, timezone.now())
        except ValidationError as wrong:
            form.add_error(None, " ".join(wrong.messages))
        except _REFUSALS as refused:
            form.add_error("pin" if isinstance(refused, WrongPin | sealpins.PinLocked) else None, str(refused))
        else:
            messages.success(request, said)
            return done or redirect("accounts:own_keys")
    known = {
        "key": key,
        "form": form,
        "title": title,
        "press": press,
        "back": _back(request) or reverse("accounts:own_keys"),
    }
    return render(request, "accounts/own_key_form.html", known)
