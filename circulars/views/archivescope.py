"""全宗和归档范围: under which number a unit files, to which archive office it hands over, and what is filed for how long (Article 27)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, units_where
from accounts.units import Unit, UnitQuerySet
from circulars.archive.fonds import Fonds, set_fonds
from circulars.archive.scope import USUAL, Origin, Outcome, Rule, ScopeLine, add_line, end_line
from circulars.archiveforms import FondsForm, ScopeLineForm
from circulars.layouts import Direction, DocumentType
from cms.lifecycles import OutOfOrder


@require_safe
def scopes(request: HttpRequest) -> HttpResponse:
    """The units for which the person files; where it is one, its list at once."""
    mine = list(_units(request))
    if len(mine) == 1:
        return redirect("circulars:scope", mine[0].code)
    return render(request, "archive/scopes.html", {"units": mine})


@require_http_methods(["GET", "HEAD", "POST"])
def scope(request: HttpRequest, code: str) -> HttpResponse:
    """A unit's number, archive office and scope list; a press sets the first two."""
    unit: Unit = get_object_or_404(_units(request), code=code)
    fonds = Fonds.objects.filter(pk=unit.pk).select_related("archive", "set_by").first()
    initial = (
        {"number": fonds.number, "office": fonds.office, "archive": fonds.archive_id} if fonds else {"office": "BGS"}
    )
    form = FondsForm(unit, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_fonds(unit, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"已设定{unit}的全宗号 {form.cleaned_data['number']}。")
            return redirect("circulars:scope", code)
    lines = list(ScopeLine.objects.in_force(timezone.localdate()).filter(unit=unit))
    named = [(line.pk, line.rule) for line in lines] or [(0, rule) for rule in USUAL]
    shown = [(key, *_said(rule)) for key, rule in named]
    context = {"unit": unit, "fonds": fonds, "form": form, "lines": shown, "is_usual": not lines}
    return render(request, "archive/scope.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_scope_line(request: HttpRequest, code: str) -> HttpResponse:
    """One line more in a unit's list, from today on."""
    unit: Unit = get_object_or_404(_units(request), code=code)
    form = ScopeLineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            place, today = form.cleaned_data["place"], timezone.localdate(now)
            add_line(unit, form.rule(), place, by=request.user, at=now, on=today)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "归档范围表已增加一项，今天起用。")
            return redirect("circulars:scope", code)
    return render(request, "archive/scope_line.html", {"unit": unit, "form": form})


@require_POST
def end_scope_line(request: HttpRequest, pk: int) -> HttpResponse:
    """The line proposes nothing any more."""
    mine = ScopeLine.objects.filter(unit__in=units_where(request.user, Right.KEEP_ARCHIVE))
    line, now = get_object_or_404(mine.select_related("unit"), pk=pk), timezone.now()
    try:
        end_line(line, by=request.user, at=now, on=timezone.localdate(now))
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "这一项已停用，已归档的公文不受影响。")
    return redirect("circulars:scope", line.unit.code)


def _said(rule: Rule) -> tuple[str, str, str, str]:
    """Source, kinds, further conditions and outcome of a line, as people read them."""
    kinds = "、".join(str(DocumentType(kind).label) for kind in rule.types) or "各文种"
    more = [f"标题有“{'”“'.join(rule.words)}”"] if rule.words else []
    if rule.direction:
        more.append(f"{Direction(rule.direction).label}文")
    return str(Origin(rule.origin).label), kinds, "；".join(more), str(Outcome(rule.outcome).label)


def _units(request: HttpRequest) -> UnitQuerySet:
    return Unit.objects.filter(pk__in=units_where(request.user, Right.KEEP_ARCHIVE)).in_order()
