"""人员配备: a unit's leader and clerks, the forms that report a change, and the units that are incomplete (Articles 23 to 25)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.declarations import STAFF, DeclarationRefused, declare
from accounts.filings import Filing
from accounts.overseeing import overseen, oversees
from accounts.people import Post, User
from accounts.roles import Right, Role, units_where
from accounts.staffchanges import FilingRefused, file_change
from accounts.staffforms import ALONE, FOLLOWED, ArrivalForm, ConditionsForm, LeavingForm
from accounts.staffing import filing_units, may_file, other_posts, staffed_units, staffing_of
from accounts.units import Unit
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded
from cms.ruleversions import RuleVersion

PAGE = 25


@require_safe
def own_staff(request: HttpRequest) -> HttpResponse:
    """The unit that the person leads, the first in the register where there are several."""
    unit = _led_by(request.user).first()
    if unit is None:
        raise Http404
    return redirect("accounts:staff", unit.code)


@require_safe
def staff(request: HttpRequest, code: str) -> HttpResponse:
    """Who leads, receives and otherwise serves for the unit today, whose conditions are declared, and every change reported so far."""
    unit, now = _unit(request, code), timezone.now()
    (staffing,) = staffing_of([unit], now)
    today = timezone.localdate(now)
    filings = (
        Filing.objects.filter(unit=unit).select_related("leaver", "filed_by", "division").order_by("-filed_at", "-pk")
    )
    rows = [
        (
            member,
            member.declared_until and (member.declared_until - today).days,
            _may_file(request, unit, member.person),
        )
        for member in staffing.members
    ]
    others = [(post, _may_file(request, unit, post.person)) for post in other_posts(unit, today)]
    files = may_file(request.user, unit, about=())
    known = {
        "unit": unit,
        "staffing": staffing,
        "rows": rows,
        "others_serving": others,
        "may_file": unit.is_active and files,
        "may_act": files or any(may_this for *_, may_this in [*rows, *others]),
        "others": _led_by(request.user).exclude(pk=unit.pk),
        "oversees": oversees(request.user, Right.CONFIRM_STAFF, unit),
        "page_obj": OpenEnded(filings, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "accounts/staff.html", known)


@require_http_methods(["GET", "HEAD", "POST"])
def file_arrival(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody comes to the unit."""
    unit = _unit(request, code)
    if not (unit.is_active and may_file(request.user, unit, about=())):
        raise Http404
    form = ArrivalForm(unit, request.POST or None, request.FILES or None, initial=_on_this_day())
    if request.method == "POST" and form.is_valid():
        role, division = Role(form.cleaned_data["role"]), form.cleaned_data["division"]
        if filed := _filed(request, form, unit, role, division=division, newcomer=form.newcomer):
            return redirect("accounts:filing", filed.pk)
    return render(request, "accounts/file_change.html", {"unit": unit, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def file_leaving(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The holder of one post leaves it, with or without another in the place."""
    unit, today = _unit(request, code), timezone.localdate()
    held = Post.objects.in_force(today).filter(unit=unit, role__in=STAFF).select_related("person", "unit")
    post = held.filter(pk=pk).first() or other_posts(unit, today).filter(pk=pk).first()
    if post is None or not _may_file(request, unit, post.person):
        raise Http404
    initial = _on_this_day() if unit.is_active else _on_this_day() | {"kind": ALONE}
    form = LeavingForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        newcomer = form.newcomer if form.cleaned_data["kind"] == FOLLOWED else None
        going = {"leaver": post.person, "why": form.cleaned_data["why"], "newcomer": newcomer}
        going["division"] = post.unit if post.unit.is_division else None
        if filed := _filed(request, form, unit, Role(post.role), **going):
            return redirect("accounts:filing", filed.pk)
    known = {"unit": unit, "post": post, "form": form, "is_other": post.role not in STAFF}
    return render(request, "accounts/file_change.html", known)


@require_http_methods(["GET", "HEAD", "POST"])
def renew_declaration(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The three conditions of one leader or clerk are declared anew."""
    unit = _unit(request, code)
    holding = Post.objects.in_force(timezone.localdate()).filter(unit=unit, role__in=STAFF)
    person = get_object_or_404(User.objects.filter(pk__in=holding.values("person")), pk=pk)
    if not _may_file(request, unit, person):
        raise Http404
    form = ConditionsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = declare(person, unit, **form.cleaned_data, by=request.user, at=timezone.now())
        except (DeclarationRefused, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已申报{person}的任职条件，有效至 {made.valid_until:%Y-%m-%d}。")
            return redirect("accounts:staff", unit.code)
    months = RuleVersion.objects.in_force(unit.area, timezone.now()).rule_set.declaration_months
    known = {"unit": unit, "person": person, "form": form, "months": months}
    return render(request, "accounts/renew_declaration.html", known)


@require_safe
def staffing(request: HttpRequest) -> HttpResponse:
    """The units that are not complete, or all of them, each with its leader and clerks."""
    show = "all" if request.GET.get("show") == "all" else "incomplete"
    rows = staffing_of(staffed_units().filter(overseen(request.user, Right.CONFIRM_STAFF).of("area")), timezone.now())
    incomplete = [row for row in rows if row.faults]
    page = Paginator(incomplete if show == "incomplete" else rows, PAGE).get_page(request.GET.get("page"))
    known = {"page_obj": page, "show": show, "incomplete": len(incomplete), "all": len(rows)}
    return render(request, "accounts/staffing.html", known)


def _filed(request: HttpRequest, form: Any, unit: Unit, role: Role, **change: Any) -> Filing | None:
    """The change as filed; None when it was refused, the reason standing at what must be put right."""
    try:
        filed = file_change(unit, role, letter=form.letter_typed(), **change, by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        field = refused.field if isinstance(refused, FilingRefused) else None
        form.add_error(field if field in form.fields else None, str(refused))
        return None
    gone = f"{filed.leaver}的权限已经停止。" if filed.leaver else ""
    messages.success(request, f"已报备：{filed.sentence}。{gone}秘书科和网信办确认后备案。")
    return filed


def _unit(request: HttpRequest, code: str) -> Unit:
    """The unit, for who leads it and for the two offices."""
    own = Q(pk__in=units_where(request.user, Right.MANAGE_STAFF))
    confirmed = overseen(request.user, Right.CONFIRM_STAFF)
    units: Any = filing_units().filter(confirmed.of("area") if confirmed.every else own | confirmed.of("area"))
    return get_object_or_404(units, code=code)


def _led_by(user: Any) -> Any:
    return filing_units().filter(pk__in=units_where(user, Right.MANAGE_STAFF))


def _may_file(request: HttpRequest, unit: Unit, person: User) -> bool:
    return may_file(request.user, unit, about={person.pk})


def _on_this_day() -> dict[str, Any]:
    return {"letter_date": timezone.localdate(), "kind": FOLLOWED}
