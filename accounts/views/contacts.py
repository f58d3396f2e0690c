"""联系卡 and 通讯抽查: whom one reaches at a unit, whose numbers fail, and the unit's own duty roster (Articles 18 and 24)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.contactforms import CheckForm, NumberForm
from accounts.contacts import contacts_of, note_numbers, sees_numbers
from accounts.declarations import STAFF
from accounts.numberchange import change_number, may_change_number
from accounts.people import Post, User
from accounts.reachability import ReachabilityCheck, areas_checked, enter_check, lines_of
from accounts.roles import units_of
from accounts.staffing import staffed_units
from accounts.unitduty import may_arrange_duty, on_duty_at
from accounts.units import Unit
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded

PAGE = 25
RECENT = timedelta(days=90)


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """The units of the city with the telephone of their desk; the own ones first."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:40]
    found: Any = staffed_units()
    if asked:
        found = found.filter(Q(name__icontains=asked) | Q(short_name__icontains=asked) | Q(pinyin__icontains=asked))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    duty = on_duty_at([unit.pk for unit in page.object_list], timezone.localdate())
    own = staffed_units().filter(pk__in=units_of(request.user))
    rows = [(unit, duty.get(unit.pk)) for unit in page.object_list]
    return render(request, "accounts/contacts.html", {"q": asked, "page_obj": page, "rows": rows, "own": own})


@require_safe
def contact_card(request: HttpRequest, code: str) -> HttpResponse:
    """Clerks, leader and desk of one unit; numbers stand whole for whom ``sees_numbers`` names, and the look is on record."""
    unit: Unit = get_object_or_404(staffed_units(), code=code)
    now = timezone.now()
    whole = sees_numbers(request.user, unit.pk)
    people = contacts_of([unit.pk])[unit.pk]
    if whole and people:
        note_numbers(request)
    last = {line.post.person_id: line.last for line in lines_of([unit.pk], now)} if whole else {}
    holders = {person.pk: person for person in User.objects.filter(pk__in=last)}
    checks = areas_checked(request.user).covers(unit.area_id)
    return render(
        request,
        "accounts/contact_card.html",
        {
            "unit": unit,
            "whole": whole,
            "rows": [
                (
                    contact if whole else contact.masked,
                    last.get(contact.person),
                    contact.person in holders and may_change_number(request.user, holders[contact.person], unit),
                    checks and contact.person in holders and bool(contact.mobile),
                )
                for contact in people
            ],
            "on_duty": on_duty_at([unit.pk], timezone.localdate(now)).get(unit.pk),
            "may_arrange": may_arrange_duty(request.user, unit),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change_contact(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The numbers of one leader or clerk are put right."""
    unit, person = _member(code, pk)
    if not may_change_number(request.user, person, unit):
        raise Http404
    standing = {"mobile": person.mobile, "office_phone": person.office_phone}
    form = NumberForm(request.POST or None, initial=standing)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_number(person, unit, **form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except PermissionDenied as refused:
            form.add_error(None, str(refused))
        else:
            said = "已更改，紧急公文的通知即刻使用新号码。" if changed else "号码没有变动。"
            messages.success(request, said)
            return redirect("accounts:contact_card", unit.code)
    note_numbers(request)
    return render(request, "accounts/change_contact.html", {"unit": unit, "person": person, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def check_contact(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What came of ringing up one leader or clerk."""
    unit, person = _member(code, pk)
    if not areas_checked(request.user).covers(unit.area_id):
        raise Http404
    form = CheckForm(request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            tried = enter_check(person, unit, **form.cleaned_data, by=request.user, at=timezone.now())
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            told = "，已告知单位。" if tried.failed else "。"
            messages.success(request, f"已登记：{unit}{person}，{tried.get_result_display()}{told}")
            return redirect("accounts:reachability")
    earlier = ReachabilityCheck.objects.filter(person=person, unit=unit).select_related("tried_by")
    page = OpenEnded(earlier.order_by("-tried_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    note_numbers(request)
    return render(
        request, "accounts/check_contact.html", {"unit": unit, "person": person, "form": form, "page_obj": page}
    )


@require_safe
def reachability(request: HttpRequest) -> HttpResponse:
    """Whose numbers fail or are missing, who was not tried for long, or everybody; numbers are masked here."""
    shows = {"failing": "打不通", "untried": "90 天没有抽查", "all": "全部"}
    show = request.GET.get("show", "failing")
    show = show if show in shows else "failing"
    now = timezone.now()
    lines = lines_of(
        list(staffed_units().filter(areas_checked(request.user).of("area")).values_list("pk", flat=True)), now
    )
    if show == "failing":
        lines = [line for line in lines if line.fails]
    elif show == "untried":
        lines = [line for line in lines if line.last is None or line.last.tried_at < now - RECENT]
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/reachability.html", {"page_obj": page, "show": show, "shows": shows.items()})


def _member(code: str, pk: int) -> tuple[Unit, User]:
    """A unit and one of those who lead it or receive for it today."""
    unit: Unit = get_object_or_404(staffed_units(), code=code)
    holding = Post.objects.in_force(timezone.localdate()).filter(unit=unit, role__in=STAFF).values("person")
    return unit, get_object_or_404(User.objects.filter(pk__in=holding), pk=pk)
