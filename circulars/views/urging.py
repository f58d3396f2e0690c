"""催签 and 核对签收情况 on the desk: the sender's press, what is on record of it, and who of the senders has not looked (Article 20)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, units_where
from circulars.access import trackable
from circulars.chasing import Urge, again_at, proposed_text, unsigned, urge
from circulars.checking import check, unchecked
from circulars.deadlines import Urgency
from circulars.deliveries import with_receipts
from circulars.registration import Circular, CircularQuerySet
from circulars.urgeform import UrgeForm
from circulars.views.receiving import standing_word
from cms.gateways import gateway
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded
from cms.rowkeys import is_key, keys_in

PAGE = 25
LOG_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def urge_units(request: HttpRequest, uuid: str) -> HttpResponse:
    """Who has not signed, ticked as far as one may urge them now, the words, and the one button."""
    circular = get_object_or_404(_sent_by(request).select_related("issuer"), uuid=uuid)
    now = timezone.now()
    rows = list(
        unsigned(circular).select_related("unit").prefetch_related("rules").order_by("unit__sort_order", "unit__code")
    )
    initial = {"seen": now.isoformat(), "text": proposed_text(circular, now)}
    form = UrgeForm(rows, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            done = urge(circular, given["units"], text=given["text"], by=request.user, at=now, as_seen=given["seen"])
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("circulars:board", uuid)
        else:
            left_out = f"；{done.resting} 家刚催过，没有再催" if done.resting else ""
            messages.success(request, f"已催签 {done.units} 家单位{left_out}。")
            return redirect("circulars:board", uuid)
    rests = [(row, again) for row in rows if (again := again_at(row)) and again > now]
    resting = {row.pk: again for row, again in rests}
    return render(
        request,
        "circulars/urge.html",
        {
            "circular": circular,
            "form": form,
            "rows": [(row, standing_word(row, now), resting.get(row.pk)) for row in rows],
            "ticked": _ticked(request, form, {row.unit_id for row in rows if row.pk not in resting}),
            "resting": len(resting),
            "by_text": circular.urgency != Urgency.NORMAL and gateway() is not None,
        },
    )


def _ticked(request: HttpRequest, form: UrgeForm, ripe: set[int]) -> set[int]:
    """What the person ticked, else the one unit of the link, else every unit that may be urged now."""
    if form.is_bound:
        return set(keys_in(request.POST.getlist("units")))
    asked = request.GET.get("unit", "")
    return {key for key in ripe if str(key) == asked} if asked.isdecimal() else ripe


@require_safe
def urge_log(request: HttpRequest, uuid: str) -> HttpResponse:
    """Every urge and reminder of the circular, the latest first: the sender's proof; of one unit when asked."""
    circular = get_object_or_404(trackable(request.user), uuid=uuid)
    rows = Urge.objects.filter(delivery__circular=circular).select_related("delivery", "by").order_by("-at", "-pk")
    asked = request.GET.get("unit", "")
    if is_key(asked):
        rows = rows.filter(delivery__unit=int(asked))
    page = OpenEnded(rows, LOG_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "circulars/urge_log.html",
        {"circular": circular, "page_obj": page, "one_unit": bool(asked), "blocked": circular.page.is_blocked},
    )


@require_POST
def checked(request: HttpRequest, uuid: str) -> HttpResponse:
    """The sender has looked who signed and who did not."""
    circular = get_object_or_404(_sent_by(request), uuid=uuid)
    try:
        check(circular, by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已记下：{circular.number} 的签收情况由您核对过。")
    return redirect("circulars:board", uuid)


@require_safe
def unchecked_list(request: HttpRequest) -> HttpResponse:
    """未核对: circulars with unsigned units at which nobody has looked in time, the oldest first."""
    waiting = unchecked(request.user, timezone.now()).order_by("sent_at", "pk")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    rows = receipts_beside([circular.pk for circular in page])
    return render(
        request,
        "circulars/unchecked.html",
        {"page_obj": page, "rows": rows, "sending": units_where(request.user, Right.SEND)},
    )


def receipts_beside(keys: list[int]) -> QuerySet[Any, Any]:
    """These circulars, each with how many have signed and who looked last."""
    shown = with_receipts(Circular.objects.filter(pk__in=keys)).select_related("checked_by")
    return shown.order_by("sent_at", "pk")


def _sent_by(request: HttpRequest) -> CircularQuerySet:
    """Circulars that went out for the units for which the person sends; what is blocked is not among them."""
    return Circular.objects.issued_for(request.user, Right.SEND).unblocked().filter(state=Circular.State.SENT)
