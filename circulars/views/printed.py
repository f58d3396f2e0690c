"""Papers as they are printed, page by page: a received one, one of the own unit's, a draft (Articles 4 and 20)."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from circulars.access import draft_to_register, legible, own_drafts, turn_in_hand
from circulars.copyfoot import CopyFoot, foot_of
from circulars.registration import Circular
from circulars.renditions import set_draft, set_snapshot
from circulars.sealing import Manifest
from circulars.sealing.files import printed
from circulars.sheets import Printed, page_asked, sheets, with_pictures
from circulars.versions import approved_version
from circulars.views.files import serve_or_refuse
from circulars.views.sending import WATERMARKS
from cms.accesslog import Look, note
from cms.attachments import Attachment


@require_safe
def received_pages(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of a circular for the people of a unit that received it, to be read; what goes to paper goes by ``circulars.views.printing``."""
    delivery = get_object_or_404(legible(request.user).select_related("circular__text"), pk=pk)
    foot = foot_of(
        delivery.circular, lambda code: request.build_absolute_uri(reverse("circulars:checked_copy", args=[code]))
    )
    return _pages(request, delivery.circular.number, lambda: printed(delivery.circular), foot=foot, is_received=True)


@require_safe
def own_pages(request: HttpRequest, uuid: str) -> HttpResponse:
    """The pages of a circular for the people of the unit that issued it."""
    found = Circular.objects.issued_for(request.user).unblocked().kept_by_issuer().select_related("text")
    circular = get_object_or_404(found, uuid=uuid)
    watermark = WATERMARKS.get(circular.state, "")
    return _pages(request, circular.number, lambda: printed(circular, watermark=watermark))


@require_safe
def received_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sealed file, byte for byte, for the people of a unit that received it."""
    delivery = get_object_or_404(legible(request.user).select_related("circular"), pk=pk)
    return _sealed_file(request, delivery.circular)


@require_safe
def own_pdf(request: HttpRequest, uuid: str) -> HttpResponseBase:
    """The sealed file, byte for byte, for the people of the unit that issued it."""
    mine = Circular.objects.issued_for(request.user).unblocked().kept_by_issuer()
    return _sealed_file(request, get_object_or_404(mine, uuid=uuid))


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


def _sealed_file(request: HttpRequest, circular: Circular) -> HttpResponseBase:
    manifest = get_object_or_404(Manifest.objects.filter(circular=circular.pk).only("pdf_digest"))
    kept = get_object_or_404(Attachment, digest=manifest.pdf_digest)
    note(Look.DOWNLOADED, at=timezone.now(), person=request.user, subject="盖章文件", circular=circular.uuid)
    return serve_or_refuse(request, kept, f"{circular.number}.pdf")


def _pages(
    request: HttpRequest,
    name: str,
    set_paper: Callable[[], Printed],
    *,
    foot: CopyFoot | None = None,
    is_received: bool = False,
) -> HttpResponse:
    shown = sheets(set_paper, first=page_asked(request.GET.get("from", "")))
    page = render(
        request, "circulars/pages.html", {"name": name, "sheets": shown, "foot": foot, "is_received": is_received}
    )
    return with_pictures(page)
