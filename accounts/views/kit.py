"""本单位设备 on the desk: clerks register kit and look it over, leaders see what was found (Articles 9, 10, 11 and 18)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.equipment import Device, keys_in_force, kit_units, possible_keepers, register_device
from accounts.holders import people_with
from accounts.kitforms import CheckForm, DeviceForm
from accounts.roles import Right, may, units_where
from accounts.selfchecks import EquipmentCheck, KitProblem, Thing, begin_of_asked, is_asked, monday_of, record_check
from accounts.units import Unit
from cms.areas import Area
from cms.lifecycles import OutOfOrder
from cms.offices import office_of
from cms.paging import OpenEnded
from cms.rowkeys import is_key
from cms.workdays import CalendarMissing

PAGE, CHECKS = 50, 10


@require_safe
def kit(request: HttpRequest) -> HttpResponse:
    """What the unit works with, what is wrong with it, and whether it was looked over this week."""
    now, user = timezone.now(), request.user
    units = list(_units(kit_units(user)))
    retired = request.GET.get("show") == "retired"
    state = Device.State.RETIRED if retired else Device.State.IN_USE
    devices = Device.objects.filter(unit__in=units, state=state).select_related("unit", "keeper").in_order()
    checks = EquipmentCheck.objects.filter(unit__in=units).select_related("unit", "done_by")
    keeps = units_where(user, Right.KEEP_KIT)
    return render(
        request,
        "accounts/kit.html",
        {
            "units": units,
            "page_obj": OpenEnded(devices, PAGE).get_page(request.GET.get("page")),
            "retired": retired,
            "standings": _standings(units, keeps, now),
            "problems": KitProblem.objects.filter(unit__in=units).unsolved().known().order_by("found_at", "pk"),
            "keys": keys_in_force(units, now),
            "checks": checks.prefetch_related("problems__device", "problems__key__unit")[:CHECKS],
            "may_keep": bool(keeps),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_device(request: HttpRequest) -> HttpResponse:
    """A device is entered in the register."""
    now = timezone.now()
    today = timezone.localdate(now)
    units = list(_units(units_where(request.user, Right.KEEP_KIT)))
    form = DeviceForm(units, today, request.POST or None, initial={"in_use_since": today})
    if request.method == "POST" and form.is_valid():
        try:
            device = register_device(**form.cleaned_data, by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"已登记{device}，由{device.keeper}保管。")
            return redirect("accounts:kit")
    return render(request, "accounts/new_device.html", {"form": form})


@require_safe
def device(request: HttpRequest, pk: int) -> HttpResponse:
    """One device: what it is, who kept it, what was wrong with it, and what may be done now."""
    found = _device(request, pk)
    in_use, unit = found.state == Device.State.IN_USE, found.unit_id
    keeps = in_use and may(request.user, Right.KEEP_KIT, unit)
    hands = keeps or (in_use and may(request.user, Right.OVERSEE_KIT, unit))
    keepers = possible_keepers([unit], timezone.localdate()).exclude(pk=found.keeper_id) if hands else ()
    return render(
        request,
        "accounts/device.html",
        {
            "device": found,
            "held": found.custody.select_related("holder", "handed_by"),
            "problems": found.problems.select_related("fixed_by").order_by("-found_at", "-pk")[:20],
            "keepers": keepers,
            "may_keep": keeps,
            "is_own": unit in kit_units(request.user),
        },
    )


@require_POST
def hand_device(request: HttpRequest, pk: int) -> HttpResponse:
    """Another person keeps the device."""
    found, chosen = _device(request, pk), request.POST.get("keeper", "")
    keepers = possible_keepers([found.unit_id], timezone.localdate())
    keeper = keepers.filter(pk=int(chosen)).first() if is_key(chosen) else None
    if keeper is None:
        messages.error(request, "请选择新的保管人。")
        return redirect("accounts:device", found.pk)
    return _changed(request, found, lambda **who: found.hand_to(keeper, **who), f"已移交，由{keeper}保管。")


@require_POST
def state_device(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has looked whether the device conforms."""
    found, said = _device(request, pk), request.POST.get("conforms", "")
    if said not in ("yes", "no"):
        messages.error(request, "请选择是否符合。")
        return redirect("accounts:device", found.pk)
    return _changed(request, found, lambda **who: found.state_conformity(said == "yes", **who), "已记录核查结果。")


@require_POST
def retire_device(request: HttpRequest, pk: int) -> HttpResponse:
    """The device is in use no more."""
    found, reason = _device(request, pk), _typed(request, "reason")
    return _changed(request, found, lambda **who: found.retire(reason, **who), "已停用。")


@require_http_methods(["GET", "HEAD", "POST"])
def check_kit(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's kit is looked over: all well at one press, or a problem for each thing that has one."""
    now = timezone.now()
    unit = get_object_or_404(_units(units_where(request.user, Right.KEEP_KIT)), pk=pk)
    devices = Device.objects.in_use().filter(unit=unit).select_related("unit", "keeper").in_order()
    things: list[Thing] = [*devices, *keys_in_force([unit.pk], now)]
    standing: dict[Thing, KitProblem] = {
        problem.thing: problem for problem in KitProblem.objects.filter(unit=unit).unsolved().known()
    }
    form = CheckForm([thing for thing in things if thing not in standing], request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_check(unit, form.problems, by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as done:
            messages.info(request, str(done))
            return redirect("accounts:kit")
        else:
            messages.success(request, _said_of_check(unit, len(form.problems), has_standing=bool(standing)))
            return redirect("accounts:kit")
    field_of = {thing: form[name] for name, thing in form.things.items()}
    rows = [(thing, field_of.get(thing), standing.get(thing)) for thing in things]
    return render(
        request,
        "accounts/check_kit.html",
        {"unit": unit, "form": form, "rows": rows, "has_devices": bool(devices), "has_standing": bool(standing)},
    )


@require_safe
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """One problem, who knows of it and what was done."""
    found = _problem(request, pk)
    is_solved = found.state == KitProblem.State.FIXED
    keeps = may(request.user, Right.KEEP_KIT, found.unit_id)
    return render(
        request,
        "accounts/kit_problem.html",
        {
            "problem": found,
            "may_acknowledge": found.state == KitProblem.State.OPEN
            and may(request.user, Right.OVERSEE_KIT, found.unit_id),
            "may_fix": keeps and not is_solved,
            "may_report": keeps and not is_solved and found.fault_id is None,
            "is_own": found.unit_id in kit_units(request.user),
        },
    )


@require_POST
def acknowledge_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader knows of it."""
    found = _problem(request, pk)
    return _changed(request, found, found.acknowledge, "已记录：您已知悉。")


@require_POST
def report_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """It becomes a fault that secretariat and network office know of."""
    found = _problem(request, pk)
    return _changed(request, found, found.report, f"已作为故障报告{found.unit.area.secretariat}和市网信办。")


@require_POST
def fix_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """It was put right."""
    found, remedy = _problem(request, pk), _typed(request, "remedy")
    return _changed(request, found, lambda **who: found.fix(remedy, **who), "已记录：问题已解决。")


def _said_of_check(unit: Unit, problems: int, *, has_standing: bool) -> str:
    if not problems:
        return f"已记录自查，{'其余' if has_standing else '全部'}正常。"
    told = "已告知分管领导" if people_with(Right.OVERSEE_KIT, unit.pk) else "本单位没有分管领导可以告知，请报备"
    return f"已记录自查，发现 {problems} 个问题，{told}。"


def _units(keys: frozenset[int]) -> Any:
    """Of these units those that have kit of their own; whose desk another unit runs works with that one's."""
    return Unit.objects.filter(pk__in=keys, served_by=None).in_order()


def _standings(units: list[Unit], keeps: frozenset[int], now: datetime) -> list[dict[str, Any]]:
    """For each unit: its check in the weeks that count now, whether one is asked for, and whether the person may make one."""
    today, area = timezone.localdate(now), units[0].area if units else Area.objects.home()
    begins = begin_of_asked(today, area, now)
    try:
        asked = is_asked(monday_of(today), office_of(area))
    except CalendarMissing:
        asked = True
    last: dict[int, EquipmentCheck] = {}
    for check in EquipmentCheck.objects.filter(unit__in=units, week__gte=begins).select_related("done_by"):
        last.setdefault(check.unit_id, check)
    return [
        {"unit": unit, "check": last.get(unit.pk), "is_asked": asked, "may_check": unit.pk in keeps} for unit in units
    ]


def _device(request: HttpRequest, pk: int) -> Device:
    seen = Device.objects.for_person(request.user)
    return get_object_or_404(seen.select_related("unit", "keeper", "stated_by", "registered_by", "retired_by"), pk=pk)


def _problem(request: HttpRequest, pk: int) -> KitProblem:
    seen = KitProblem.objects.for_person(request.user).known().select_related("seen_by", "fixed_by")
    return get_object_or_404(seen, pk=pk)


def _changed(request: HttpRequest, found: Device | KitProblem, act: Callable[..., Any], said: str) -> HttpResponse:
    try:
        act(by=request.user, at=timezone.now())
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    except PermissionDenied:
        raise Http404 from None
    except OutOfOrder as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("accounts:device" if isinstance(found, Device) else "accounts:kit_problem", found.pk)


def _typed(request: HttpRequest, name: str) -> str:
    """One line as it was typed, without what no database keeps."""
    return request.POST.get(name, "").replace("\0", "")
