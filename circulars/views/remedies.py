"""What is mended after sending: taking a circular back, sending it after, correcting or annulling it (Article 20)."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.roles import Right
from accounts.units import Unit
from circulars.amending import holders, refuse_annulled
from circulars.amendmentdrafts import begin_amendment
from circulars.clocks import ReasonMissing, clock_of
from circulars.pages import Relation
from circulars.recalling import hindrance_to_recall, recall
from circulars.recipients import Addressed
from circulars.registration import Circular
from circulars.remedyforms import AmendingForm, RecallForm, SupplementForm
from circulars.supplementing import supplement
from circulars.views.beginning import opened
from cms.lifecycles import OutOfOrder


@require_http_methods(["GET", "HEAD", "POST"])
def recall_circular(request: HttpRequest, uuid: str) -> HttpResponse:
    """The circular is taken back from everybody, with its reason, while nobody has signed for it."""
    circular = _sent(request, uuid, Right.SEND)
    if circular.state != Circular.State.SENT:
        return _refused(request, circular, f"{circular.number} {circular.get_state_display()}，不能撤回。")
    if hindrance := hindrance_to_recall(circular):
        return _refused(request, circular, hindrance)
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = recall(circular, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            return _refused(request, circular, str(refused))
        else:
            messages.success(request, f"已撤回 {circular.number}，{count} 家单位不能再阅读；文号不再使用。")
            return redirect("circulars:board", uuid)
    return render(request, "circulars/recall.html", {"circular": circular, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def send_after(request: HttpRequest, uuid: str) -> HttpResponse:
    """The circular goes to further units, each with its own clock from now on."""
    circular = _sent(request, uuid, Right.SEND)
    if circular.state != Circular.State.SENT:
        return _refused(request, circular, f"{circular.number} {circular.get_state_display()}，不能补发。")
    try:
        refuse_annulled(circular)
    except OutOfOrder as refused:
        return _refused(request, circular, str(refused))
    there = list(Unit.objects.filter(pk__in=circular.distribution.values("unit")))
    issuers = list(Unit.objects.filter(code__in=circular.snapshot["issuers"]))
    form, clock = SupplementForm(request.POST or None, barred=issuers, there=there), clock_of(circular, timezone.now())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            sent = supplement(
                circular,
                list(given["units"]),
                role=Addressed(given["role"]),
                reason=given["reason"],
                consent=given["consent"],
                off_hours_reason=given["off_hours_reason"],
                by=request.user,
                at=timezone.now(),
            )
        except ReasonMissing as refused:
            form.add_error("off_hours_reason", str(refused))
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            return _refused(request, circular, str(refused))
        else:
            paper = f"，另有 {sent.paper} 家未接入，须送纸质件" if sent.paper else ""
            messages.success(request, f"已补发 {circular.number}：电子 {sent.electronic} 家{paper}。")
            return redirect("circulars:board", uuid)
    return render(
        request,
        "circulars/supplement.html",
        {"circular": circular, "form": form, "clock": clock, "there": len(there)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, uuid: str) -> HttpResponse:
    """A notice that corrects or annuls the circular begins as a draft to all who hold it, and opens in the editor."""
    circular = _sent(request, uuid, Right.DRAFT)
    if circular.state != Circular.State.SENT:
        sentence = f"{circular.number} {circular.get_state_display()}，不需要发更正、作废通知。"
        return _refused(request, circular, sentence)
    form = AmendingForm(request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            begun = begin_amendment(
                circular,
                Relation(form.cleaned_data["kind"]),
                key=form.cleaned_data["key"],
                by=request.user,
                at=timezone.now(),
            )
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            return opened(request, begun, "已起草，并列入持有原件的全部单位。")
    held = list(holders(circular))
    return render(request, "circulars/amend.html", {"circular": circular, "form": form, "holders": held})


def _sent(request: HttpRequest, uuid: str, right: Right) -> Circular:
    """What has gone out of a unit for which the person holds the right, unless it is blocked or was destroyed."""
    rows = Circular.objects.issued_for(request.user, right).unblocked().kept_by_issuer().gone_out()
    return get_object_or_404(rows.select_related("issuer__area", "series__area", "page", "text"), uuid=uuid)


def _refused(request: HttpRequest, circular: Circular, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect("circulars:board", circular.uuid)
