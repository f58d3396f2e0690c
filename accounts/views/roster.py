"""值班安排 on the desk: who answers for the secretariat on each day of a month (Articles 20 and 28)."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.overseeing import area_overseen
from accounts.roles import Right
from accounts.roster import DutyDay, RosterRefused, arrange, colleagues
from accounts.rosterform import RosterForm
from cms.offices import office_of
from cms.workdays import CalendarMissing, Office

WORKED, OFF, UNKNOWN = "工作日", "休息日", "日历未载入"


@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest) -> HttpResponse:
    """A month of the roster; the days that are not over can be changed and are saved together."""
    today, area = timezone.localdate(), area_overseen(request.user, Right.ARRANGE_DUTY)
    first = month_asked(request.GET.get("month", ""), today)
    days = [first.replace(day=number) for number in range(1, monthrange(first.year, first.month)[1] + 1)]
    entries = DutyDay.objects.filter(area=area, day__in=days).select_related("person", "entered_by")
    entry_of = {entry.day: entry for entry in entries}
    form = RosterForm(
        [day for day in days if day >= today],
        colleagues(request.user),
        {day: entry.person for day, entry in entry_of.items()},
        request.POST or None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = arrange(form.changes, by=request.user, at=timezone.now())
        except RosterRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已保存，{changed} 天有变动。" if changed else "没有变动。")
            return HttpResponseRedirect(f"{reverse('accounts:roster')}?month={first:%Y-%m}")
    office = office_of(area)
    return render(
        request,
        "accounts/roster.html",
        {
            "form": form,
            "first": first,
            "earlier": first - timedelta(days=1),
            "later": first + timedelta(days=31),
            "rows": [
                (day, word_of(day, office), entry_of.get(day), field_of(form, "day", day), field_of(form, "seen", day))
                for day in days
            ],
            "today": today,
        },
    )


def month_asked(text: str, today: date) -> date:
    """The first day of the month written as 2026-11; of this month when it is none."""
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
    return date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)


def field_of(form: RosterForm, kind: str, day: date) -> Any:
    """What the page shows of a day that can be changed; nothing for one that is over."""
    name = f"{kind}-{day}"
    return form[name] if name in form.fields else None


def word_of(day: date, office: Office) -> str:
    """Whether the day is worked, in a word."""
    try:
        return WORKED if office.is_working_day(day) else OFF
    except CalendarMissing:
        return UNKNOWN
