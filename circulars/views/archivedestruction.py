"""鉴定、销毁: what has come to its end, the lists of it, who approves and stands by, and the tombstones (Article 27; 2012 regulation art. 35)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, may
from accounts.units import Unit
from circulars.archive.appraisal import appraise, latest_destroying
from circulars.archive.destruction import MOST, approve, draw_up, refuse, witness
from circulars.archive.destructionlists import OPEN, WITNESSING, DestructionList
from circulars.archive.holdings import Holding, HoldingQuerySet
from circulars.archive.stonechecks import faults_of
from circulars.archive.tombstones import Tombstone, standing_of
from circulars.archiveforms import AppraisalForm, RefusalForm
from circulars.views.ticked import marked, ticked
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.paging import OpenEnded

PAGE = 25
SHOWS = (("", "全部"), ("waiting", "等我办理"))
_State = DestructionList.State


@require_safe
def to_appraise(request: HttpRequest) -> HttpResponse:
    """What has come to its end and waits for the archivist's word."""
    today = timezone.localdate()
    page = Paginator(ended(request.user, today), PAGE).get_page(request.GET.get("page"))
    waiting = Holding.objects.kept_by(request.user).appraised().count()
    return render(request, "archive/to_appraise.html", {"page_obj": page, "waiting": waiting})


def ended(user: Any, today: date) -> HoldingQuerySet:
    """That, the first to end first."""
    rows = Holding.objects.kept_by(user).to_appraise(today).select_related("circular", "unit")
    return rows.order_by("kept_until", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
def appraise_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The archivist says of one paper whether it goes on a list of destruction or is kept on."""
    kept = get_object_or_404(Holding.objects.kept_by(request.user).select_related("circular", "unit"), pk=pk)
    form = AppraisalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = appraise(kept, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("circulars:holding", pk)
        else:
            messages.success(request, f"{kept.circular.number} 已鉴定：{made.get_result_display()}。")
            return redirect("circulars:to_appraise")
    return render(request, "archive/appraise.html", {"kept": kept, "circular": kept.circular, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def new_destruction(request: HttpRequest) -> HttpResponse:
    """What was appraised for destruction; the ticked papers of one unit make a list."""
    rows = Holding.objects.kept_by(request.user).appraised().select_related("circular", "unit").order_by("unit", "pk")
    if request.method == "POST" and (made := _drawn_up(request, rows)):
        return redirect("circulars:destruction", made.pk)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = latest_destroying([row.pk for row in page.object_list])
    context = {
        "page_obj": page,
        "rows": [(row, found.get(row.pk)) for row in page.object_list],
        "reason": request.POST.get("reason", ""),
        "chosen": marked(request),
    }
    return render(request, "archive/new_destruction.html", context)


def _drawn_up(request: HttpRequest, rows: HoldingQuerySet) -> DestructionList | None:
    try:
        chosen = ticked(rows, request.POST.getlist("paper"), most=MOST)
        units = {row.unit_id for row in chosen}
        if len(units) != 1:
            raise OutOfOrder("没有选中同一个单位可以销毁的公文：没有勾选，或者已在别的清册上、已封存。")
        unit, reason = Unit.objects.get(pk=units.pop()), request.POST.get("reason", "")
        made = draw_up(unit, chosen, reason, by=request.user, at=timezone.now())
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已编制{made}，共 {len(chosen)} 件，已报领导审批。")
        return made
    return None


@require_safe
def destructions(request: HttpRequest) -> HttpResponse:
    """The lists of the person's units, or those that wait for the person, the newest first."""
    show = "waiting" if request.GET.get("show") == "waiting" else ""
    page = OpenEnded(drawn(request.user, show), PAGE).get_page(request.GET.get("page"))
    mine = set(DestructionList.objects.waiting_for(request.user).values_list("pk", flat=True))
    context = {"page_obj": page, "mine": mine, "show": show, "shows": SHOWS}
    return render(request, "archive/destructions.html", context)


def drawn(user: Any, show: str = "") -> QuerySet[DestructionList]:
    """Those, for this person; with ``waiting`` only what waits for the person."""
    lists = DestructionList.objects
    rows = lists.waiting_for(user) if show == "waiting" else lists.for_person(user)
    return rows.select_related("unit").order_by("-drawn_at", "-pk")


@require_safe
def destruction(request: HttpRequest, pk: int) -> HttpResponse:
    """One list with its papers, who has said what, and what the person may do about it."""
    found = _found(request, pk)
    Message.objects.filter(person=request.user.pk, link=request.path).read(at=timezone.now())
    return _page(request, found, RefusalForm())


@require_safe
def protocol(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as it is printed and signed on paper: 销毁清册 with approvals and witnesses."""
    found = _found(request, pk)
    return render(request, "archive/protocol.html", {"sheet": found, "lines": found.lines.legible()})


@require_POST
def approve_destruction(request: HttpRequest, pk: int) -> HttpResponse:
    """One more leader agrees."""
    found = _found(request, pk, Right.APPROVE_DESTRUCTION)
    try:
        approve(found, by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已批准{found}。")
    return redirect("circulars:destruction", pk)


@require_POST
def refuse_destruction(request: HttpRequest, pk: int) -> HttpResponse:
    """A leader does not agree, and says why."""
    found, form = _found(request, pk, Right.APPROVE_DESTRUCTION), RefusalForm(request.POST)
    if form.is_valid():
        try:
            refuse(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except (OutOfOrder, PermissionDenied) as refused:
            messages.error(request, str(refused))
            return redirect("circulars:destruction", pk)
        else:
            messages.success(request, f"{found} 没有同意，所列公文继续保存。")
            return redirect("circulars:destruction", pk)
    return _page(request, found, form)


@require_POST
def witness_destruction(request: HttpRequest, pk: int) -> HttpResponse:
    """One more person stands by; with the second the papers are gone."""
    found = _found(request, pk)
    try:
        is_done = witness(found, by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        done = f"{found} 所列公文已销毁，存根永久保留。"
        messages.success(request, done if is_done else f"您是{found}的第一监销人，请另一人一同监销。")
    return redirect("circulars:destruction", pk)


@require_safe
def tombstone(request: HttpRequest, pk: int) -> HttpResponse:
    """What remains of a destroyed paper, and whether the ledger has its digest and names the same people."""
    mine = Holding.objects.for_person(request.user)
    stone = get_object_or_404(
        Tombstone.objects.filter(holding__in=mine).select_related("holding__circular", "unit"), pk=pk
    )
    found = {"standing": standing_of(stone), "faults": [fault.what for fault in faults_of([stone])]}
    return render(request, "archive/tombstone.html", {"stone": stone, "told": stone.facts, **found})


def _page(request: HttpRequest, found: DestructionList, form: RefusalForm) -> HttpResponse:
    user: Any = request.user
    approves = may(user, Right.APPROVE_DESTRUCTION, found.unit_id) and found.drawn_by_id != user.pk
    witnesses = any(may(user, right, found.unit_id) for right in WITNESSING)
    return render(
        request,
        "archive/destruction.html",
        {
            "sheet": found,
            "lines": found.lines.legible(),
            "form": form,
            "may_approve": approves
            and (found.state == _State.DRAWN or (found.state == _State.SECONDED and found.first_by_id != user.pk)),
            "may_refuse": approves and found.state in OPEN,
            "may_witness": witnesses and found.state == _State.APPROVED and found.witness_id != user.pk,
            "files": may(user, Right.KEEP_ARCHIVE, found.unit_id)
            or may(user, Right.APPROVE_DESTRUCTION, found.unit_id),
        },
    )


def _found(request: HttpRequest, pk: int, right: Right | None = None) -> DestructionList:
    rows = DestructionList.objects.for_person(request.user)
    people = ("drawn_by", "first_by", "second_by", "refused_by", "witness", "done_by")
    found = get_object_or_404(rows.select_related("unit", *people), pk=pk)
    if right is not None and not may(request.user, right, found.unit_id):
        raise Http404
    return found
