"""故障: what units report, who has it in hand, and when the network office found that they could work again (Article 13)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acceptances import may_judge
from accounts.concerned import OFFICES, is_concerned, offices_for, units_concerning
from accounts.faults import AlreadyReported, Fault, report_fault
from accounts.repairforms import FaultForm
from accounts.repairs import Repair
from accounts.roles import Right, may
from accounts.stopforms import RestoredForm
from accounts.tickets import by_clock
from accounts.units import Unit
from cms.accesslog import Look, note
from cms.areas import Area
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded

PAGE = 25
SHOWS = {"open": "未恢复", "confirmed": "已恢复"}


@require_safe
def faults(request: HttpRequest) -> HttpResponse:
    """What the person's units, or all units, have reported: what still lasts by the clock, or what is over."""
    show = request.GET.get("show", "open")
    if show not in SHOWS:
        show = "open"
    rows = Fault.objects.for_person(request.user).select_related("unit__served_by")
    rows = by_clock(rows.open()) if show == "open" else rows.confirmed().order_by("-confirmed_at", "-pk")
    page, this_year = OpenEnded(rows, PAGE).get_page(request.GET.get("page")), timezone.localdate().year
    context = {
        "page_obj": page,
        "show": show,
        "shows": SHOWS.items(),
        "heading": SHOWS[show],
        "of_all": any(may(request.user, right) for right in OFFICES.values()),
        "may_report": bool(units_concerning(request.user)),
        "years": range(this_year, this_year - 6, -1),
    }
    return render(request, "accounts/faults.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """A unit's person reports a fault to both offices at once."""
    now = timezone.now()
    units = Unit.objects.filter(pk__in=units_concerning(request.user)).in_order()
    form = FaultForm(units, request.POST or None, initial={"detected_at": timezone.localtime(now)})
    if request.method == "POST" and form.is_valid():
        try:
            reported = report_fault(**form.cleaned_data, by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        except AlreadyReported as refused:
            messages.info(request, str(refused))
            return redirect(refused.fault.link)
        else:
            late = "" if reported.is_reported_in_time else "报告已经逾期，这次故障不免责。"
            messages.success(request, f"已报告{reported.unit.area.secretariat}和市网信办。{late}")
            return redirect(reported.link)
    told = [area.secretariat for area in Area.objects.filter(pk__in=units.order_by().values("area")).order_by("pk")]
    return render(request, "accounts/report_fault.html", {"form": form, "secretariats": told})


@require_safe
def fault(request: HttpRequest, pk: int) -> HttpResponse:
    """One fault from its report on, with what the person may do about it now."""
    users, now = Fault.objects.for_person(request.user), timezone.now()
    people = ("reported_by", "confirmed_by", "secretariat_acked_by", "network_office_acked_by")
    found = get_object_or_404(users.select_related("unit__served_by", *people), pk=pk)
    repairs = list(
        found.repairs.select_related("provider__unit", "assigned_by", "done_by", "fault")
        .prefetch_related("acceptances__judged_by")
        .order_by("-pk")
    )
    live = next((repair for repair in repairs if repair.state != Repair.State.CALLED_OFF), None)
    operates = may(request.user, Right.OPERATE)
    if operates:  # a person's own number is shown; the log says to whom
        note(Look.OPENED, at=now, person=request.user, subject=f"联系电话 {request.path}")
    context = {
        "fault": found,
        "reported": [found],
        "calls_back": operates,
        "repairs": [(repair, repair.is_late(now)) for repair in repairs],
        "is_own": is_concerned(request.user, found.unit_id),
        "may_acknowledge": any(
            getattr(found, f"{office}_acked_at") is None for office in offices_for(request.user, found.unit)
        ),
        "may_assign": operates and found.state == Fault.State.OPEN,
        "may_confirm": operates
        and (found.state == Fault.State.OPEN or (live is not None and live.state == Repair.State.PASSED))
        and found.restored_at is None
        and found.reported_by_id != request.user.pk,
        "to_judge": live if live and may_judge(live, request.user, now) else None,
        "to_call_off": live if operates and live and live.is_unfinished else None,
        "sees_paper": any(may(request.user, right) for right in (Right.INSPECT, Right.SEND, Right.REGISTER)),
    }
    return render(request, "accounts/fault.html", context)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's office has seen the report."""
    found = get_object_or_404(Fault.objects.for_person(request.user), pk=pk)
    try:
        found.acknowledge(by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, f"已确认收到，{found.unit}会看到。")
    return redirect(found.link)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The network office says when the unit could work again."""
    found = get_object_or_404(Fault.objects.for_person(request.user).select_related("unit"), pk=pk)
    now = timezone.now()
    done_at = found.repairs.filter(state=Repair.State.PASSED).values_list("done_at", flat=True).first()
    # A time that nobody chose is not put into anybody's mouth.
    form = RestoredForm(request.POST or None, initial={"restored_at": timezone.localtime(done_at)} if done_at else {})
    if request.method == "POST" and form.is_valid():
        try:
            found.confirm(restored_at=form.cleaned_data["restored_at"], by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            over = found.state == Fault.State.CONFIRMED
            messages.info(request, "这次故障已经确认恢复，没有重复办理。" if over else str(refused))
            return redirect(found.link)
        else:
            messages.success(request, f"已确认{found.unit}恢复使用。")
            return redirect("accounts:faults")
    return render(request, "accounts/confirm_fault.html", {"fault": found, "form": form})
