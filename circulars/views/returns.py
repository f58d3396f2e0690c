"""The sender's desk for what came back: signing for it, then sending it again, correcting it, or leaving it (Article 20)."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, may, units_where
from circulars.access import came_back, returned, sent_again
from circulars.beginningforms import SPENT, BeginningForm
from circulars.clocks import ReasonMissing, clock_of
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.finishedreturns import SENT_AGAIN, finished, keys_of_finished
from circulars.insisting import insist
from circulars.registration import Circular
from circulars.returnforms import InsistingForm, LeavingForm
from circulars.returns import acknowledge, correct, leave, not_back, outcome_of, to_decide
from circulars.views.beginning import opened
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.paging import OpenEnded

PAGE = 25
SHOWS = (("waiting", "待签收"), ("open", "待办理"), ("done", "已办结"))


@require_safe
def returns(request: HttpRequest) -> HttpResponse:
    """What came back: what waits to be signed for, what to be dealt with, and what became of the rest."""
    show = request.GET.get("show", "waiting")
    if show not in dict(SHOWS):
        show = "waiting"
    context = {"show": show, "shows": SHOWS, "sending": units_where(request.user, Right.SEND)}
    if show == "done":
        page = OpenEnded(keys_of_finished(request.user), PAGE).get_page(request.GET.get("page"))
        context |= {"page_obj": page, "finished": finished(page.object_list)}
    else:
        context["page_obj"] = Paginator(unfinished(request.user, show), PAGE).get_page(request.GET.get("page"))
    return render(request, "circulars/returns.html", context)


def unfinished(user: Any, show: str) -> DeliveryQuerySet:
    """What the sender has to sign for, or, where ``open`` is shown, to deal with."""
    if show == "open":
        return to_decide(returned(user)).order_by("acknowledged_at", "pk")
    return returned(user).to_acknowledge().order_by("returned_at", "pk")


@require_safe
def returned_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One return: what came back and why, whose turn it is, and the acts that are open to the person.

    What was sent again and has not come back since stands as its latest closed round.
    """
    rows = came_back(request.user).select_related("circular", "signed_by", "returned_by", "acknowledged_by")
    delivery = get_object_or_404(rows, pk=pk)
    Message.objects.filter(person=request.user.pk, link=request.path).read(at=timezone.now())
    if delivery.returned_at is None:
        return redirect("circulars:returned_round", pk, delivery.round - 1)
    outcome = outcome_of(delivery)
    is_open = delivery.acknowledged_at is not None and outcome is None
    sends = may(request.user, Right.SEND, delivery.issuer_id)
    return render(
        request,
        "circulars/returned.html",
        {
            "delivery": delivery,
            "kept": delivery,
            "circular": delivery.circular,
            "outcome": outcome,
            "rounds": delivery.rounds.select_related("returned_by", "insisted_by"),
            "may_acknowledge": sends and delivery.acknowledged_at is None,
            "may_insist": sends and is_open and delivery.circular.state == Circular.State.SENT,
            "may_leave": sends and is_open,
            "may_correct": is_open and may(request.user, Right.DRAFT, delivery.issuer_id),
            "key": uuid4(),
        },
    )


@require_safe
def returned_round(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A return that was sent again, as it was; nothing is left to be done about it."""
    rows = sent_again(request.user).select_related("signed_by", "returned_by", "acknowledged_by", "insisted_by")
    kept = get_object_or_404(rows, delivery=pk, round=number)
    return render(
        request,
        "circulars/returned.html",
        {
            "delivery": kept.delivery,
            "kept": kept,
            "circular": kept.delivery.circular,
            "sent_again": SENT_AGAIN,
            "rounds": kept.delivery.rounds.exclude(pk=kept.pk).select_related("returned_by", "insisted_by"),
        },
    )


@require_POST
def acknowledge_return(request: HttpRequest, pk: int) -> HttpResponse:
    """The sender signs for the return; the same hand twice signs once, another is told who was first."""
    delivery = _fetched(request, pk, Right.SEND)
    try:
        acknowledge(delivery, by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已签收{delivery.unit_name}的退文 {delivery.circular.number}。请接着办理。")
    return redirect("circulars:returned", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def insist_on(request: HttpRequest, pk: int) -> HttpResponse:
    """The same paper goes to the unit again, with its reason and a clock of its own."""
    delivery = _fetched(request, pk, Right.SEND)
    if delivery.returned_at is None:
        return _refused(request, pk, not_back(delivery))
    form, clock = InsistingForm(request.POST or None), clock_of(delivery.circular, timezone.now())
    if request.method == "POST" and form.is_valid():
        try:
            insist(delivery, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ReasonMissing as refused:
            form.add_error("off_hours_reason", str(refused))
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            return _refused(request, pk, refused)
        else:
            messages.success(request, f"已再次发送 {delivery.circular.number} 给{delivery.unit_name}，时限重新计算。")
            return redirect("circulars:board", delivery.circular.uuid)
    return _form_page(request, "circulars/insist.html", delivery, form, clock=clock)


@require_http_methods(["GET", "HEAD", "POST"])
def leave_return(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper goes to that unit no more, with its reason."""
    delivery = _fetched(request, pk, Right.SEND)
    if delivery.returned_at is None:
        return _refused(request, pk, not_back(delivery))
    form = LeavingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            leave(delivery, why=form.cleaned_data["why"], by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            return _refused(request, pk, refused)
        else:
            messages.success(
                request, f"已办结：{delivery.circular.number} 不再发给{delivery.unit_name}，对方会收到消息。"
            )
            return redirect("circulars:returns")
    return _form_page(request, "circulars/leave_return.html", delivery, form)


@require_POST
def correct_return(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft that corrects the returned paper opens in the editor."""
    delivery = _fetched(request, pk, Right.DRAFT)
    form = BeginningForm(request.POST)
    if not form.is_valid():
        messages.error(request, SPENT)
        return redirect("circulars:returned", pk)
    try:
        begun = correct(delivery, key=form.cleaned_data["key"], by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        return _refused(request, pk, refused)
    return opened(request, begun, "已起草，内容照原文；请更正后送审。")


def _fetched(request: HttpRequest, pk: int, right: Right) -> Delivery:
    """What came back, now or before it was sent again, to a unit for which the person holds the right."""
    delivery = get_object_or_404(
        came_back(request.user).select_related("circular", "rules__area", "issuer", "unit"), pk=pk
    )
    if not may(request.user, right, delivery.issuer_id):
        raise Http404
    return delivery


def _refused(request: HttpRequest, pk: int, refused: Exception | str) -> HttpResponse:
    """What cannot be done is said where things stand now."""
    messages.error(request, str(refused))
    return redirect("circulars:returned", pk)


def _form_page(request: HttpRequest, template: str, delivery: Delivery, form: Any, **more: Any) -> HttpResponse:
    return render(request, template, {"delivery": delivery, "circular": delivery.circular, "form": form, **more})
