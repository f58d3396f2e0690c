"""逾期责任和用时: who answers for what came late in a month, and which units take longest, each figure with its list (Articles 20, 21, 22 and 28)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right
from circulars.liability import Liability
from reports.answering import SIDES, counted_among, sides_of
from reports.lateness import Lateness, late_rows
from reports.months import Month, NotAMonth, month_asked, months_back
from reports.receipts import Issuers
from reports.slowest import paces, slowest, taken_by
from reports.views import LATE_SHOWN, MONTHS_OFFERED, issuers_asked

SLOWEST = 15


@require_safe
def delays(request: HttpRequest) -> HttpResponse:
    """The two tables of a month, and the list under the figure that was followed."""
    assert request.user.is_authenticated
    now, given, refusal = timezone.localtime(), request.GET, ""
    this_month, area, issuers = Month.of(now), area_overseen(request.user, Right.INSPECT), issuers_asked(request)
    month = this_month
    try:
        month = month_asked(given.get("month") or str(this_month), now=now)
    except NotAMonth as mistaken:
        refusal = str(mistaken)
    sides = sides_of(month, as_of=now, issuers=issuers, area=area)
    found = paces(month, as_of=now, issuers=issuers, area=area)
    who, what = given.get("who", ""), given.get("what", "")
    who, what = who if who in SIDES else "", what if what in Lateness.values else ""
    kind, unit = given.get("kind", ""), given.get("unit", "")
    of_unit = next((pace for pace in found if str(pace.figures.unit_id) == unit), None)
    is_urgent = kind == "urgent"
    context = {
        "refusal": refusal,
        "month": month,
        "months": sorted({month, *months_back(this_month, MONTHS_OFFERED)}, reverse=True),
        "issuers": issuers,
        "all_issuers": Issuers.offered_in(area),
        "sides": sides,
        "kinds": Lateness.choices,
        "late_count": counted_among(sides, "", ""),
        "who": Liability(who).value if who else "",
        "who_label": SIDES[Liability(who)] if who else "",
        "what": what,
        "what_label": Lateness(what).label if what else "",
        "listed": late_rows(month, as_of=now, issuers=issuers, area=area, who=who, what=what, most=LATE_SHOWN)
        if "who" in given
        else [],
        "listed_count": counted_among(sides, who, what) if "who" in given else 0,
        "is_listed": "who" in given,
        "slow_normal": slowest(found, urgent=False, most=SLOWEST),
        "slow_urgent": slowest(found, urgent=True, most=SLOWEST),
        "of_unit": of_unit,
        "is_urgent": is_urgent,
        "taken": taken_by(of_unit.figures.unit_id, month, urgent=is_urgent, as_of=now, issuers=issuers, area=area)
        if of_unit
        else [],
    }
    return render(request, "reports/delays.html", context)
