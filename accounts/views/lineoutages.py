"""线路中断 on the desk: reported, said to be over, put right or struck out (Articles 8(1), 13 and 16)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.faults import Fault
from accounts.lineforms import LineOutageForm, LineUpForm, OutageCorrectionForm, ReasonForm
from accounts.lineoutages import LineOutage
from accounts.linereports import may_report, report_outage, report_outage_and_fault
from accounts.roles import Right, may
from accounts.views.lines import line_for, to_the_minute
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.limits import when

_KNOWN = ("line__unit__area", "line__carrier__unit", "rules", "fault", "reported_by", "up_entered_by")


@require_http_methods(["GET", "HEAD", "POST"])
def report_line_outage(request: HttpRequest, pk: int) -> HttpResponse:
    """The line is down since a moment, and everybody concerned knows."""
    line, now, user = line_for(request, pk), timezone.now(), request.user
    if not may_report(user, line):
        raise Http404
    form = LineOutageForm(line, user, request.POST or None, initial={"down_at": timezone.localtime(now)})
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        report = report_outage_and_fault if typed.pop("with_fault", False) and not typed.get("fault") else report_outage
        if report is report_outage_and_fault:
            typed.pop("fault", None)
        try:
            outage = report(line, **typed, by=user, at=now)
        except ValidationError as refused:
            _mark(form, refused)
        except OutOfOrder as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已报告，运营商和市网信办已收到消息。须在{when(outage.due_at)}前恢复。")
            return redirect("accounts:line_outage", outage.pk)
    return render(request, "accounts/report_line_outage.html", {"form": form, "line": line})


@require_http_methods(["GET", "HEAD", "POST"])
def line_outage(request: HttpRequest, pk: int) -> HttpResponse:
    """One interruption with its history; carrier and network office say when the line was back."""
    outage, now, user = _found(request, pk), timezone.now(), request.user
    form = LineUpForm(request.POST or None, initial={"up_at": timezone.localtime(now)})
    may_end = outage.may_be_ended_by(user)
    if request.method == "POST" and not may_end:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            outage.restore(up_at=form.cleaned_data["up_at"], by=user, at=now)
        except ValidationError as refused:
            _mark(form, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("accounts:line_outage", pk)
        else:
            messages.success(request, f"已填报恢复。{outage.sentence(now)}")
            return redirect("accounts:line_outage", pk)
    return render(
        request,
        "accounts/line_outage.html",
        {
            "outage": outage,
            "form": form,
            "lasted": outage.until(to_the_minute(now)).lasted,
            "is_too_long": outage.is_too_long(now),
            "sentence": outage.sentence(now),
            "may_end": may_end and outage.state == LineOutage.State.DOWN,
            "may_operate": may(user, Right.OPERATE),
            # What a unit told the two offices is not the carrier's to read.
            "sees_fault": Fault.objects.for_person(user).filter(line_outages=outage.pk).exists(),
            "entries": Entry.objects.of(outage).select_related("person").order_by("pk"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct_line_outage(request: HttpRequest, pk: int) -> HttpResponse:
    """The times of an interruption are put right."""
    outage = _found(request, pk)
    up_at = timezone.localtime(outage.up_at) if outage.up_at else None
    initial = {"down_at": timezone.localtime(outage.down_at), "up_at": up_at}
    form = OutageCorrectionForm(request.POST or None, initial=initial)
    return _put_right(
        request, outage, form, outage.correct, "accounts/correct_line_outage.html", "已更正，原来的时间留在记录里。"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def strike_out_line_outage(request: HttpRequest, pk: int) -> HttpResponse:
    """An interruption that was none counts no longer."""
    outage, form = _found(request, pk), ReasonForm(request.POST or None)
    template = "accounts/strike_out_line_outage.html"
    return _put_right(request, outage, form, outage.strike_out, template, "已撤销，不再计入统计。")


def _found(request: HttpRequest, pk: int) -> LineOutage:
    seen = LineOutage.objects.for_person(request.user).select_related(*_KNOWN)
    return get_object_or_404(seen, pk=pk)


def _put_right(
    request: HttpRequest, outage: LineOutage, form: forms.Form, act: Any, template: str, said: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act(**form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as refused:
            _mark(form, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("accounts:line_outage", outage.pk)
        else:
            messages.success(request, said)
            return redirect("accounts:line_outage", outage.pk)
    return render(request, template, {"form": form, "outage": outage})


def _mark(form: forms.Form, refused: ValidationError) -> None:
    """Each sentence stands at its field; one about a field that this form has not, on top."""
    for name, sentences in getattr(refused, "error_dict", {None: refused.messages}).items():
        form.add_error(name if name in form.fields else None, sentences)
