"""The sender's view of the answers: who has answered what, who is missing, the files, a word to the missing (Article 20)."""

import zipfile
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, Count, Q, When
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, may, units_where
from circulars.answerform import LateForm
from circulars.answers.pressing import is_resting, press
from circulars.answers.relief import let_answer_late
from circulars.answers.standing import answered, demanded_by
from circulars.answers.table import answer_table
from circulars.deliveries import Channel, Delivery
from circulars.recipients import Addressed
from circulars.registration import Circular
from circulars.replynotes import ways_to
from circulars.views.files import serve_or_refuse
from cms.accesslog import Look, note
from cms.attachments import FileChanged, clean_name
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded

PAGE = 25


@require_safe
def demanded(request: HttpRequest) -> HttpResponse:
    """答复情况: the circulars of the person's units that ask for answers, with how many have come."""
    rows = demanded_by(units_where(request.user, Right.TRACK))
    page = OpenEnded(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "circulars/demanded.html",
        {"page_obj": page, "counts": counts_of([row.pk for row in page.object_list])},
    )


@dataclass(frozen=True)
class Came:
    """How many were asked to answer one circular, and how many have."""

    asked: int
    came: int


def counts_of(circulars: list[int]) -> dict[int, Came]:
    """By circular how many were asked and how many have answered, on its form or by a paper; one query."""
    asked = Delivery.objects.filter(
        circular__in=circulars, role=Addressed.PRIMARY, channel=Channel.ELECTRONIC, returned_at=None, recalled_at=None
    )
    counted = asked.annotate(is_answered=Case(When(answered(), then=True), default=False)).order_by()
    rows = counted.values("circular").annotate(asked=Count("pk"), came=Count("pk", filter=Q(is_answered=True)))
    return {key: Came(asked, came) for key, asked, came in rows.values_list("circular", "asked", "came")}


@require_safe
def answers(request: HttpRequest, uuid: str) -> HttpResponse:
    """Units down, fields across; who owes an answer, who is late."""
    circular = _demanding(request, uuid)
    now = timezone.now()
    table = answer_table(circular, circular.demand, now)
    may_send = may(request.user, Right.SEND, circular.issuer_id) and circular.state == Circular.State.SENT
    return render(
        request,
        "circulars/answers.html",
        {
            "circular": circular,
            "demand": circular.demand,
            "table": table,
            "urls": ways_to(request.user, [reply.circular for row in table.rows for reply in row.standing.replies]),
            "rows": [(row, is_resting(row.standing.answer, now)) for row in table.rows],
            "may_send": may_send,
            "is_over": bool(circular.demand.due_at and now >= circular.demand.due_at),
        },
    )


@require_POST
def press_answers(request: HttpRequest, uuid: str) -> HttpResponse:
    """The ticked units that have not answered are asked for it."""
    circular = _demanding(request, uuid, Right.SEND)
    ticked, asked = set(request.POST.getlist("units")), circular.deliveries.filter(role=Addressed.PRIMARY)
    units = {key for key in asked.values_list("unit", flat=True) if str(key) in ticked}
    if len(units) != len(ticked):
        raise Http404
    try:
        count = press(circular, units, by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已向 {count} 家单位催报，收发员会收到消息。")
    return redirect("circulars:answers", uuid)


@require_http_methods(["GET", "HEAD", "POST"])
def let_late(request: HttpRequest, uuid: str, pk: int) -> HttpResponse:
    """准予补填: one unit may answer after the limit."""
    circular = _demanding(request, uuid, Right.SEND)
    delivery = get_object_or_404(Delivery.objects.filter(circular=circular, role=Addressed.PRIMARY), pk=pk)
    form = LateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            let_answer_late(delivery, form.cleaned_data["until"], by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error("until", refused.messages)
        except (OutOfOrder, PermissionDenied) as refused:
            messages.error(request, str(refused))
            return redirect("circulars:answers", uuid)
        else:
            messages.success(request, f"已准予{delivery.unit_name}补填，收发员会收到消息。")
            return redirect("circulars:answers", uuid)
    return render(request, "circulars/let_late.html", {"circular": circular, "delivery": delivery, "form": form})


@require_safe
def answers_file(request: HttpRequest, uuid: str, pk: int, number: int) -> HttpResponseBase:
    """One file that a unit handed in; ``pk`` is its delivery, ``number`` the place of the field."""
    circular = _demanding(request, uuid)
    for row, asked, given in answer_table(circular, circular.demand, timezone.now()).files:
        if row.standing.delivery.pk == pk and asked.place == number:
            _noted(request, circular, f"{row.standing.delivery.unit_name}的回执表第{number}项")
            return serve_or_refuse(request, given.file, given.name)
    raise Http404


@require_safe
def answers_files(request: HttpRequest, uuid: str) -> HttpResponseBase:
    """Every file that was handed in as one ZIP, each named for its unit."""
    circular = _demanding(request, uuid)
    files = answer_table(circular, circular.demand, timezone.now()).files
    if not files:
        raise Http404
    packed = TemporaryFile()  # noqa: SIM115  the response closes it
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for place, (row, asked, given) in enumerate(files, 1):
            if not given.file.is_intact():
                return _damaged(request, row.standing.delivery.unit_name)
            name = f"{place:03d} {row.standing.delivery.unit_name} {asked.label} {given.name}"
            package.write(given.file.path, clean_name(name.replace("/", " ").replace("\\", " ")))
    packed.seek(0)
    _noted(request, circular, "回执表的全部文件")
    response = FileResponse(packed, as_attachment=True, filename=f"{circular.number} 回执表文件.zip")
    response["Cache-Control"] = "no-store"
    return response


def _damaged(request: HttpRequest, unit: str) -> HttpResponse:
    why = str(FileChanged(f"{unit}上报的文件与上传时不一致，没有打包，请联系网信办。"))
    return render(request, "circulars/file_refused.html", {"sentence": why}, status=409)


def _noted(request: HttpRequest, circular: Circular, subject: str) -> None:
    note(Look.DOWNLOADED, at=timezone.now(), person=request.user, subject=subject, circular=circular.uuid)


def _demanding(request: HttpRequest, uuid: Any, right: Right = Right.TRACK) -> Circular:
    """A circular of the person's units that went out and asks for answers; none that is shut."""
    rows = demanded_by(units_where(request.user, right)).select_related("issuer", "page")
    return get_object_or_404(rows, uuid=uuid)
