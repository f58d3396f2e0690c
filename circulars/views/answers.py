"""The receiving unit's answers: what it owes, its 回执表, and a paper that answers (Article 20; 2012 regulation art. 24(7))."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right, may, units_where
from circulars.access import legible, passing_units
from circulars.answerform import SPARE_ROWS, AnswerForm, initial_of
from circulars.answers.filling import answer_form, refuse_unanswerable
from circulars.answers.records import AnswerVersion, UnitAnswer, may_still_change
from circulars.answers.replying import ReplyKind, begin_reply, refusal_to_reply, reply_kinds
from circulars.answers.standing import owed_by
from circulars.answers.values import GivenFile, values_in
from circulars.beginningforms import ReplyingForm
from circulars.deliveries import Delivery
from circulars.demands.fixed import ReplyField
from circulars.secrecygate import MarkFound, report
from circulars.views.beginning import opened
from circulars.views.files import serve_or_refuse
from cms.accesslog import Look, note
from cms.lifecycles import OutOfOrder
from cms.messages import Message

PAGE = 25
MOST_SPARE = 30


@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    """待答复: what the person's units have still to answer, the most pressing first."""
    page = Paginator(owed_by(units_where(request.user, Right.READ)), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "circulars/owed_answers.html",
        {"page_obj": page, "reads_for_several": len(units_where(request.user, Right.READ)) > 1},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The 回执表 of one delivery: the clerk fills it in and hands it in, others of the unit read what was handed in."""
    delivery = _with_form(request, pk)
    is_clerk = may(request.user, Right.RECEIVE, delivery.unit_id)
    if request.method == "POST" and not is_clerk:
        raise Http404
    now = timezone.now()
    Message.objects.filter(person=request.user.pk, link=request.path).read(at=now)
    record = UnitAnswer.objects.filter(delivery=delivery).first()
    asked = list(delivery.circular.demand.fields.all())
    spare = _spare(request)
    latest = record.latest if record else None
    values = values_in(latest.cells.select_related("field", "file")) if latest else {}
    form = AnswerForm(
        asked,
        delivery.unit,
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial=initial_of(asked, values),
        spare=spare,
    )
    if request.method == "POST":
        if form.is_valid() and (done := _filled(request, delivery, form)):
            return done
        if form.marked:
            report(form.marked, unit=delivery.unit, by=request.user, at=now)
    return render(request, "circulars/answer.html", _around(delivery, record, form, is_clerk, now))


def _filled(request: HttpRequest, delivery: Delivery, form: AnswerForm) -> HttpResponse | None:
    """The answer to a press that was done or came too late; None where the form has to be mended."""
    act = request.POST.get("act", "save")
    try:
        version = answer_form(delivery, form.given, hand_in=act == "hand_in", by=request.user, at=timezone.now())
    except ValidationError as refused:
        form.refuse(refused)
        return None
    except MarkFound as marked:
        form.marked = marked.found
        form.add_error(None, str(marked))
        return None
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
        return redirect("circulars:answer", delivery.pk)
    if act == "hand_in":
        said = "已上报，发文单位会收到消息；期限以前还可以更改。" if version else "内容没有改动，已经上报过。"
        messages.success(request, said)
    elif act == "save":
        messages.success(request, "已暂存，还没有上报。" if version else "内容没有改动。")
    elif version:
        messages.info(request, "已暂存，并加了空行。")
    more = f"?rows={min(_spare(request) + 5, MOST_SPARE)}" if act == "more" else ""
    response = redirect("circulars:answer", delivery.pk)
    response["Location"] += more
    return response


def _around(
    delivery: Delivery, record: UnitAnswer | None, form: AnswerForm, is_clerk: bool, now: Any
) -> dict[str, Any]:
    circular, demand = delivery.circular, delivery.circular.demand
    hindrance = ""
    try:
        refuse_unanswerable(delivery, circular, demand)
    except OutOfOrder as refused:
        hindrance = str(refused)
    late_until = record.late_until if record else None
    if not hindrance and not may_still_change(due_at=demand.due_at, late_until=late_until, now=now):
        hindrance = "答复期限已过，不能再填报。确需补填的，请联系发文单位准予补填。"
    latest, counted = (record.latest, record.counted) if record else (None, None)
    return {
        "delivery": delivery,
        "circular": circular,
        "demand": demand,
        "record": record,
        "form": form,
        "may_fill": is_clerk and not hindrance,
        "hindrance": hindrance,
        "latest": latest,
        "counted": counted,
        "given": _given(delivery, form.asked, counted) if counted else [],
        "late": bool(demand.due_at and now >= demand.due_at),
        "versions": list(record.versions.select_related("by")) if record else [],
        "has_grids": any(field.is_grid for field in form.asked),
    }


def _given(delivery: Delivery, asked: list[ReplyField], version: AnswerVersion) -> list[tuple[ReplyField, Any, str]]:
    """Each field with what the version says there, and where its file is fetched."""
    values = values_in(version.cells.select_related("field", "file"))
    found = []
    for field in asked:
        value = values.get(field.pk)
        url = reverse("circulars:answer_file", args=[delivery.pk, field.place]) if isinstance(value, GivenFile) else ""
        found.append((field, value, url))
    return found


@require_safe
def answer_file(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """A file of the unit's own latest answers; ``number`` is the place of the field that it answers."""
    delivery = _with_form(request, pk)
    record = get_object_or_404(UnitAnswer, delivery=delivery)
    cells = record.latest.cells.select_related("field", "file") if record.latest else []
    found = next((value for field, value in values_in(cells).items() if _is_at(delivery, field, number)), None)
    if not isinstance(found, GivenFile):
        raise Http404
    note(
        Look.DOWNLOADED,
        at=timezone.now(),
        person=request.user,
        subject=f"回执表第{number}项",
        circular=delivery.circular.uuid,
    )
    return serve_or_refuse(request, found.file, found.name)


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper that answers a received one is begun, for its drafter, tied to it from the start."""
    delivery = get_object_or_404(legible(request.user).select_related("circular__issuer"), pk=pk)
    units = passing_units(request.user, delivery)
    if not units:
        raise Http404
    if reason := refusal_to_reply(delivery):
        messages.error(request, reason)
        return redirect("circulars:reading", pk)
    circular = delivery.circular
    kinds = reply_kinds(circular, delivery.unit)
    form = ReplyingForm(units, kinds, request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            begun = begin_reply(
                delivery,
                ReplyKind(form.cleaned_data["kind"]),
                issuer=form.cleaned_data["unit"],
                key=form.cleaned_data["key"],
                by=request.user,
                at=timezone.now(),
            )
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            return opened(request, begun, "已起草答复，来文关联已写明原件；请写好正文再送审。")
    return render(request, "circulars/reply.html", {"delivery": delivery, "circular": circular, "form": form})


def _with_form(request: HttpRequest, pk: int) -> Delivery:
    """A delivery that the person reads, of a circular with a form."""
    rows = legible(request.user).exclude(circular__demand__digest="").filter(circular__demand__isnull=False)
    return get_object_or_404(rows.select_related("circular__demand", "circular__page", "unit"), pk=pk)


def _is_at(delivery: Delivery, field: int, number: int) -> bool:
    return delivery.circular.demand.fields.filter(pk=field, place=number).exists()


def _spare(request: HttpRequest) -> int:
    """How many empty rows the lists and tables show."""
    asked = request.GET.get("rows", "")
    return min(int(asked), MOST_SPARE) if asked.isdecimal() and len(asked) < 4 else SPARE_ROWS
