"""The drafter's screens on the desk: my drafts, a new one, taking one back, the files of one (chapter 4 of the regulation)."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.units import Unit
from circulars.access import copyable, draft_in_hand, draft_to_register, drafting_units, own_drafts
from circulars.moderation import withdraw as take_back
from circulars.pages import CircularPage
from circulars.progress import progress_of_all
from circulars.sections import open_section
from circulars.titles import quoted
from circulars.versions import Version
from circulars.views.files import serve_or_refuse
from cms.accesslog import Look, note
from cms.lifecycles import OutOfOrder

PAGE = 25


@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """The person's own drafts with where each stands and what was said of it."""
    handed_over = Version.objects.filter(page=OuterRef("pk"))
    own = own_drafts(request.user).select_related("circular").prefetch_related("decisions__by")
    own = own.annotate(has_versions=Exists(handed_over))
    page_obj = Paginator(own, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "circulars/drafts.html",
        {
            "rows": progress_of_all(list(page_obj), timezone.now()),
            "page_obj": page_obj,
            "units": drafting_units(request.user),
            "copyable": set(
                copyable(request.user).filter(pk__in=[page.pk for page in page_obj]).values_list("pk", flat=True)
            ),
            "key": uuid4(),
        },
    )


@require_POST
def new(request: HttpRequest, code: str) -> HttpResponse:
    """The editor opens on an empty draft in this year's section of the unit."""
    unit: Unit = get_object_or_404(drafting_units(request.user), code=code)
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
        messages.success(request, f"{quoted(page.title)}已撤回，可以继续修改。")
    return redirect("circulars:drafts")


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
