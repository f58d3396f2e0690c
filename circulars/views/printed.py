"""Papers as they are printed, page by page: a received one, one of the own unit's, a draft (Articles 4 and 20)."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from circulars.access import draft_to_register, legible, own_drafts, turn_in_hand
from circulars.registration import Circular
from circulars.renditions import set_circular, set_draft, set_snapshot
from circulars.sheets import page_asked, sheets, with_pictures
from circulars.typesetting.press import Typeset
from circulars.versions import approved_version
from circulars.views.sending import WATERMARKS
from cms.accesslog import Look, note


@require_safe
def received_pages(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of a circular for the people of a unit that received it."""
    delivery = get_object_or_404(legible(request.user).select_related("circular__text"), pk=pk)
    return _pages(request, delivery.circular.number, lambda: set_circular(delivery.circular))


@require_safe
def own_pages(request: HttpRequest, uuid: str) -> HttpResponse:
    """The pages of a circular for the people of the unit that issued it."""
    found = Circular.objects.issued_for(request.user).unblocked().select_related("text")
    circular = get_object_or_404(found, uuid=uuid)
    watermark = WATERMARKS.get(circular.state, "")
    return _pages(request, circular.number, lambda: set_circular(circular, watermark=watermark))


@require_safe
def draft_pages(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of a draft as last saved for its drafter; of what was handed over for who decides on it or is to register it."""
    today = timezone.localdate()
    if page := own_drafts(request.user).filter(pk=pk).first():
        draft = page.get_latest_revision_as_object()
        note(Look.OPENED, at=timezone.now(), person=request.user, subject=f"文稿{pk} 版式")
        return _pages(request, "文稿版式", lambda: set_draft(draft, today=today))
    if turn := turn_in_hand(request.user, pk):
        snapshot, watermark = turn.version.snapshot, "送审稿"
    elif (page := draft_to_register(request.user, pk)) and (approval := approved_version(page)):
        snapshot, watermark = approval.snapshot, "待登记"
    else:
        raise Http404
    note(Look.OPENED, at=timezone.now(), person=request.user, subject=f"文稿{pk} 版式")
    return _pages(request, "文稿版式", lambda: set_snapshot(snapshot, today=today, watermark=watermark))


def _pages(request: HttpRequest, name: str, set_paper: Callable[[], Typeset]) -> HttpResponse:
    shown = sheets(set_paper, first=page_asked(request.GET.get("from", "")))
    return with_pictures(render(request, "circulars/pages.html", {"name": name, "sheets": shown}))
