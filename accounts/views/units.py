"""使用单位 on the desk: the register, a unit's own page, and the sheet from which units are taken in (Articles 2, 7, 12 and 15)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.connections import Connection
from accounts.dissolving import missing_before_closing
from accounts.handbacks import Handback, certified_before, keys_out
from accounts.newunit import enter_unit
from accounts.roles import Right, may
from accounts.unitforms import UnitForm
from accounts.unitimport import UNITS_FROM_EXCEL
from accounts.unitregister import SHOWS, looked_after_by, register, seen_by
from accounts.units import Category, Unit
from cms.sheetsteps import take_in

PAGE, CHANGES = 50, 30


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The bodies of the register, those in use unless another state is asked for."""
    show, category = request.GET.get("show", ""), request.GET.get("category", "")
    show = show if show in dict(SHOWS) else ""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:40]
    found = register(request.user, show=show, category=category, asked=asked).select_related("served_by", "successor")
    return render(
        request,
        "accounts/units.html",
        {
            "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
            "show": show,
            "shows": SHOWS,
            "category": category,
            "categories": Category.choices,
            "q": asked,
            "may_manage": may(request.user, Right.MANAGE_UNITS),
        },
    )


@require_safe
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: what it is and was called, what it owes back, what was done to it, and what may be done now."""
    seen = get_object_or_404(seen_by(request.user).select_related("served_by", "successor"), pk=pk)
    under = Unit.objects.filter(path__startswith=seen.path, depth=seen.depth + 1).in_order()
    now = timezone.now()
    owed = list(Handback.objects.filter(unit=seen).owed().select_related("change"))
    keys = keys_out(owed)
    is_ending = seen.state == Unit.State.DISSOLVED
    return render(
        request,
        "accounts/unit.html",
        {
            "unit": seen,
            "superior": seen.get_parent(),
            "names": seen.names.all(),
            "divisions": under.filter(is_division=True, state=Unit.State.ACTIVE),
            "below": under.filter(is_division=False, state=Unit.State.ACTIVE),
            "serves": seen.serves.standing().in_order(),
            "predecessors": seen.predecessors.in_order(),
            "handbacks": [(handback, keys[handback.pk]) for handback in owed],
            "certified_before": certified_before(seen).count(),
            "applications": Connection.objects.filter(unit=seen).select_related("entered_by"),
            "missing": missing_before_closing(seen, timezone.localdate(now)) if is_ending else [],
            "changes": seen.changes.select_related("made_by")[:CHANGES],
            "may_manage": may(request.user, Right.MANAGE_UNITS),
            "may_open_division": looked_after_by(request.user).filter(pk=seen.pk).exists(),
            "may_manage_keys": may(request.user, Right.MANAGE_KEYS),
        },
    )


@require_safe
def handbacks(request: HttpRequest) -> HttpResponse:
    """What units owe back because they were renamed or dissolved, the longest owed first."""
    owed = Handback.objects.owed().filter(unit__in=seen_by(request.user)).select_related("unit", "change")
    page = Paginator(owed, PAGE).get_page(request.GET.get("page"))
    now, keys = timezone.now(), keys_out(list(page))
    rows = [(each, each.missing(keys[each.pk]), bool(each.remind_at and each.remind_at < now)) for each in page]
    return render(request, "accounts/handbacks.html", {"page_obj": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new_unit(request: HttpRequest) -> HttpResponse:
    """One unit is entered on the paper that set it up."""
    form = UnitForm(request.POST or None, initial={"on_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        paper = {key: form.cleaned_data[key] for key in ("on_day", "ground")}
        try:
            entered = enter_unit(form.facts, **paper, by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"已列入名册：{entered.name}。要在系统里收文的，请办理接入。")
            return redirect("accounts:unit", entered.pk)
    return render(request, "accounts/new_unit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def import_units(request: HttpRequest) -> HttpResponse:
    """Units are taken in from Excel, looked at first."""
    return take_in(request, UNITS_FROM_EXCEL)
