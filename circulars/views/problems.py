"""收文问题 on the desk: reported by the unit, answered by the sender, seen by secretariat and network office (Articles 13 and 20)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, may
from circulars.access import problems_of, received
from circulars.problemforms import AnswerForm, MissingForm, TroubleForm
from circulars.problems import AlreadyReported, DeliveryProblem, DeliveryProblemQuerySet, report_missing, report_problem
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.paging import OpenEnded

PAGE = 25
SHOWS = (("open", "待解决"), ("closed", "已解决"))


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """What is still to be settled, the oldest first, or what was settled, the latest first."""
    show = "closed" if request.GET.get("show") == "closed" else "open"
    page = OpenEnded(listed(request.user, show), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "circulars/problems.html",
        {"page_obj": page, "show": show, "shows": SHOWS, "may_report": may(request.user, Right.RECEIVE)},
    )


def listed(user: Any, show: str) -> DeliveryProblemQuerySet:
    """What stands in the list of this name."""
    rows = problems_of(user).select_related("unit", "issuer", "reported_by", "answered_by")
    if show == "closed":
        return rows.filter(state=DeliveryProblem.State.CLOSED).order_by("-closed_at", "-pk")
    return rows.unsettled().order_by("reported_at", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The clerk says what is wrong with a circular that has come, with both telephone numbers in sight."""
    rows = received(request.user).filter(returned_at=None, recalled_at=None)
    delivery = get_object_or_404(rows.select_related("circular", "unit__served_by", "issuer__served_by"), pk=pk)
    if not may(request.user, Right.RECEIVE, delivery.unit_id):
        raise Http404
    form = TroubleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _made(request, form, report_problem, delivery, **form.cleaned_data)
        if made:
            return redirect("circulars:problem", made.pk)
    context = {"form": form, "delivery": delivery, "unit": delivery.unit, "issuer": delivery.issuer}
    return render(request, "circulars/report_problem.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_not_received(request: HttpRequest) -> HttpResponse:
    """The clerk names a circular that is not in the list."""
    form = MissingForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _made(request, form, report_missing, **form.cleaned_data)
        if made:
            return redirect("circulars:problem", made.pk)
    return render(request, "circulars/report_problem.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """One report with both telephone numbers; the sender answers here, and keeps the words of an answer that came too late."""
    rows = problems_of(request.user).select_related(
        "unit__served_by", "issuer__served_by", "reported_by", "answered_by", "closed_by", "delivery__circular", "fault"
    )
    found = get_object_or_404(rows, pk=pk)
    form = AnswerForm(request.POST or None) if may(request.user, Right.SEND, found.issuer_id) else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and _answered(request, found, form):
            return redirect("circulars:problem", pk)
        found = get_object_or_404(rows, pk=pk)
    answers = form is not None and found.state == DeliveryProblem.State.OPEN
    Message.objects.filter(person=request.user.pk, link=request.path).read(at=timezone.now())
    receives = may(request.user, Right.RECEIVE, found.unit_id)
    return render(
        request,
        "circulars/problem.html",
        {
            "problem": found,
            "unit": found.unit,
            "issuer": found.issuer,
            "form": form if answers else None,
            "unsent": "" if answers else request.POST.get("answer", "").strip(),
            "receives_there": receives,
            "may_close": found.state != DeliveryProblem.State.CLOSED and (receives or form is not None),
        },
    )


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The trouble is over."""
    found = get_object_or_404(problems_of(request.user).select_related("delivery__circular"), pk=pk)
    if not (may(request.user, Right.RECEIVE, found.unit_id) or may(request.user, Right.SEND, found.issuer_id)):
        raise Http404
    try:
        found.close(by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, "已办结。没有签收的，仍须按期限签收。")
    return redirect("circulars:problem", pk)


def _made(request: HttpRequest, form: forms.Form, act: Any, *things: Any, **typed: Any) -> DeliveryProblem | None:
    """The report that stands now, made by this press or before it; None when something typed must be put right."""
    try:
        made = act(*things, **typed, by=request.user, at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return None
    except AlreadyReported as already:
        messages.info(request, str(already))
        return already.problem
    told = "已通知发文单位" + ("，并已向秘书科和网信办报告故障" if made.fault_id else "")
    messages.success(request, f"{told}。签收时限照常计算，请同时电话联系。")
    return made


def _answered(request: HttpRequest, found: DeliveryProblem, form: AnswerForm) -> bool:
    try:
        found.reply(form.cleaned_data["answer"], by=request.user, at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    except OutOfOrder:
        return False  # the page as it stands now says who was first, and gives back what was typed
    messages.success(request, f"已答复，{found.unit}的收发员会收到消息。")
    return True
