"""用印 on the desk: what waits for the keeper's seal, and the one press with the PIN that gives it (Articles 4 and 10)."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.keyforms import PinForm
from accounts.sealpins import open_key
from accounts.seals import SealKey
from accounts.stepup import after_second_factor
from circulars.registration import Circular
from circulars.renditions import character_notes
from circulars.sealing import Hand, next_hands, seal, to_seal
from circulars.sealing.files import to_be_sealed
from circulars.sealing.hands import hands_of, keys_for, places_of, under_seal_of
from circulars.sealing.steps import steps_of
from circulars.sheets import page_asked, sheets, with_pictures
from circulars.typesetting.compiling import NotTypeset
from circulars.typesetting.fonts import FontMissing
from cms.accesslog import Look, note
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded
from cms.signing.keys import KeyRefused
from cms.signing.pdfseals import NotSealable

PAGE = 25
_REFUSALS = (OutOfOrder, PermissionDenied, KeyRefused, FontMissing, NotTypeset, NotSealable)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Registered circulars of the units whose seals or stamps the person keeps."""
    rows = to_seal(request.user).prefetch_related("issuers", "seals").select_related("approver")
    page = OpenEnded(rows.order_by("registered_at", "pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "circulars/sealing.html", {"page_obj": page, "has_key": keys_for(request.user).exists()})


@sensitive_post_parameters()
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
@after_second_factor
def seal_one(request: HttpRequest, uuid: str) -> HttpResponse:
    """The paper as it will be sealed, on whose approval, and the PIN that seals it."""
    circular = get_object_or_404(under_seal_of(request.user).select_related("issuer", "approver", "text"), uuid=uuid)
    if circular.state != Circular.State.REGISTERED:  # pressed twice, or by a colleague
        messages.info(request, f"{circular.number} {circular.get_state_display()}，不需要再用印。")
        return redirect("circulars:sealing")
    places = places_of(circular)
    hands, due = hands_of(circular, places), next_hands(circular, places)
    key = _key_for(request.user, due)
    form = PinForm(request.POST or None)
    if request.method == "POST" and key is not None and form.is_valid():
        try:
            is_whole = _seal(circular, key, form.cleaned_data["pin"], request)
        except _REFUSALS as refused:
            form.add_error("pin" if isinstance(refused, KeyRefused) else None, str(refused))
        else:
            following = "可以发送了" if is_whole else "等待其他单位用印"
            messages.success(request, f"{circular.number} 已用印，{following}。")
            return redirect("circulars:sealing")
    note(Look.OPENED, at=timezone.now(), person=request.user, circular=circular.uuid)
    snapshot = circular.snapshot
    return render(
        request,
        "circulars/seal.html",
        {
            "circular": circular,
            "form": form,
            "key": key,
            "steps": steps_of(circular, hands, timezone.now()),
            "is_last": due == hands[-1:],
            "recipients": circular.distribution.count(),
            "characters": character_notes(snapshot),
            "attachments": [row["title"] for row in snapshot["attachments"]],
        },
    )


@require_safe
def pages(request: HttpRequest, uuid: str) -> HttpResponseBase:
    """The pages of a circular for who is to seal it; what is to know of its characters stands beside them."""
    circular = get_object_or_404(to_seal(request.user).select_related("text"), uuid=uuid)
    shown = sheets(lambda: to_be_sealed(circular), first=page_asked(request.GET.get("from", "")))
    context = {"name": circular.number, "sheets": replace(shown, notes=())}
    return with_pictures(render(request, "circulars/pages.html", context))


@sensitive_variables("pin", "opened")
def _seal(circular: Circular, key: SealKey, pin: str, request: HttpRequest) -> bool:
    at = timezone.now()
    opened = open_key(key, pin, by=request.user, at=at)
    return seal(circular, key, opened, by=request.user, at=at)


def _key_for(person: Any, due: list[Hand]) -> SealKey | None:
    """The person's key whose turn it is."""
    keys = keys_for(person).select_related("unit", "keeper")
    return next((key for key in keys if any(hand.takes(key) for hand in due)), None)
