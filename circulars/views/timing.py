"""When a circular goes out: now, when the offices open or at a set time; and taking the set time back (Articles 20 and 21)."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Right
from circulars.clocks import ReasonMissing
from circulars.deadlines import Urgency
from circulars.destinations import destinations_of
from circulars.dispatch import dispatch
from circulars.recipients import outside_register
from circulars.registration import Circular, CircularQuerySet
from circulars.scheduling import TimeRefused, schedule, unschedule
from circulars.sealing.verdicts import verdict_of
from circulars.sendingforms import SendingForm
from circulars.snapshots import addressees
from circulars.terms import is_open_as_known, receipt_term
from cms.lifecycles import OutOfOrder
from cms.limits import moment
from cms.offices import office_of
from cms.ruleversions import RuleVersion
from cms.workdays import CalendarMissing, Office


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, uuid: str) -> HttpResponse:
    """Who gets it, by when, through which channel; then the one press that sends it to all, or sets the time at which it goes out."""
    circular = get_object_or_404(
        _sendable_by(request).select_related("issuer__area", "series__area", "text"), uuid=uuid
    )
    if circular.state not in (Circular.State.SEALED, Circular.State.SCHEDULED):
        _say_why_not(request, circular)
        return redirect("circulars:board", circular.uuid)
    now, office = timezone.now(), office_of(circular.area)
    off_duty = circular.urgency == Urgency.NORMAL and is_open_as_known(now, office) is False
    opens_at, missing_year = _opening(now, office) if off_duty else (None, None)
    is_scheduled = circular.state == Circular.State.SCHEDULED
    if is_scheduled and request.POST.get("when") in (SendingForm.OPENING, SendingForm.LATER):
        _say_why_not(request, circular)
        return redirect("circulars:board", circular.uuid)
    form = SendingForm(request.POST or None, opens_at=opens_at, is_scheduled=is_scheduled, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            _go_ahead(request, circular, form, opens_at, now)
        except OutOfOrder as refused:
            form.add_error(_field_of(refused), str(refused))
        else:
            return redirect("circulars:board", circular.uuid)
    known = {
        "off_duty": off_duty,
        "opens_at": opens_at,
        "missing_year": missing_year,
        "verdict": verdict_of(circular, now),
    }
    return render(
        request, "circulars/send.html", {"circular": circular, "form": form, **known, **_preview(circular, now, office)}
    )


@require_POST
def take_back_time(request: HttpRequest, uuid: str) -> HttpResponse:
    """The circular does not go out by itself any more."""
    circular = get_object_or_404(_sendable_by(request), uuid=uuid)
    try:
        unschedule(circular, by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{circular.number} 已取消定时，不会自动发送。")
    return redirect("circulars:board", circular.uuid)


def _sendable_by(request: HttpRequest) -> CircularQuerySet:
    return Circular.objects.issued_for(request.user, Right.SEND).unblocked()


def _go_ahead(
    request: HttpRequest, circular: Circular, form: SendingForm, opens_at: datetime | None, now: datetime
) -> None:
    """The circular is sent, or has its time, and the sender is told which."""
    given = form.cleaned_data
    reason = given["off_hours_reason"]
    if given["when"] == SendingForm.NOW:
        sent = dispatch(circular, by=request.user, at=now, off_hours_reason=reason)
        paper = f"，另有 {sent.paper} 家未接入，须送纸质件" if sent.paper else ""
        messages.success(request, f"已发送 {circular.number}：电子 {sent.electronic} 家{paper}。")
        return
    time: datetime = opens_at if given["when"] == SendingForm.OPENING and opens_at else given["scheduled_for"]
    schedule(circular, time, by=request.user, at=now, off_hours_reason=reason)
    messages.success(request, f"{circular.number} 已定时，{moment(time, now)} 自动发送。在此之前可以取消定时。")


def _field_of(refused: OutOfOrder) -> str | None:
    """Beside which question the refusal stands."""
    if isinstance(refused, ReasonMissing):
        return "off_hours_reason"
    return "scheduled_for" if isinstance(refused, TimeRefused) else None


def _say_why_not(request: HttpRequest, circular: Circular) -> None:
    if circular.scheduled_for:
        time = moment(circular.scheduled_for, timezone.now())
        messages.info(request, f"{circular.number} 已定时，{time} 自动发送。要改时间，请先取消定时。")
    elif circular.state == Circular.State.SENT:
        messages.info(request, f"{circular.number} 已于 {timezone.localtime(circular.sent_at):%Y-%m-%d %H:%M} 发送。")
    elif circular.state == Circular.State.REGISTERED:
        messages.info(request, f"{circular.number} 还没有用印，用印后才能发送。")
    elif circular.state == Circular.State.RECALLED:
        messages.error(request, f"{circular.number} 已撤回，不能再发送。要重新发文，请另行拟稿。")
    else:
        messages.error(request, f"{circular.number} {circular.get_state_display()}，不能发送。")


def _opening(now: datetime, office: Office) -> tuple[datetime | None, int | None]:
    """The next opening of the offices, or for want of which year's calendar nobody can say."""
    try:
        return office.next_opening(now), None
    except CalendarMissing as missing:
        return None, missing.year


def _preview(circular: Circular, now: datetime, office: Office) -> dict[str, object]:
    primary, cc = addressees(circular.snapshot)
    rules = RuleVersion.objects.in_force(circular.area, now).rule_set
    return {
        "destinations": destinations_of(circular),
        "outside": outside_register(primary.text) + outside_register(cc.text),
        "due": receipt_term(circular.urgency, now, office, rules),
    }
