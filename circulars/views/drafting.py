"""The drafter's and the deciders' screens on the desk: my drafts, what waits for my opinion, the decision (chapter 4 of the regulation)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, units_where
from accounts.units import Unit
from circulars.access import draft_in_hand, draft_to_register, own_drafts
from circulars.forms import DecisionForm
from circulars.moderation import decide as take_decision
from circulars.moderation import steps_waiting
from circulars.moderation import withdraw as take_back
from circulars.pages import CircularPage
from circulars.paper import paper_of
from circulars.progress import progress_of_all
from circulars.sections import open_section
from circulars.snapshots import digest_of, snapshot_of
from circulars.views.files import serve_or_refuse
from cms.accesslog import Look, note
from cms.lifecycles import OutOfOrder

PAGE = 25


@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """The person's own drafts with where each stands and what was said of it."""
    own = own_drafts(request.user).select_related("circular").prefetch_related("decisions__by")
    page_obj = Paginator(own, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "circulars/drafts.html",
        {
            "rows": progress_of_all(list(page_obj)),
            "page_obj": page_obj,
            "units": Unit.objects.issuing().filter(pk__in=units_where(request.user, Right.DRAFT)).in_order(),
        },
    )


@require_POST
def new(request: HttpRequest, code: str) -> HttpResponse:
    """The editor opens on an empty draft in this year's section of the unit."""
    unit = get_object_or_404(Unit.objects.issuing().filter(pk__in=units_where(request.user, Right.DRAFT)), code=code)
    section = open_section(unit, timezone.localdate().year)
    return redirect("wagtailadmin_pages:add", "circulars", "circularpage", section.pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft comes back to its drafter before it is approved."""
    page: CircularPage = get_object_or_404(own_drafts(request.user), pk=pk)
    try:
        take_back(page, by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"《{page.title}》已撤回，可以继续修改。")
    return redirect("circulars:drafts")


@require_safe
def in_hand(request: HttpRequest) -> HttpResponse:
    """Drafts whose step waits for this person."""
    page: Any = Paginator(steps_waiting(request.user).select_related("revision", "task"), PAGE).get_page(
        request.GET.get("page")
    )
    steps = [(state, state.revision.as_object()) for state in page]
    return render(request, "circulars/in_hand.html", {"steps": steps, "page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as paper, the opinions so far, and the decision."""
    page = draft_in_hand(request.user, pk)
    if page is None:
        own = CircularPage.objects.filter(pk=pk, decisions__by=request.user).exists()
        if not own:
            raise Http404
        messages.info(request, "这份文稿的这一环节已经办完。")
        return redirect("circulars:in_hand")
    draft = page.get_latest_revision_as_object()
    snapshot = snapshot_of(draft)
    form = DecisionForm(request.POST or None, initial={"digest": digest_of(snapshot)})
    if request.method == "POST" and form.is_valid():
        try:
            take_decision(
                page,
                form.cleaned_data["action"],
                by=request.user,
                at=timezone.now(),
                opinion=form.cleaned_data["opinion"],
                digest=form.cleaned_data["digest"],
            )
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("circulars:decide", pk)
        except PermissionDenied as refused:
            messages.error(request, str(refused))
        else:
            said = "已同意" if form.cleaned_data["action"] == "agree" else "已退回拟稿人"
            messages.success(request, f"{said}：《{draft.title}》。")
        return redirect("circulars:in_hand")
    return render(
        request,
        "circulars/decide.html",
        {
            "draft": draft,
            "step": page.current_workflow_task.specific.step,
            "paper": paper_of(snapshot, number="", watermark="送审稿"),
            "files": [(n, a) for n, a in enumerate(snapshot["attachments"], 1) if a["digest"]],
            "decisions": page.decisions.select_related("by"),
            "form": form,
        },
    )


@require_safe
def draft_attachment(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """A file attached to a draft, for its drafter, for who has its step in hand and for who is to register it."""
    page = (
        own_drafts(request.user).filter(pk=pk).first()
        or draft_in_hand(request.user, pk)
        or draft_to_register(request.user, pk)
    )
    if page is None:
        raise Http404
    rows = list(page.get_latest_revision_as_object().attachments.all())
    if not 1 <= number <= len(rows) or rows[number - 1].file is None:
        raise Http404
    row = rows[number - 1]
    note(Look.DOWNLOADED, at=timezone.now(), person=request.user, subject=f"文稿{pk} 附件{number} {row.title}")
    return serve_or_refuse(request, row.file, row.file_name)
