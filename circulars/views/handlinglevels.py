"""办文环节 on the desk: which steps a unit uses, as its leader or clerk sets them (regulation art. 24(4))."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right, units_where
from accounts.units import Unit, UnitQuerySet
from circulars.handling.levels import HandlingLevels, divisions_of, levels_of, set_levels
from circulars.handlingforms import LevelsForm
from circulars.views.handling import add_errors
from cms.lifecycles import OutOfOrder


@require_safe
def all_levels(request: HttpRequest) -> HttpResponse:
    """The units for which the person sets the steps; the only one at once."""
    units = list(_units(request))
    if len(units) == 1:
        return redirect("circulars:handling_levels", units[0].code)
    today = timezone.localdate()
    return render(
        request, "circulars/all_handling_levels.html", {"units": [(unit, levels_of(unit, today)) for unit in units]}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def handling_levels(request: HttpRequest, code: str) -> HttpResponse:
    """The steps of one unit, those that were before, and the form for others."""
    unit: Unit = get_object_or_404(_units(request), code=code)
    today = timezone.localdate()
    levels = levels_of(unit, today)
    used = [word for word in ("proposal", "instruction", "work", "circulation") if getattr(levels, word)]
    form = LevelsForm(request.POST or None, initial={"used": used, "start_on": today})
    if request.method == "POST" and form.is_valid():
        start_on = form.cleaned_data["start_on"]
        try:
            row = set_levels(unit, form.levels, start_on=start_on, by=request.user, at=timezone.now())
        except ValidationError as wrong:
            add_errors(form, wrong)
        except OutOfOrder as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已设定：{row}。")
            return redirect("circulars:handling_levels", code)
    return render(
        request,
        "circulars/handling_levels.html",
        {
            "unit": unit,
            "levels": levels,
            "divisions": divisions_of(unit),
            "form": form,
            "rows": HandlingLevels.objects.filter(unit=unit).select_related("by").order_by("-pk"),
            "today": today,
        },
    )


def _units(request: HttpRequest) -> UnitQuerySet:
    keys = units_where(request.user, Right.HANDLE_INCOMING) | units_where(request.user, Right.INSTRUCT)
    return Unit.objects.filter(pk__in=keys, is_division=False).in_order()
