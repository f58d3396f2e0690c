"""线路 on the desk: the register, one line with what happened to it, and what the network office enters (Articles 7(1), 8(1) and 16)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.inspections import LineInspection
from accounts.lineforms import EndLineForm, LineForm
from accounts.linemonths import month_tallies
from accounts.lineoutages import LineOutage
from accounts.lineregister import Line, register_line
from accounts.linereports import may_report
from accounts.providers import Provider, Service
from accounts.roles import Right, may
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded

PAGE, MONTHS_SHOWN, REPORTS_SHOWN = 25, 12, 8
SHOWS = (("", "在用"), ("down", "中断中"), ("late", "中断超过时限"), ("ended", "已停用"))


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """The lines that the person may see, by unit, each with its state now."""
    now, today, user = timezone.now(), timezone.localdate(), request.user
    seen, show = Line.objects.for_person(user), request.GET.get("show", "")
    query, carrier = request.GET.get("q", "").replace("\0", "").strip()[:60], request.GET.get("carrier", "")
    down = Exists(LineOutage.objects.open().filter(line=OuterRef("pk")))
    late = Exists(LineOutage.objects.open().filter(line=OuterRef("pk"), due_at__lt=now))
    counts = seen.in_force(today, today).aggregate(
        all=Count("pk"), down=Count("pk", filter=down), late=Count("pk", filter=late)
    )
    shown = seen.filter(until__lt=today) if show == "ended" else seen.in_force(today, today)
    if show in ("down", "late"):
        shown = shown.filter(down if show == "down" else late)
    carriers = list(Provider.objects.for_person(user).of(Service.CARRIER).select_related("unit").in_order())
    if carrier in {str(one.pk) for one in carriers}:
        shown = shown.filter(carrier=int(carrier))
    if query:
        name = (
            Q(unit__name__icontains=query) | Q(unit__short_name__icontains=query) | Q(unit__pinyin__istartswith=query)
        )
        shown = shown.filter(name | Q(circuit__icontains=query))
    open_ones = Prefetch("outages", LineOutage.objects.open(), to_attr="open_outages")
    shown = shown.select_related("unit", "carrier__unit").prefetch_related(open_ones).in_order()
    return render(
        request,
        "accounts/lines.html",
        {
            "page_obj": Paginator(shown, PAGE).get_page(request.GET.get("page")),
            "counts": counts,
            "show": show,
            "shows": SHOWS,
            "q": query,
            "carrier": carrier,
            "carriers": carriers if len(carriers) > 1 else [],
            "may_operate": may(user, Right.OPERATE),
            "sees_money": sees_money(user),
        },
    )


@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: what it is, its interruptions, the sums of the last months, the reports of its inspections."""
    seen, now, user = line_for(request, pk), timezone.now(), request.user
    rows = seen.outages.select_related("rules").order_by("-down_at", "-pk")
    page = OpenEnded(rows, PAGE).get_page(request.GET.get("page"))
    months = month_tallies([seen], _months_back(timezone.localdate(now)), as_of=to_the_minute(now))
    reports = LineInspection.objects.filter(line=seen).select_related("filed_by", "file", "replaces")
    return render(
        request,
        "accounts/line.html",
        {
            "line": seen,
            "page_obj": page,
            "outages": [
                (outage, outage.until(to_the_minute(now)).lasted, outage.is_too_long(now))
                for outage in page.object_list
            ],
            "open_outage": seen.outages.open().first(),
            "today": timezone.localdate(now),
            "months": [tally for first in sorted(months, reverse=True) for tally in months[first] if tally.outages],
            "reports": reports.standing().order_by("-year", "-quarter")[:REPORTS_SHOWN],
            "may_operate": may(user, Right.OPERATE),
            "may_report": may_report(user, seen) and seen.is_in_force(timezone.localdate(now)),
            "may_file": may(user, Right.OPERATE) or seen.is_served_by(user),
            "sees_money": sees_money(user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_line(request: HttpRequest) -> HttpResponse:
    """A line is entered in the register by its contract."""
    form = LineForm(timezone.localdate(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = register_line(**form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"已登记{made.unit}的线路 {made.circuit}。")
            return redirect("accounts:line", made.pk)
    return render(request, "accounts/new_line.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def end_line(request: HttpRequest, pk: int) -> HttpResponse:
    """The line is let no longer than a day."""
    found = line_for(request, pk)
    form = EndLineForm(request.POST or None, initial={"until": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            found.end(until=form.cleaned_data["until"], by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("accounts:line", pk)
        else:
            messages.success(request, f"{found}已停用，以前的中断和巡检记录仍可查看。")
            return redirect("accounts:line", pk)
    return render(request, "accounts/end_line.html", {"form": form, "line": found})


def line_for(request: HttpRequest, pk: int) -> Line:
    """The line, if the person may see it."""
    seen = Line.objects.for_person(request.user).select_related("unit__area", "carrier__unit")
    return get_object_or_404(seen, pk=pk)


def to_the_minute(now: datetime) -> datetime:
    """Until when an interruption that lasts is counted on a page: the minute that the page shows."""
    return now.replace(second=0, microsecond=0)


def sees_money(user: Any) -> bool:
    """Whether the person has to do with rents: the network office, who inspects, the carriers; not the units."""
    return any(may(user, right) for right in (Right.OPERATE, Right.INSPECT, Right.SERVE))


def _months_back(today: date) -> list[date]:
    months = [today.replace(day=1)]
    while len(months) < MONTHS_SHOWN:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months
