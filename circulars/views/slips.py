"""签收凭证 and 签收回执 on the desk: the slip, its files, and signing later what bears no signature (Articles 10 and 20)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right, may, units_where
from accounts.seals import KeyKind, SealKey
from accounts.unlockedkey import in_use, unlocked
from circulars.access import received, slips
from circulars.receipts import Receipt
from circulars.receipts.drawing import Signing
from circulars.receipts.signing import sign_outstanding
from circulars.receiptslip import Slip, printed_slip, slip_of
from circulars.typesetting.compiling import NotTypeset
from circulars.typesetting.fonts import FontMissing
from cms.accesslog import Look, note
from cms.paging import OpenEnded

PAGE = 50


@require_safe
def slip(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """The slip of a round that was signed for, the present one unless another is named; to be printed and kept."""
    found = _slip(request, pk, number)
    delivery = found.delivery
    is_own = may(request.user, Right.READ, delivery.unit_id)
    following = received(request.user).open().order_by(F("due_at").asc(nulls_last=True), "pk").first()
    return render(
        request,
        "circulars/slip.html",
        {
            "slip": found,
            "delivery": delivery,
            "circular": delivery.circular,
            "is_own": is_own,
            "may_sign_later": found.receipt is not None and found.receipt.waits_for(request.user),
            "to_register": delivery.registered_at is None
            and delivery.returned_at is None
            and may(request.user, Right.HANDLE_INCOMING, delivery.unit_id),
            "following": following if is_own else None,
        },
    )


@require_safe
def slip_pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The slip as a sheet of A4."""
    found = _slip(request, pk, number)
    try:
        pdf = printed_slip(found)
    except (FontMissing, NotTypeset) as refused:
        return render(request, "circulars/file_refused.html", {"sentence": str(refused)}, status=409)
    return _file(request, found, pdf, "application/pdf", "pdf")


@require_safe
def receipt_json(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The receipt, byte for byte as it is signed."""
    found = _slip(request, pk, number)
    if found.receipt is None or not found.receipt.content:
        raise Http404
    return _file(request, found, found.receipt.content.encode(), "application/json", "json")


@require_safe
def receipt_p7s(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The signature beside the receipt (CMS, DER)."""
    found = _slip(request, pk, number)
    if found.receipt is None or not found.receipt.has_signature:
        raise Http404
    return _file(request, found, bytes(found.receipt.signature.der), "application/pkcs7-signature", "p7s")


@require_http_methods(["GET", "HEAD", "POST"])
def receipts_to_sign(request: HttpRequest) -> HttpResponse:
    """待补签: what the person signed for without a signature; one press signs all that the open certificate may sign."""
    now = timezone.now()
    if request.method == "POST":
        with in_use(request, now) as signing:
            _sign_outstanding(request, signing, now)
        return redirect("circulars:receipts_to_sign")
    signing = unlocked(request, now)
    waiting = Receipt.objects.to_sign(request.user)
    certificate = signing and signing[0]
    page = OpenEnded(waiting.select_related("delivery__circular", "unit").order_by("pk"), PAGE)
    return render(
        request,
        "circulars/receipts_to_sign.html",
        {
            "page_obj": page.get_page(request.GET.get("page")),
            "certificate": certificate,
            "keeps_one": SealKey.objects.kept_by(request.user).in_force(now).filter(kind=KeyKind.CLERK).exists(),
            "count": waiting.count(),
            "signable": waiting.filter(unit=certificate.unit_id).count() if certificate else 0,
            "readable": units_where(request.user, Right.READ),
        },
    )


def _sign_outstanding(request: HttpRequest, signing: Signing | None, now: datetime) -> None:
    """What the open certificate may sign is signed, and the person is told how much."""
    if signing is None:
        messages.error(request, "个人证书还没有解锁，没有补签。请先在“我的密钥”中解锁。")
    elif done := sign_outstanding(signing, by=request.user, at=now):
        messages.success(request, f"已补签 {done} 份回执。")
    elif signing[1].is_refused:
        messages.error(request, "令牌的 PIN 在解锁以后更改过，个人证书已锁上，没有补签。请重新解锁。")
    else:
        messages.info(request, f"没有可以用{signing[0]}补签的回执。")


@dataclass(frozen=True)
class Uncertified:
    """Why a receipt would not be signed in the act of signing for, in half a sentence, and what leads on from there."""

    word: str
    link: str = "去解锁"


def uncertified(request: HttpRequest, unit: int, now: datetime) -> Uncertified | None:
    """What keeps a receipt of this unit unsigned; None where it would be signed in the act."""
    signing = unlocked(request, now)
    if signing is not None:
        return None if signing[0].unit_id == unit else Uncertified(f"解锁的是{signing[0].unit}的个人证书")
    if SealKey.objects.kept_by(request.user).in_force(now).filter(kind=KeyKind.CLERK, unit=unit).exists():
        return Uncertified("个人证书未解锁")
    return Uncertified("您没有在用的个人证书", "看密钥")


def _slip(request: HttpRequest, pk: int, round_: int | None) -> Slip:
    delivery = get_object_or_404(slips(request.user).select_related("signed_by"), pk=pk)
    found = slip_of(delivery, round_ or delivery.round, timezone.now())
    if found is None:
        raise Http404
    return found


def _file(request: HttpRequest, found: Slip, content: bytes, kind: str, ending: str) -> HttpResponse:
    circular: Any = found.delivery.circular
    note(
        Look.DOWNLOADED,
        at=timezone.now(),
        person=request.user,
        subject=f"签收凭证 {found.number}.{ending}",
        circular=circular.uuid,
    )
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, f"{found.number}.{ending}") or ""
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
