"""登录情况: the month of all units, the days of one, and who is silent at this minute (Articles 18 and 28)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from io import BytesIO
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.contacts import Contact, contacts_of
from accounts.lookins import LookIn
from accounts.overseeing import area_overseen, overseen
from accounts.roles import Right, Role, may, units_where
from accounts.units import Category, Unit
from cms.accesslog import Look, note
from cms.ruleversions import NoRules
from cms.workdays import CalendarMissing, local
from reports.desks import had_own_desk
from reports.downloads import workbook_answer
from reports.months import Month, NotAMonth, month_asked, months_back
from reports.presencebooks import presence_workbook
from reports.presencemonth import PresenceReport, presence_report, today
from reports.views import MONTHS_OFFERED

# Why there is no report: the sentence is shown instead of it.
REFUSED = (NotAMonth, CalendarMissing, NoRules)


def sees_all(user: Any) -> bool:
    """Whether the person inspects or runs the platform."""
    return may(user, Right.INSPECT) or may(user, Right.OPERATE)


def _seen(user: Any) -> Q:
    """The units of the areas that the person inspects, and every one for who runs the platform."""
    return Q() if may(user, Right.OPERATE) else overseen(user, Right.INSPECT).of("area")


def units_seen(user: Any) -> QuerySet[Unit]:
    """The units whose look-ins the person may see: those of the area for who inspects it, all for who runs the platform, else those led."""
    if sees_all(user):
        return Unit.objects.filter(_seen(user))
    return Unit.objects.filter(pk__in=units_where(user, Right.MANAGE_STAFF))


@require_safe
def presence_today(request: HttpRequest) -> HttpResponse:
    """今日未登录: the units in which nobody has looked in since opening, and those where the last look-in is too long ago."""
    now = timezone.localtime()
    context: dict[str, Any] = {"tab": "today", "may_report": may(request.user, Right.REPORT)}
    try:
        standing = today(now, area=area_overseen(request.user, Right.INSPECT))
    except REFUSED as refusal:
        context["refusal"] = refusal
    else:
        called = contacts_of([unit.unit.pk for unit in (*standing.silent, *standing.away)])
        for key in ("silent", "away"):
            context[key] = [(unit, _clerks(called[unit.unit.pk])) for unit in getattr(standing, key)]
        context["standing"] = standing
        if called:
            note(Look.OPENED, at=now, person=request.user, subject=f"联系电话 {request.path}")
    return render(request, "reports/presence_today.html", context)


@require_safe
def presence(request: HttpRequest) -> HttpResponse:
    """登录情况: the month of every unit."""
    try:
        return _month_page(request, report=_report_asked(request))
    except REFUSED as refusal:
        return _month_page(request, refusal=refusal)


@require_safe
def presence_workbook_of(request: HttpRequest) -> HttpResponse:
    """The same month as a workbook; where there is nothing to reckon, the page says why."""
    try:
        report = _report_asked(request)
    except REFUSED as refusal:
        return _month_page(request, refusal=refusal)
    content = BytesIO()
    presence_workbook(report).save(content)
    note(Look.EXPORTED, at=report.as_of, person=request.user, subject=f"{report.title} {report.month}")
    return workbook_answer(content.getvalue(), plain=f"presence-{report.month}.xlsx", name=report.file_name)


@require_safe
def presence_unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit's month, day by day: who looked in when, and from when to when nobody did."""
    unit = get_object_or_404(units_seen(request.user).filter(pk__in=had_own_desk()), code=code)
    context: dict[str, Any] = {"unit": unit, "sees_all": sees_all(request.user), **_months(request)}
    try:
        report = _report_asked(request, unit=unit)
    except REFUSED as refusal:
        return render(request, "reports/presence_unit.html", context | {"refusal": refusal})
    presence = report.units[0] if report.units else None
    days = list(reversed(presence.days)) if presence else []
    names = _names_of_day(unit, report) if days else {}
    shown = [(day, names.get(day.day, ())) for day in days if day.is_owed or day.look_ins or day.exempt]
    period = report.period_of(presence) if presence else report.period
    context |= {"report": report, "presence": presence, "period": period, "days": shown}
    return render(request, "reports/presence_unit.html", context)


def _clerks(contacts: list[Contact]) -> list[Contact]:
    """Those who should have looked in; where nobody receives, the leaders."""
    return [contact for contact in contacts if contact.role == Role.CLERK] or contacts


def _names_of_day(unit: Unit, report: PresenceReport) -> dict[date, list[tuple[Any, str]]]:
    """When and who, in their order, for each day of the report; one query."""
    rows = LookIn.objects.between(report.month.starts_at, report.month.ends_at).filter(unit=unit)
    found: dict[date, list[tuple[Any, str]]] = defaultdict(list)
    for at, name in rows.order_by("at", "pk").values_list("at", "person__name"):
        found[local(at).date()].append((local(at), name))
    return found


def _report_asked(request: HttpRequest, *, unit: Unit | None = None) -> PresenceReport:
    now = timezone.localtime()
    asked = request.GET.get("month")
    month = month_asked(asked, now=now) if asked else Month.of(now)
    only: Collection[int] | None = None if unit is None else (unit.pk,)
    return presence_report(
        month, as_of=now, area=unit.area if unit else area_overseen(request.user, Right.INSPECT), only=only
    )


def _months(request: HttpRequest) -> dict[str, Any]:
    """The month asked for, as far as it can be read, and those that are offered."""
    this_month = Month.of(timezone.now())
    try:
        shown = min(Month.parse(request.GET.get("month") or str(this_month)), this_month)
    except NotAMonth:
        shown = this_month
    offered = sorted({shown, *months_back(this_month, MONTHS_OFFERED)}, reverse=True)
    return {"month": shown, "months": offered, "this_month": this_month}


def _month_page(
    request: HttpRequest, *, report: PresenceReport | None = None, refusal: Exception | None = None
) -> HttpResponse:
    """The page for a report, or for the sentence that says why there is none; narrowed to one category, or to who was away, when asked."""
    category = request.GET.get("category", "")
    category = category if category in Category.values else ""
    units = [unit for unit in report.units if category in ("", unit.unit.category)] if report else []
    only_late = request.GET.get("show") == "late"
    if only_late:
        units = sorted((unit for unit in units if unit.breaches), key=lambda unit: -unit.breaches)
    return render(
        request,
        "reports/presence.html",
        {
            **_months(request),
            "tab": "month",
            "report": report,
            "refusal": refusal,
            "units": units,
            "only_late": only_late,
            "category": category,
            "categories": Category.choices,
            "may_take": may(request.user, Right.REPORT) or may(request.user, Right.OPERATE),
        },
    )
