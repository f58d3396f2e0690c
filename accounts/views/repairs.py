"""维修任务: the network office calls a provider, the provider does the work, the unit tests it (Articles 7(3), 7(4), 8 and 13(2))."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acceptances import judge as judge_work
from accounts.acceptances import may_judge
from accounts.assignments import assign as assign_repair
from accounts.assignments import fitting
from accounts.faults import Fault
from accounts.repairforms import AssignForm, CallOffForm, DoneForm, JudgeForm
from accounts.repairs import Repair, RepairQuerySet
from accounts.roles import Right, may
from cms.lifecycles import OutOfOrder
from cms.limits import when
from cms.paging import OpenEnded

PAGE = 25
SHOWS = {"open": "待办", "done": "待验收", "closed": "已结"}


@require_safe
def repairs(request: HttpRequest) -> HttpResponse:
    """The tasks of one's provider, or of all: what is to be done by its clock, what waits to be tested, what is over."""
    show = request.GET.get("show", "open")
    if show not in SHOWS:
        show = "open"
    rows = _repairs(request)
    if show == "open":
        rows = rows.unfinished().order_by("due_at", "pk")
    elif show == "done":
        rows = rows.to_test().order_by("test_due_at", "pk")
    else:
        rows = rows.filter(state__in=(Repair.State.PASSED, Repair.State.CALLED_OFF)).order_by("-contacted_at", "-pk")
    page, now = OpenEnded(rows, PAGE).get_page(request.GET.get("page")), timezone.now()
    context = {
        "page_obj": page,
        "rows": [(repair, repair.is_late(now)) for repair in page.object_list],
        "show": show,
        "shows": SHOWS.items(),
        "heading": SHOWS[show],
    }
    return render(request, "accounts/repairs.html", context)


@require_safe
def repair(request: HttpRequest, pk: int) -> HttpResponse:
    """One task as its provider sees it."""
    task = get_object_or_404(_repairs(request).prefetch_related("acceptances__judged_by"), pk=pk)
    serves = may(request.user, Right.SERVE, task.provider.unit_id)
    context = {
        "repair": task,
        "is_late": task.is_late(timezone.now()),
        "may_accept": serves and task.state == Repair.State.ASSIGNED,
        "may_report": serves and task.is_unfinished,
        "sees_fault": Fault.objects.for_person(request.user).filter(pk=task.fault_id).exists(),
    }
    return render(request, "accounts/repair.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """The network office puts down whom it called for a fault, and when."""
    fault, now = (
        get_object_or_404(Fault.objects.for_person(request.user).select_related("unit__area"), pk=pk),
        timezone.now(),
    )
    form = AssignForm(fitting(fault, now), request.POST or None, initial={"contacted_at": timezone.localtime(now)})
    if request.method == "POST" and form.is_valid():
        try:
            task = assign_repair(fault, **form.cleaned_data, by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect(fault.link)
        else:
            until = f"，限 {when(task.due_at)} 前完成" if task.due_at else ""
            messages.success(request, f"已派单给{task.provider.unit}{until}。")
            return redirect(fault.link)
    return render(request, "accounts/assign_repair.html", {"fault": fault, "form": form})


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The provider has the task in hand."""
    task = _own(request, pk)
    try:
        task.accept(by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, "已接单，修好以后请报告完成。")
    return redirect(task.link)


@require_http_methods(["GET", "HEAD", "POST"])
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """The provider reports what it has mended or replaced."""
    task, now = _own(request, pk), timezone.now()
    form = DoneForm(request.POST or None, initial={"done_at": timezone.localtime(now)})
    if request.method == "POST" and form.is_valid():
        try:
            task.report_done(**form.cleaned_data, by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect(task.link)
        else:
            messages.success(request, f"已报告完成，等{task.fault.unit}验收。")
            return redirect(task.link)
    return render(request, "accounts/repair_done.html", {"repair": task, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit, or after its time the network office, says whether the work is good."""
    task, now = get_object_or_404(_repairs(request), pk=pk), timezone.now()
    if not Fault.objects.for_person(request.user).filter(pk=task.fault_id).exists():
        raise Http404
    form = JudgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            judged = judge_work(task, **form.cleaned_data, by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        except PermissionDenied:
            raise Http404 from None
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect(task.fault.link)
        else:
            messages.success(request, "已验收合格。" if judged.is_good else f"已退回{task.provider.unit}继续维修。")
            return redirect(task.fault.link)
    context = {"repair": task, "form": form, "may_judge": may_judge(task, request.user, now)}
    return render(request, "accounts/judge_repair.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """The network office takes the task from the provider."""
    task = get_object_or_404(_repairs(request), pk=pk)
    form = CallOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            task.call_off(**form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect(task.fault.link)
        else:
            messages.success(request, f"已从{task.provider.unit}撤回，请另行安排。")
            return redirect(task.fault.link)
    return render(request, "accounts/call_off_repair.html", {"repair": task, "form": form})


def _repairs(request: HttpRequest) -> RepairQuerySet:
    return Repair.objects.for_person(request.user).select_related("fault__unit__area", "provider__unit", "done_by")


def _own(request: HttpRequest, pk: int) -> Repair:
    return get_object_or_404(_repairs(request).served_by(request.user), pk=pk)
