"""The receiving clerk's screens: the list, the reading page with its check list, signing, returning (Article 20)."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, may, units_where
from accounts.unlockedkey import in_use
from circulars.access import legible, passing_units, readable, received
from circulars.amendmentnotes import notes_for
from circulars.answering import answer
from circulars.answers.replying import refusal_to_reply
from circulars.answers.standing import answered
from circulars.bodytext import clean_line
from circulars.chasing import Urge
from circulars.deadlines import Urgency
from circulars.deliveries import NEXT_STEPS, AlreadySigned, Delivery, DeliveryQuerySet
from circulars.demands.fixed import ReplyDemand
from circulars.forms import ReturningForm, SigningForm
from circulars.incoming import Incoming
from circulars.notices import Notice
from circulars.paper import paper_of
from circulars.passingon import may_be_forwarded, refusal
from circulars.receiptslip import slip_of
from circulars.recipients import Addressed
from circulars.registration import Circular
from circulars.returns import outcome_of
from circulars.sealing.verdicts import verdict_of
from circulars.succession import HandedOn
from circulars.views.files import gone_page, serve_numbered
from circulars.views.slips import uncertified
from cms.accesslog import Look, note
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.paging import OpenEnded

PAGE = 25
SHOWS = {
    "open": "待签收",
    "soon": "将超时",
    "late": "已超时",
    "urged": "被催办",
    "signed": "已签收",
    "returned": "已退回",
    "recalled": "已撤回",
}
URGES = 20  # of one delivery, the latest; the sender's record has them all
# What a line of the list shows; with all columns of record, circular and rules it would cost a third more.
SHOWN = (
    *("unit", "unit_name", "urgency", "sent_at", "due_at", "warn_at", "window_minutes", "must_sign", "urges"),
    *("delivered_at", "signed_at", "returned_at", "recalled_at"),
    *("circular__title", "circular__number", "circular__issuer_name", "circular__recall_reason"),
)
GROWING = {"signed", "returned", "recalled"}
PICKED = {"open", "soon", "late", "urged", "signed"}


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What was sent to the person's units, the most pressing first."""
    now = timezone.now()
    show, words, rows = listed(request.user, request.GET, now)
    pages = OpenEnded if show in GROWING else Paginator
    page = pages(rows, PAGE).get_page(request.GET.get("page"))
    _mark_delivered(page.object_list, now)
    return render(
        request,
        "circulars/inbox.html",
        {
            "page_obj": page,
            "rows": [(row, standing_word(row, now)) for row in page.object_list],
            "show": show,
            "heading": SHOWS[show],
            "shows": SHOWS.items(),
            "q": words,
            "amended": notes_for(request.user, [row.circular_id for row in page.object_list]),
            "reads_for_several": len(units_where(request.user, Right.READ)) > 1,
            **_picks(request, page.object_list, show),
        },
    )


def listed(user: Any, query: Mapping[str, str], now: Any) -> tuple[str, str, DeliveryQuerySet]:
    """Which list is asked for, with which words, and what stands in it."""
    show = query.get("show", "open")
    if show not in SHOWS:
        show = "open"
    rows = received(user).only(*SHOWN, "rules")
    if show not in GROWING:
        rows = rows.prefetch_related("rules")
    words = clean_line(query.get("q", ""))[:80]
    if words:
        rows = rows.filter(Q(circular__title__icontains=words) | Q(circular__number__icontains=words))
    return show, words, _shown(rows, show, now)


def _shown(rows: DeliveryQuerySet, show: str, now: Any) -> DeliveryQuerySet:
    match show:
        case "soon":
            return rows.nearly_due(now).order_by("due_at", "pk")
        case "late":
            return rows.overdue(now).order_by("due_at", "pk")
        case "urged":
            return rows.urged().order_by(F("due_at").asc(nulls_last=True), "pk")
        case "signed":
            return rows.signed().order_by("-sent_at", "-pk")
        case "returned":
            return rows.returned().order_by("-sent_at", "-pk")
        case "recalled":
            return rows.recalled().order_by("-sent_at", "-pk")
    return rows.open().order_by(F("due_at").asc(nulls_last=True), "pk")


def _picks(request: HttpRequest, rows: Any, show: str) -> dict[str, Any]:
    """Which of the rows may be picked for one press, and where that leads: ordinary papers, to be signed for or to be printed."""
    right, door = (Right.PRINT_COPIES, "print_batch") if show == "signed" else (Right.RECEIVE, "sign_batch")
    units = units_where(request.user, right) if show in PICKED else frozenset()
    ordinary = [row.pk for row in rows if row.urgency == Urgency.NORMAL and row.unit_id in units]
    return {"picks": set(ordinary), "picks_for": f"circulars:{door}" if ordinary else ""}


def _mark_delivered(rows: Any, now: Any) -> None:
    """送达: the first time the circular stood in the unit's list."""
    fresh = [row.pk for row in rows if row.delivered_at is None]
    if fresh:
        Delivery.objects.filter(pk__in=fresh, delivered_at=None).update(delivered_at=now)


def standing_word(row: Delivery, now: Any) -> str:
    """The word of ``desk/_status.html`` for where the delivery stands."""
    if row.returned_at:
        return "returned"
    if row.signed_at:
        return "signed"
    if row.recalled_at:
        return "recalled"
    if not row.must_sign:
        return "copied"
    standing = row.standing(now)
    return {"nearly_due": "soon", "overdue": "late"}.get(standing or "", "pending")


@require_safe
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """The circular on paper, with the check list and the one big button beside it."""
    delivery = get_object_or_404(readable(request.user).select_related("circular__text", "signed_by", "rules"), pk=pk)
    looks = request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")
    if looks and may(request.user, Right.RECEIVE, delivery.unit_id) and delivery.state == Delivery.State.SENT:
        delivery.open(by=request.user, at=timezone.now())
    else:
        note(Look.OPENED, at=timezone.now(), person=request.user, circular=delivery.circular.uuid)
    Message.objects.filter(person=request.user.pk, link=request.path).read(at=timezone.now())
    return _reading_page(request, delivery, SigningForm(delivery, initial={"key": uuid4()}))


def _reading_page(request: HttpRequest, delivery: Delivery, form: SigningForm, status: int = 200) -> HttpResponse:
    circular, now = delivery.circular, timezone.now()
    if circular.state == Circular.State.RECALLED:
        return render(request, "circulars/recalled.html", {"delivery": delivery, "circular": circular})
    if gone := gone_page(request, circular, delivery.unit_id):
        return gone
    snapshot = circular.snapshot
    return render(
        request,
        "circulars/reading.html",
        {
            "delivery": delivery,
            "circular": circular,
            "paper": paper_of(
                snapshot,
                number=circular.number,
                written_date=circular.written_date,
                printing_date=circular.printing_date,
            ),
            "files": [(n, a) for n, a in enumerate(snapshot["attachments"], 1) if a["digest"]],
            "checks": delivery.checks(),
            "verdict": verdict_of(circular, now),
            "checked": set(request.POST.getlist("checked")),
            "form": form,
            "standing": standing_word(delivery, now),
            "answer": answer(delivery, now, Notice.objects.entries_of([delivery]).get(delivery.pk)),
            "may_pass_on": not refusal(delivery) and passing_units(request.user, delivery).exists(),
            "may_reply": not refusal_to_reply(delivery) and passing_units(request.user, delivery).exists(),
            **_demand_facts(delivery),
            "is_kept": not may_be_forwarded(circular),
            "may_receive": may(request.user, Right.RECEIVE, delivery.unit_id),
            "may_print": may(request.user, Right.PRINT_COPIES, delivery.unit_id),
            "is_reader": may(request.user, Right.READ, delivery.unit_id),
            "urges": Urge.objects.filter(delivery=delivery).select_related("by").order_by("-at", "-pk")[:URGES],
            "rounds": delivery.rounds.select_related("signed_by", "returned_by", "insisted_by"),
            "outcome": outcome_of(delivery) if delivery.returned_at else None,
            "may_register": may(request.user, Right.HANDLE_INCOMING, delivery.unit_id),
            "entry": Incoming.objects.standing().filter(delivery=delivery).first(),
            "handed_on": HandedOn.objects.filter(delivery=delivery).select_related("from_unit", "change"),
            **_receipt_facts(request, delivery, now),
        },
        status=status,
    )


def _demand_facts(delivery: Delivery) -> dict[str, Any]:
    """Whether the unit is asked to answer, and has; a copy (抄送) asks nobody."""
    demand = ReplyDemand.objects.filter(pk=delivery.circular_id).first()
    if demand is None or delivery.role != Addressed.PRIMARY:
        return {"demand": None}
    return {"demand": demand, "is_answered": Delivery.objects.filter(answered(), pk=delivery.pk).exists()}


def _receipt_facts(request: HttpRequest, delivery: Delivery, now: Any) -> dict[str, Any]:
    """Of an open delivery whether the receipt would be signed in the act; of a signed one where its receipt stands."""
    if delivery.is_open:
        is_clerk = may(request.user, Right.RECEIVE, delivery.unit_id)
        return {"uncertified": uncertified(request, delivery.unit_id, now) if is_clerk else None}
    slip = slip_of(delivery, delivery.round, now)
    return {"receipt": slip and slip.standing}


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for the circular; the same press twice signs once, and a second clerk is told who was first."""
    delivery = _to_receive(request, pk)
    form = SigningForm(delivery, request.POST)
    if not form.is_valid():
        return _reading_page(request, delivery, form)
    try:
        now = timezone.now()
        with in_use(request, now) as signing:
            delivery.sign_for(
                checked=form.checked, key=form.cleaned_data["key"], by=request.user, at=now, signing=signing
            )
    except ValidationError as error:
        form.add_error("checked", error)
        return _reading_page(request, delivery, form)
    except AlreadySigned as already:
        messages.info(request, str(already))
        return redirect("circulars:slip", pk)
    except OutOfOrder as refused:
        messages.error(request, str(refused))
        return redirect("circulars:reading", pk)
    messages.success(request, f"已签收 {delivery.circular.number}，凭证号 {delivery.slip_number}。")
    return redirect("circulars:slip", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the circular to its sender with a coded reason, before signing for it or after."""
    delivery = _to_receive(request, pk)
    if not delivery.may_go_back:
        messages.error(request, f"本件{delivery.get_state_display()}，不能再退回。")
        return redirect("circulars:reading", pk)
    form = ReturningForm(delivery, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            delivery.send_back(by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("circulars:reading", pk)
        else:
            messages.success(request, f"已退回 {delivery.circular.number}，已通知发文单位。")
            return redirect("circulars:inbox")
    return render(
        request,
        "circulars/send_back.html",
        {
            "delivery": delivery,
            "circular": delivery.circular,
            "form": form,
            "steps": [(code.label, NEXT_STEPS[code]) for code in delivery.return_codes],
        },
    )


@require_safe
def attachment(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """One attachment of a received circular, as a download; written down."""
    delivery = get_object_or_404(legible(request.user).select_related("circular__text"), pk=pk)
    return serve_numbered(request, delivery.circular, number)


def _to_receive(request: HttpRequest, pk: int) -> Delivery:
    rows = received(request.user).select_related("circular", "issuer", "signed_by", "rules__area")
    delivery = get_object_or_404(rows, pk=pk)
    if not may(request.user, Right.RECEIVE, delivery.unit_id):
        raise Http404
    return delivery
