"""设备登记 over all units: the register, who has not checked, and old browsers, for secretariat and network office (Articles 6, 7, 9 and 18)."""

from datetime import date, datetime, time, timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.browsers import REMEMBERED, old_browsers, said_of_old
from accounts.equipment import Device, DeviceKind
from accounts.kitlist import SHOWS, asked
from accounts.overseeing import area_overseen, overseen
from accounts.roles import Right
from accounts.selfchecks import KitProblem, is_asked, missing, monday_of, weeks_between
from cms.offices import office_of
from cms.paging import OpenEnded
from cms.workdays import ZONE, CalendarMissing

PAGE = 50
ONE_WEEK = timedelta(days=7)
# Which of the units without a check: all, those that could have made one, those that have nothing registered.
MISSING_SHOWS = {"": "全部", "registered": "已登记未自查", "unregistered": "未登记设备"}


@require_safe
def kit_register(request: HttpRequest) -> HttpResponse:
    """The devices of all units, narrowed by words, kind and state."""
    wanted = asked(request.GET)
    devices = (
        wanted.narrow(Device.objects.for_person(request.user), timezone.localdate())
        .select_related("unit", "keeper")
        .in_order()
    )
    return render(
        request,
        "accounts/kit_register.html",
        {
            "page_obj": Paginator(devices, PAGE).get_page(request.GET.get("page")),
            "wanted": wanted,
            "shows": SHOWS.items(),
            "kinds": DeviceKind.choices,
            "query": request.GET.urlencode(),
        },
    )


@require_safe
def kit_missing(request: HttpRequest) -> HttpResponse:
    """The units without a check in a week, and the problems that nobody has solved."""
    now, area = timezone.now(), area_overseen(request.user, Right.INSPECT_KIT)
    this_week = monday_of(timezone.localdate(now))
    week = min(_week_asked(request.GET.get("week", ""), this_week), this_week)
    every = weeks_between(area, now if week == this_week else _end_of(week))
    try:
        refusal, is_due = "", is_asked(week, office_of(area))
    except CalendarMissing as unknown:
        refusal, is_due = str(unknown), False
    show = request.GET.get("show", "")
    units = missing(week, every=every).filter(overseen(request.user, Right.INSPECT_KIT).of("area"))
    if show in MISSING_SHOWS and show:
        units = units.filter(has_devices=show == "registered")
    problems = KitProblem.objects.for_person(request.user).unsolved().known().order_by("found_at", "pk")
    return render(
        request,
        "accounts/kit_missing.html",
        {
            "show": show if show in MISSING_SHOWS else "",
            "shows": MISSING_SHOWS.items(),
            "week": week,
            "last_day": week + timedelta(days=6),
            "is_this_week": week == this_week,
            "earlier": week - ONE_WEEK,
            "later": week + ONE_WEEK,
            "every": every,
            "is_due": is_due,
            "refusal": refusal,
            "page_obj": Paginator(units if is_due else units.none(), PAGE).get_page(request.GET.get("page")),
            "problems": problems[:PAGE],
        },
    )


@require_safe
def browsers(request: HttpRequest) -> HttpResponse:
    """The units that sign in with a browser too old for the pages."""
    found = old_browsers(timezone.now(), overseen(request.user, Right.INSPECT_KIT).units())
    return render(
        request,
        "accounts/old_browsers.html",
        {
            "page_obj": OpenEnded(found, PAGE).get_page(request.GET.get("page")),
            "too_old": said_of_old(),
            "days": REMEMBERED.days,
        },
    )


def _week_asked(text: str, otherwise: date) -> date:
    """The Monday of the week of the day that was asked for."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return monday_of(day) if 2000 < day.year < 2999 else otherwise


def _end_of(week: date) -> datetime:
    return datetime.combine(week + ONE_WEEK, time(), ZONE)
