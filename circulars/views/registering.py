"""登记 on the desk: what waits to be registered, the register's line of one paper, mail from outside, and what went back (Articles 13, 19 and 20)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right, units_where
from accounts.units import Unit
from circulars.access import to_enter
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.incoming import (
    AlreadyEntered,
    Incoming,
    Outside,
    enter,
    enter_failed,
    enter_outside,
    send_back_outside,
    to_register,
)
from circulars.incoming.beginning import RegisterDuty
from circulars.incoming.entering import hindrance_to_entry
from circulars.incoming.waiting import longest_first
from circulars.incomingforms import EnteringForm, OutsideForm, SentBackForm
from circulars.sealing.records import Manifest
from cms.lifecycles import OutOfOrder

PAGE = 25


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """待登记: what the person's units have signed for and not registered, the longest waiting first."""
    page = Paginator(waiting_for(request.user), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "circulars/to_register.html",
        {"page_obj": page, "since": RegisterDuty.objects.values_list("since", flat=True).first()},
    )


def waiting_for(user: Any) -> DeliveryQuerySet:
    """Those, for this person, the longest wait first."""
    return longest_first(to_register(units_where(user, Right.HANDLE_INCOMING)))


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """The line of the register for one delivery, filled in from the circular; what fails the first review goes back with it."""
    delivery = get_object_or_404(to_enter(request.user).select_related("signed_by"), pk=pk)
    pages = Manifest.objects.filter(circular=delivery.circular_id).values_list("pages", flat=True).first()
    form = EnteringForm(delivery, pages, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entry = _enter(delivery, form, by=request.user, at=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        except AlreadyEntered as already:
            messages.info(request, str(already))
            return redirect("circulars:entry", already.entry.pk)
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("circulars:to_register")
        else:
            done = "，已退回发文单位" if form.has_failed else ""
            messages.success(request, f"{delivery.circular.number} 已登记为{entry.number}{done}。")
            return redirect("circulars:entry", entry.pk)
    standing = Incoming.objects.standing().filter(delivery=delivery.pk).first()
    if standing:
        return redirect("circulars:entry", standing.pk)
    return render(
        request,
        "circulars/register_incoming.html",
        {
            "delivery": delivery,
            "circular": delivery.circular,
            "form": form,
            "hindrance": hindrance_to_entry(delivery),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def register_outside(request: HttpRequest) -> HttpResponse:
    """A paper from outside the system comes into the same book."""
    units = Unit.objects.filter(pk__in=units_where(request.user, Right.HANDLE_INCOMING)).in_order()
    form = OutsideForm(units, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        paper = Outside(**{name: given[name] for name in ("sender", "title", "number", "urgency")})
        try:
            entry = enter_outside(
                given["unit"].pk,
                paper,
                received_at=given["received_at"],
                by=request.user,
                at=timezone.now(),
                **form.line,
            )
        except ValidationError as error:
            form.add_error(None, error)
        except AlreadyEntered as first:
            form.add_error(None, str(first))
        else:
            messages.success(request, f"已登记为{entry.number}。")
            return redirect("circulars:entry", entry.pk)
    return render(request, "circulars/register_outside.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def return_outside(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper from outside went back to its sender: the entry says so and keeps its number."""
    own = Incoming.objects.for_person(request.user, Right.HANDLE_INCOMING).filter(delivery=None)
    entry = get_object_or_404(own, pk=pk)
    form = SentBackForm(request.POST or None)
    if not entry.is_open:
        messages.error(request, f"{entry.number}{entry.get_state_display()}，不能再退回。")
        return redirect("circulars:entry", pk)
    if request.method == "POST" and form.is_valid():
        try:
            send_back_outside(entry, form.cleaned_data["why"], by=request.user, at=timezone.now())
        except OutOfOrder as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{entry.number} 已登记退回。")
        return redirect("circulars:entry", pk)
    return render(request, "circulars/return_outside.html", {"entry": entry, "form": form})


def _enter(delivery: Delivery, form: EnteringForm, *, by: Any, at: datetime) -> Incoming:
    if not form.has_failed:
        return enter(delivery, by=by, at=at, **form.line)
    why = {name: form.cleaned_data[name] for name in ("code", "reason")}
    return enter_failed(delivery, by=by, at=at, **why, **form.line)
