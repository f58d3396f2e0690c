"""The issuing unit's screens after approval: registration, what waits to be sent, and its own text (Articles 19 and 20)."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right, may, units_where
from circulars.access import copyable
from circulars.amendmentnotes import notes_for
from circulars.deliveries import with_receipts
from circulars.destinations import Destinations, destinations_by
from circulars.forms import RecheckReturnForm
from circulars.moderation import send_back
from circulars.pages import CircularPage
from circulars.paper import paper_of
from circulars.registration import Circular, CircularQuerySet, register
from circulars.registrationform import RegistrationForm
from circulars.renditions import character_notes
from circulars.sealing import to_seal
from circulars.sealing.verdicts import verdict_of
from circulars.titles import quoted
from circulars.versions import Version, approval_of, approved_version
from circulars.views.files import gone_page, serve_numbered
from cms.accesslog import Look, note
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded

PAGE = 25
WATERMARKS: dict[str, str] = {Circular.State.VOIDED: "文号已作废", Circular.State.RECALLED: "已撤回"}


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """What waits to be registered, what waits to be sent, and what was sent lately."""
    sent = gone_out(request.user)
    page = OpenEnded(sent, PAGE).get_page(request.GET.get("page"))
    shown = with_receipts(Circular.objects.filter(pk__in=[circular.pk for circular in page]))
    return render(
        request,
        "circulars/outbox.html",
        {
            "to_register": to_register(request.user),
            "to_send": to_send(request.user),
            "sending": units_where(request.user, Right.SEND),
            "sent": shown.order_by("-sent_at", "-pk"),
            "page_obj": page,
            "amended": notes_for(request.user, [circular.pk for circular in page]),
        },
    )


def to_register(user: Any) -> QuerySet[Version]:
    """What was approved and waits for its number, the first approved first."""
    waiting = Version.objects.to_register().of_units(units_where(user, Right.REGISTER))
    return waiting.select_related("page__series", "approved_by").defer("content").order_by("approved_at")


def to_send(user: Any) -> CircularQuerySet:
    """What has a number and waits to be sealed or sent."""
    return Circular.objects.issued_for(user).unblocked().to_send().order_by("registered_at")


def gone_out(user: Any) -> CircularQuerySet:
    """What was sent, the latest first."""
    return Circular.objects.issued_for(user).gone_out().order_by("-sent_at", "-pk")


@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, pk: int) -> HttpResponse:
    """Recheck the approved text and register it; the number is drawn by the system."""
    page = get_object_or_404(CircularPage.objects.unblocked().filter(versions__isnull=False).distinct(), pk=pk)
    if not may(request.user, Right.REGISTER, page.issuer.pk):
        raise Http404
    circular = Circular.objects.filter(page=page).first()
    if circular is not None:
        messages.info(request, f"本件已登记为 {circular.number}。")
        return redirect("circulars:board", circular.uuid)
    approval = approved_version(page)
    if approval is None:
        messages.error(request, "现在没有有效的签发，不能登记。改动过的文稿须重新送审、签发。")
        return redirect("circulars:outbox")
    destinations = destinations_by(approval.snapshot)
    form = RegistrationForm(destinations.units, request.POST or None, initial={"digest": approval.digest})
    if request.method == "POST" and form.is_valid():
        try:
            circular = register(
                page,
                digest=form.cleaned_data["digest"],
                originals=form.cleaned_data["originals"],
                originals_of=form.originals_of,
                by=request.user,
                at=timezone.now(),
            )
        except (OutOfOrder, PermissionDenied) as refused:
            messages.error(request, str(refused))
            return redirect("circulars:outbox")
        messages.success(request, f"已登记，发文字号 {circular.number}，等待用印。")
        seals_as_well = to_seal(request.user).filter(pk=circular.pk).exists()
        return redirect("circulars:seal" if seals_as_well else "circulars:board", circular.uuid)
    return _registration_page(request, page, approval, destinations, form, RecheckReturnForm(approval))


def _registration_page(
    request: HttpRequest,
    page: CircularPage,
    approval: Version,
    destinations: Destinations,
    form: RegistrationForm,
    return_form: RecheckReturnForm,
) -> HttpResponse:
    """The approved text as paper with its two ways on: registering it, or sending it back; what was typed stays in its form.

    Where the draft is no longer what was approved, sending it back is the only way.
    """
    snapshot = approval.snapshot
    return render(
        request,
        "circulars/registration.html",
        {
            "draft": page,
            "approval": approval,
            "is_changed": approval_of(page) is None,
            "decisions": page.decisions.select_related("by", "unit", "in_place_of").prefetch_related("answers"),
            "return_form": return_form,
            "paper": paper_of(snapshot, number="", watermark="待登记"),
            "characters": character_notes(snapshot),
            "files": [(n, a) for n, a in enumerate(snapshot["attachments"], 1) if a["digest"]],
            "destinations": destinations,
            "form": form,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recheck_return(request: HttpRequest, pk: int) -> HttpResponse:
    """The registrar sends an approved text back, with the reason, to its drafter or an earlier step; who only looks finds the form."""
    page = get_object_or_404(CircularPage.objects.unblocked().filter(versions__isnull=False).distinct(), pk=pk)
    if not may(request.user, Right.REGISTER, page.issuer.pk):
        raise Http404
    if request.method != "POST":
        return redirect("circulars:register", pk)
    approval = approved_version(page)
    if approval is None:
        messages.error(request, "现在没有有效的签发，不必退回。")
        return redirect("circulars:outbox")
    form = RecheckReturnForm(approval, request.POST)
    if form.is_valid():
        try:
            send_back(page, by=request.user, at=timezone.now(), **form.cleaned_data)
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{quoted(page.title)}已退回，经办各方都会收到消息。")
            return redirect("circulars:outbox")
    destinations = destinations_by(approval.snapshot)
    registering = RegistrationForm(destinations.units, initial={"digest": approval.digest})
    return _registration_page(request, page, approval, destinations, registering, form)


@require_safe
def own_text(request: HttpRequest, uuid: str) -> HttpResponse:
    """The text of a circular for the people of the unit that issued it."""
    circular = get_object_or_404(Circular.objects.issued_for(request.user).unblocked(), uuid=uuid)
    if gone := gone_page(request, circular, circular.issuer_id):
        return gone
    note(Look.OPENED, at=timezone.now(), person=request.user, circular=circular.uuid)
    snapshot = circular.snapshot
    return render(
        request,
        "circulars/own_text.html",
        {
            "may_copy": copyable(request.user).filter(pk=circular.page_id).exists(),
            "said_reply": snapshot.get("reply"),
            "key": uuid4(),
            "circular": circular,
            "exceptions": circular.distribution.filter(originals__isnull=False).select_related("unit"),
            "verdict": verdict_of(circular, timezone.now()),
            "paper": paper_of(
                snapshot,
                number=circular.number,
                written_date=circular.written_date,
                printing_date=circular.printing_date,
                watermark=WATERMARKS.get(circular.state, ""),
            ),
            "files": [(n, a) for n, a in enumerate(snapshot["attachments"], 1) if a["digest"]],
        },
    )


@require_safe
def own_attachment(request: HttpRequest, uuid: str, number: int) -> HttpResponseBase:
    """An attachment of a circular for the people of the unit that issued it."""
    circular = get_object_or_404(
        Circular.objects.issued_for(request.user).unblocked().kept_by_issuer().select_related("text"), uuid=uuid
    )
    return serve_numbered(request, circular, number)
