"""通报 on the desk of the secretariat: the list, one page for each with its five steps, and the acts that lead on (Article 28)."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right, may
from circulars.access import drafting_units
from circulars.beginningforms import UnitForm
from circulars.deliveries import Delivery
from circulars.origins import key_in
from circulars.progress import progress_of
from circulars.views.beginning import opened
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.paging import OpenEnded
from cms.ruleversions import NoRules, RuleVersion
from cms.workdays import CalendarMissing
from reports.approving import approve, is_over, refusal
from reports.asking import ask_units, usual_end
from reports.bulletindrafts import begin_draft, draft_of
from reports.bulletinforms import AskingForm, OpeningForm
from reports.bulletins import Bulletin, open_bulletin
from reports.explanations import Explanation
from reports.figures import UnitFigures
from reports.monthly import MonthReport, NothingSent, month_report, report_of
from reports.months import Month, months_back
from reports.named import below
from reports.receipts import Issuers
from reports.views import LATE_SHOWN, MONTHS_OFFERED

PAGE = 25
STEPS = ("选月", "核对", "单位说明", "审定", "下发")


@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """Every bulletin, the latest month first, with where it stands."""
    may_report, seen = may(request.user, Right.REPORT), Bulletin.objects.for_person(request.user)
    if not (may_report or seen.exists()):
        raise Http404
    listed = seen.select_related("opened_by", "approved_by", "snapshot", "page__circular", "page__owner").annotate(
        named_count=Count("named")
    )
    page = OpenEnded(listed.order_by("-year", "-month", "-pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/bulletins.html", {"page_obj": page, "may_report": may_report})


@require_http_methods(["GET", "HEAD", "POST"])
def new_bulletin(request: HttpRequest) -> HttpResponse:
    """The bulletin of a finished month is begun."""
    now = timezone.localtime()
    last = Month.of(now).previous
    months = months_back(last, MONTHS_OFFERED) if last else []
    form = OpeningForm(months, request.POST or None, initial={"month": request.GET.get("month", str(last))})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            bulletin = open_bulletin(
                Month.parse(typed["month"]),
                issuers=Issuers(typed["issuers"]),
                area=area_overseen(request.user),
                reason=typed["reason"],
                by=request.user,
                at=now,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已开始办理{bulletin}。请核对数字，再请各单位说明。")
            return redirect("reports:bulletin", bulletin.pk)
    return render(request, "reports/new_bulletin.html", {"form": form})


@require_safe
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """One bulletin: the five steps, what is to be done next, the figures, what was late and what units said."""
    return _page(request, _found(request, pk))


@require_POST
def ask_for_explanations(request: HttpRequest, pk: int) -> HttpResponse:
    """The units are asked; without an end that can be read the page stands as it was typed."""
    found, form = _reported(request, pk), AskingForm(request.POST)
    if form.is_valid():
        try:
            count = ask_units(found, until=form.cleaned_data["until"], by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("reports:bulletin", pk)
        else:
            said = f"已请有关单位逐件说明，共 {count} 件。" if count else "没有要单位说明的公文，可以由另一人审定。"
            messages.success(request, said)
            return redirect("reports:bulletin", pk)
    return _page(request, found, asking=form)


@require_POST
def approve_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """The month is published, and what was accepted relieves."""
    found = _reported(request, pk)
    try:
        done = approve(found, by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"{done}已审定，月度统计同时公布，以后的签收不改变它。")
    return redirect("reports:bulletin", pk)


@require_POST
def draft_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """The circular is drafted and opens in the editor."""
    found, form = _found(request, pk), UnitForm(drafting_units(request.user), request.POST)
    if not form.is_valid():
        return _page(request, found, drafting=form)
    typed = form.cleaned_data
    try:
        page = begin_draft(found, issuer=typed["unit"], key=typed["key"], by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
        return redirect("reports:bulletin", pk)
    return opened(request, page, "已按公布的数字起草通报，统计表已列为附件。")


def _found(request: HttpRequest, pk: int) -> Bulletin:
    known = ("area", "opened_by", "approved_by", "snapshot__area", "page__owner", "page__circular")
    found = get_object_or_404(Bulletin.objects.for_person(request.user).select_related(*known), pk=pk)
    Message.objects.filter(person=request.user.pk, link=request.path).read(at=timezone.now())
    return found


def _reported(request: HttpRequest, pk: int) -> Bulletin:
    """For the acts that are the secretariat's alone."""
    if not may(request.user, Right.REPORT):
        raise Http404
    return _found(request, pk)


def _page(
    request: HttpRequest,
    found: Bulletin,
    *,
    asking: forms.Form | None = None,
    drafting: forms.Form | None = None,
) -> HttpResponse:
    now, user = timezone.localtime(), request.user
    report = _report(found, now)
    given = list(
        Explanation.objects.filter(asked__bulletin=found)
        .with_ruling()
        .select_related("asked__unit", "asked__delivery__circular", "by")
        .order_by("asked__unit__sort_order", "asked__unit__code", "asked__due_at", "pk")
    )
    to_rule = list(
        Explanation.objects.to_rule().filter(asked__bulletin=found).order_by("pk").values_list("pk", flat=True)
    )
    draft, is_checking = draft_of(found), found.state == Bulletin.State.CHECKING
    reports = may(user, Right.REPORT)
    return render(
        request,
        "reports/bulletin.html",
        {
            "bulletin": found,
            "month": found.month_told,
            "steps": _steps(found, now, is_drafted=draft is not None),
            "report": report,
            "late": report.late[:LATE_SHOWN] if report else [],
            "may_report": reports,
            "asking": (asking or _asking(found, now)) if is_checking and reports else None,
            "given": given,
            "asked_count": 0 if is_checking else found.asked.count(),
            "to_rule": len(to_rule),
            "next_to_rule": next(iter(to_rule), None),
            "is_over": not is_checking and is_over(found, now),
            "refusal": refusal(found, user, now) if reports else "",
            "named": _named(found, report, now),
            "percent": found.named_percent or _percent(found, now),
            "draft": draft,
            "progress": progress_of(draft, now) if draft else None,
            "receipts": _receipts(draft),
            "drafting": drafting or _drafting(user, request),
        },
    )


def _report(found: Bulletin, now: datetime) -> MonthReport | None:
    """As published, and as it stands now before that."""
    if found.snapshot is not None:
        return report_of(found.snapshot)
    try:
        return month_report(found.month_told, as_of=now, issuers=found.whose, area=found.area)
    except NothingSent:
        return None


def _steps(found: Bulletin, now: datetime, *, is_drafted: bool) -> list[tuple[str, str]]:
    """Each step with how it stands: done, now, or to come."""
    if found.state == Bulletin.State.CHECKING:
        at = 1
    elif found.state == Bulletin.State.EXPLAINING:
        at = 3 if is_over(found, now) else 2
    else:
        at = 5 if is_drafted else 4
    return [(word, "done" if place < at else "now" if place == at else "") for place, word in enumerate(STEPS)]


def _asking(found: Bulletin, now: datetime) -> forms.Form:
    try:
        until = usual_end(found.area, now)
    except (NoRules, CalendarMissing):
        return AskingForm()
    return AskingForm(initial={"until": timezone.localtime(until)})


def _percent(found: Bulletin, now: datetime) -> int | None:
    try:
        return RuleVersion.objects.in_force(found.area, now).rule_set.named_percent
    except NoRules:
        return None


def _named(found: Bulletin, report: MonthReport | None, now: datetime) -> list[UnitFigures]:
    """Whom the bulletin names or, before the approval, would name as things stand."""
    percent = found.named_percent or _percent(found, now)
    return below(report.figures, percent) if report and percent else []


def _drafting(user: Any, request: HttpRequest) -> forms.Form | None:
    units = drafting_units(user)
    return UnitForm(units, initial={"key": key_in({})}) if units else None


def _receipts(draft: Any) -> dict[str, int] | None:
    """Of how many units the circular was sent to how many have signed; None before it is sent."""
    circular = getattr(draft, "circular", None)
    if circular is None or circular.sent_at is None:
        return None
    rows = Delivery.objects.electronic().filter(circular=circular, recalled_at=None)
    return rows.aggregate(sent=Count("pk"), signed=Count("pk", filter=Q(signed_at__isnull=False)))
