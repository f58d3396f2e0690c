"""本单位值班 on the desk: who of a unit answers its telephone on each day of a month (Article 18)."""

from calendar import monthrange
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.roster import RosterRefused
from accounts.rosterform import RosterForm
from accounts.staffing import staffed_units
from accounts.unitduty import UnitDutyDay, arrange_unit_duty, may_arrange_duty, people_of, served_since
from accounts.views.roster import field_of, month_asked, word_of
from cms.offices import office_of


@require_http_methods(["GET", "HEAD", "POST"])
def unit_duty(request: HttpRequest, code: str) -> HttpResponse:
    """A month of the unit's roster; the days that are not over can be changed and are saved together."""
    unit = get_object_or_404(staffed_units().select_related("area"), code=code)
    if not may_arrange_duty(request.user, unit):
        raise Http404
    today = timezone.localdate()
    first = month_asked(request.GET.get("month", ""), today)
    month = [first.replace(day=number) for number in range(1, monthrange(first.year, first.month)[1] + 1)]
    since = served_since(unit) or today
    days = [day for day in month if day >= min(since, today)]
    entries = UnitDutyDay.objects.filter(unit=unit, day__in=days).select_related("person", "entered_by")
    entry_of = {entry.day: entry for entry in entries}
    form = RosterForm(
        [day for day in days if day >= today],
        people_of(unit, today),
        {day: entry.person for day, entry in entry_of.items()},
        request.POST or None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = arrange_unit_duty(unit, form.changes, by=request.user, at=timezone.now())
        except (RosterRefused, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已保存，{changed} 天有变动。" if changed else "没有变动。")
            return HttpResponseRedirect(f"{reverse('accounts:unit_duty', args=[unit.code])}?month={first:%Y-%m}")
    office = office_of(unit.area)
    rows = [
        (day, word_of(day, office), entry_of.get(day), field_of(form, "day", day), field_of(form, "seen", day))
        for day in days
    ]
    earlier = first - timedelta(days=1) if first > since else None
    turns = {"first": first, "earlier": earlier, "later": first + timedelta(days=31)}
    known = {"unit": unit, "form": form, "rows": rows, "today": today, **turns}
    return render(request, "accounts/unit_duty.html", known)
