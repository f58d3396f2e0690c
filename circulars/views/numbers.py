"""The register of numbers and the two ways of voiding one (Article 19; 2012 regulation art. 25)."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right, units_where
from circulars.access import series_followed, trackable
from circulars.forms import MissingNumberForm, VoidingForm
from circulars.numbering import NO_YEAR, NumberBook, Numbering, Series
from circulars.numberregister import Fate, Register
from circulars.registration import Circular
from circulars.voiding import declare_void, void
from cms.lifecycles import OutOfOrder

PAGE = 50
ALL_YEARS = "all"


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every number of the person's series: used, void and missing, of one year, one series and one fate if they say so."""
    asked = question(request)
    return render(
        request,
        "circulars/numbers.html",
        {
            "page_obj": Paginator(asked.lines, PAGE).get_page(request.GET.get("page")),
            "fates": [(each, asked.lines.numbers(each)) for each in Fate],
            "fate": asked.fate,
            "followed": asked.followed,
            "chosen": asked.chosen,
            "years": [(str(each), f"{each} 年") for each in sorted(asked.years - {NO_YEAR}, reverse=True)]
            + [(str(NO_YEAR), "跨年连续"), (ALL_YEARS, "全部年份")],
            "year": ALL_YEARS if asked.year is None else str(asked.year),
            "registering": units_where(request.user, Right.REGISTER),
            "several_units": len({one.unit_id for one in asked.followed}) > 1,
        },
    )


@dataclass(frozen=True)
class Asked:
    """What is asked of the numbers: one of the series that the person follows or all, a year or all, a fate or any; and the numbers."""

    followed: QuerySet[Series]
    chosen: Series | None
    years: set[int]
    year: int | None
    fate: Fate | None
    lines: Register


def question(request: HttpRequest) -> Asked:
    """What this page asks, made good where it has no sense."""
    followed = series_followed(request.user)
    this_year = timezone.localdate().year
    years = set(NumberBook.objects.filter(series__in=followed).values_list("year", flat=True)) | {this_year}
    asked = request.GET.get("series", "")
    chosen = next((one for one in followed if str(one.pk) == asked), None)
    if chosen is not None and chosen.numbering == Numbering.RUNNING:
        year: int | None = NO_YEAR
    else:
        year = _year(request.GET.get("year", ""), years, this_year)
    fate = Fate(request.GET["show"]) if request.GET.get("show") in Fate.values else None
    series = followed.filter(pk=chosen.pk) if chosen else followed
    lines = Register(series, trackable(request.user).select_related("registrar"), year=year, fate=fate)
    return Asked(followed, chosen, years, year, fate, lines)


@require_http_methods(["GET", "HEAD", "POST"])
def void_circular(request: HttpRequest, uuid: str) -> HttpResponse:
    """The number of a registered circular that will not be sent, ended with its reason."""
    circular = get_object_or_404(Circular.objects.issued_for(request.user, Right.REGISTER), uuid=uuid)
    if circular.state not in (Circular.State.REGISTERED, Circular.State.SEALED):
        why = "不必再办" if circular.state == Circular.State.VOIDED else "不能作废"
        messages.error(request, f"{circular.number} {circular.get_state_display()}，{why}。")
        return redirect("circulars:board", circular.uuid)
    form = VoidingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            void(circular, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except OutOfOrder as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{circular.number} 已作废，不再发送。")
        return redirect("circulars:board", circular.uuid)
    return render(request, "circulars/void.html", {"circular": circular, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def void_missing(request: HttpRequest) -> HttpResponse:
    """A number that no circular here bears, declared void with its reason."""
    own = Series.objects.filter(unit__in=units_where(request.user, Right.REGISTER), active=True).select_related("unit")
    initial = {name: request.GET[name] for name in ("series", "number") if name in request.GET}
    form = MissingNumberForm(own, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            voided = declare_void(
                given["series"], given["number"], reason=given["reason"], by=request.user, at=timezone.now()
            )
        except OutOfOrder as refused:
            form.add_error("number", str(refused))
        else:
            messages.success(request, f"{voided.number} 已登记作废，不会再编给公文。")
            if form.written.was_changed:
                messages.warning(request, f"文号已按规范写法登记为“{voided.number}”。")
            return redirect("circulars:numbers")
    return render(request, "circulars/void_missing.html", {"form": form})


def _year(asked: str, years: set[int], this_year: int) -> int | None:
    """The year asked for, this one where none is, None for all of them."""
    if asked == ALL_YEARS:
        return None
    return int(asked) if asked in map(str, years | {NO_YEAR}) else this_year
