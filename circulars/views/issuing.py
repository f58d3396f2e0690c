"""发文样式: the registrar of a unit looks at what its papers bear, tries a change on a specimen, and enters it from a day on (Article 4)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right, units_where
from accounts.units import Unit
from circulars.issuing import IssuingTemplate
from circulars.issuingform import IssuingTemplateForm
from circulars.sheets import Sheets, sheets, with_pictures
from circulars.specimen import specimen
from cms.lifecycles import OutOfOrder


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """The rows of the units for which the person registers, the newest first, and which of them count today."""
    units = list(Unit.objects.issuing().filter(pk__in=units_where(request.user, Right.REGISTER)).in_order())
    rows = list(IssuingTemplate.objects.for_registrar(request.user))
    today = timezone.localdate()
    current: dict[tuple[int, int | None], int] = {}
    for row in rows:
        if row.start_on <= today:
            current.setdefault((row.unit_id, row.series_id), row.pk)
    shown = [(unit, [row for row in rows if row.unit_id == unit.pk]) for unit in units]
    return render(
        request, "circulars/issuing.html", {"shown": shown, "in_force": set(current.values()), "today": today}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, code: str) -> HttpResponse:
    """A new row for the unit: looked at on a specimen as often as wanted, then entered."""
    registering = Unit.objects.issuing().filter(pk__in=units_where(request.user, Right.REGISTER))
    unit: Unit = get_object_or_404(registering, code=code)
    today = timezone.localdate()
    rows = IssuingTemplate.objects.for_registrar(request.user).filter(unit=unit)
    row = rows.filter(series=None, start_on__lte=today).first()
    form = IssuingTemplateForm(request.POST or None, unit=unit, row=row, today=today)
    pages = Sheets()
    if request.method == "POST" and form.is_valid():
        if "enter" in request.POST:
            try:
                entered = form.instance.enter(by=request.user, at=timezone.now())
            except OutOfOrder as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, f"已登记{unit}的发文样式，{entered.start_on:%Y-%m-%d} 起启用。")
                return redirect("circulars:issuing")
        pages = sheets(lambda: specimen(form.instance, today))
    elif request.method != "POST":
        shown = IssuingTemplate(unit=unit, **(dict(form.initial) | {"series": None}))
        pages = sheets(lambda: specimen(shown, today))
    return with_pictures(
        render(request, "circulars/issuing_template.html", {"unit": unit, "form": form, "sheets": pages})
    )
