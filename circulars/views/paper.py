"""Copies on paper: what is still to be taken to whom, the courier's sheet, and the entry of a hand-over (Articles 2 and 13)."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.faults import Fault
from accounts.overseeing import overseen
from accounts.roles import Right, units_where
from circulars.forms import HandOverCorrectionForm, HandOverForm
from circulars.papercopies import PaperCopy, PaperCopyQuerySet
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded
from cms.rowkeys import is_key

PAGE = 25
SHOWS = (("owed", "待送达"), ("late", "已超时"), ("delivered", "已送达"))


@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    """What is still to be handed over, the most pressing first, or what was, the latest first."""
    now, show = timezone.now(), request.GET.get("show", "")
    pages = OpenEnded if show == "delivered" else Paginator
    return render(
        request,
        "circulars/paper.html",
        {
            "page_obj": pages(listed(request.user, show, now), PAGE).get_page(request.GET.get("page")),
            "show": show if show in dict(SHOWS) else "owed",
            "shows": SHOWS,
            "counts": PaperCopy.objects.for_person(request.user).counts(now),
            **_hands(request),
        },
    )


def listed(user: Any, show: str, now: datetime) -> PaperCopyQuerySet:
    """What stands in the list of this name, else in that of what is owed."""
    copies = _copies(user)
    if show == "delivered":
        return copies.handed_over().order_by("-delivered_at", "pk")
    chosen = copies.late(now) if show == "late" else copies.owed()
    return chosen.order_by("delivery__due_at", "delivery__unit__sort_order", "pk")


@require_safe
def during_fault(request: HttpRequest, pk: int) -> HttpResponse:
    """What a unit with a fault is or was owed on paper because of it, and what has been handed over."""
    copies = _copies(request.user).filter(fault=pk)
    faults = Fault.objects.select_related("unit")
    inspected = overseen(request.user, Right.INSPECT)
    faults = faults.filter(
        inspected.units() | Q(pk__in=copies.values("fault")) if inspected else Q(pk__in=copies.values("fault"))
    )
    fault = get_object_or_404(faults, pk=pk)
    page = OpenEnded(copies.order_by("delivery__due_at", "pk"), PAGE).get_page(request.GET.get("page"))
    owed = copies.owed().exists()
    return render(
        request,
        "circulars/fault_paper.html",
        {"fault": fault, "page_obj": page, "owed": owed, **_hands(request)},
    )


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """送文登记单: for each unit what the courier takes there, with lines to sign on."""
    wanted = request.GET.get("unit", "")
    copies = _copies(request.user).owed()
    if is_key(wanted):
        copies = copies.filter(delivery__unit=int(wanted))
    listed = copies.order_by("delivery__unit__sort_order", "delivery__unit", "delivery__due_at", "pk")
    units = [(unit, list(members)) for unit, members in groupby(listed, key=lambda copy: copy.delivery.unit)]
    return render(request, "circulars/paper_sheet.html", {"units": units})


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """The entry that a copy was handed over; once there is one, its correction."""
    mine = PaperCopy.objects.to_hand_over_by(request.user)
    copy = get_object_or_404(mine.select_related("delivery__circular", "delivery__unit", "recorded_by"), pk=pk)
    correcting = copy.delivered_at is not None
    form: HandOverForm = HandOverForm(request.POST or None)
    if correcting:
        known = {"delivered_at": copy.delivered_at, "taken_by": copy.taken_by}
        form = HandOverCorrectionForm(request.POST or None, initial=known)
    if request.method == "POST" and correcting and "reason" not in request.POST:
        # The first entry, pressed twice or made by two people at once.
        messages.info(request, f"{copy.delivery.unit_name}的这份纸质件已经登记送达。有错误的，在这里更正。")
        return redirect("circulars:hand_over", pk)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if correcting:
                copy.correct(**given, by=request.user, at=timezone.now())
            else:
                copy.deliver(**given, by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("circulars:hand_over", pk)
        else:
            said = "已更正" if correcting else "已登记"
            messages.success(request, f"{said}：{copy.delivery.circular.number} 送达{copy.delivery.unit_name}。")
            return redirect(*(("circulars:fault_paper", copy.fault_id) if copy.fault_id else ("circulars:paper",)))
    return render(request, "circulars/hand_over.html", {"copy": copy, "form": form, "correcting": correcting})


def _hands(request: HttpRequest) -> dict[str, Any]:
    """Whose copies the person may enter as handed over: those of ``own`` units, and with ``takes_all`` those for a fault."""
    own = units_where(request.user, Right.SEND) | units_where(request.user, Right.REGISTER)
    return {"own": own, "takes_all": bool(units_where(request.user, Right.HAND_OVER))}


def _copies(user: Any) -> PaperCopyQuerySet:
    return (
        PaperCopy.objects.for_person(user)
        .with_originals()
        .select_related("delivery__circular", "delivery__unit", "recorded_by")
    )
