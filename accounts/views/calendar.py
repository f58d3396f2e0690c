"""工作日历: the years that are loaded, their days, the office hours, and how each is set (Article 22). Who comes in is decided at the door."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.calendarforms import CalendarForm, CorrectionForm, OfficeHoursForm
from accounts.overseeing import area_overseen
from accounts.roles import Right
from cms.calendars import Standing, correct_day, corrections_of, load_calendar, missing_year
from cms.calendarsheet import sheet
from cms.calendartable import as_table, doubts
from cms.lifecycles import OutOfOrder
from cms.officehours import ChangedMeanwhile, hours_on, lines_of, set_office_hours, standings
from cms.workdays import ALWAYS, CalendarDay, CalendarYear, HoursBroken


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The years that are loaded with their notices, and the office hours by season."""
    area = area_overseen(request.user, Right.SET_RULES)
    counted = CalendarDay.objects.filter(area=area).values("date__year").order_by()
    counts = {
        row["date__year"]: row
        for row in counted.annotate(
            off=Count("pk", filter=Q(is_working=False)), worked=Count("pk", filter=Q(is_working=True))
        )
    }
    years = CalendarYear.objects.filter(area=area).order_by("-year")
    return render(
        request,
        "calendar/overview.html",
        {
            "years": [(year, counts.get(year.year)) for year in years],
            "hours": standings(area, timezone.localdate()),
            "always": ALWAYS,
        },
    )


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Every day of a loaded year, and what was put right in it."""
    loaded = _loaded(request, year)
    named = _days(loaded)
    return render(
        request,
        "calendar/year.html",
        {"loaded": loaded, "named": named, "months": sheet(year, named), "corrections": corrections_of(loaded)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """A year's table is read and looked at whole, and only then loaded."""
    now, area = timezone.now(), area_overseen(request.user, Right.SET_RULES)
    form = CalendarForm(request.POST or None, request.FILES or None, initial={"year": missing_year(now, area.code)})
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        return render(request, "calendar/load.html", {"form": form})
    chosen, source = form.cleaned_data["year"], form.cleaned_data["source"]
    if CalendarYear.objects.filter(area=area, year=chosen).exists():
        messages.info(request, f"{chosen}年的工作日历已经载入，没有重复载入。个别日子有变化的，请更正那一天。")
        return redirect("accounts:calendar_year", chosen)
    if "confirm" not in request.POST:
        return _preview(request, form, chosen)
    try:
        load_calendar(area, chosen, form.days, source=source, by=request.user, at=now)
    except OutOfOrder as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, f"已载入{chosen}年的工作日历，等待它的签收时限、办理期限随即补定。")
    return redirect("accounts:calendar_year", chosen)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, year: int) -> HttpResponse:
    """One day of a loaded year is put right."""
    loaded = _loaded(request, year)
    form = CorrectionForm(request.POST or None, initial={"date": request.GET.get("date", "")[:10]})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            correct_day(
                loaded.area,
                given["date"],
                Standing(given["standing"]),
                name=given["name"],
                reason=given["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("accounts:calendar_year", year)
        else:
            messages.success(request, f"已更正 {given['date']}。已经发送的公文，签收时限不变。")
            return redirect("accounts:calendar_year", given["date"].year)
    return render(request, "calendar/correct.html", {"loaded": loaded, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def office_hours(request: HttpRequest) -> HttpResponse:
    """All seasons of the year, set together, from a day on."""
    area, now = area_overseen(request.user, Right.SET_RULES), timezone.now()
    form = OfficeHoursForm(hours_on(area, timezone.localdate(now)), lines_of(area), request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            begins = set_office_hours(
                area,
                form.seasons,
                against=given["against"].split("|"),
                holds_from=given["holds_from"],
                reason=given["reason"],
                by=request.user,
                at=now,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        except (HoursBroken, ChangedMeanwhile) as refused:
            form.add_error(None, str(refused))
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("accounts:calendar")
        else:
            messages.success(request, f"办公时间已设定，{begins} 起用。已经发送的公文，签收时限不变。")
            return redirect("accounts:calendar")
    return render(request, "calendar/hours.html", {"form": form})


def _loaded(request: HttpRequest, year: int) -> CalendarYear:
    return get_object_or_404(
        CalendarYear.objects.select_related("area"), area=area_overseen(request.user, Right.SET_RULES), year=year
    )


def _days(loaded: CalendarYear) -> list[CalendarDay]:
    return list(CalendarDay.objects.filter(area=loaded.area_id, date__year=loaded.year).order_by(F("date")))


def _preview(request: HttpRequest, form: CalendarForm, chosen: int) -> HttpResponse:
    days = form.days
    off = sum(not day.is_working for day in days)
    return render(
        request,
        "calendar/preview.html",
        {
            "form": form,
            "year": chosen,
            "days": days,
            "off": off,
            "worked": len(days) - off,
            "months": sheet(chosen, days),
            "doubts": doubts(chosen, days),
            "table": as_table(days),
        },
    )
