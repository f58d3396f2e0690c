"""Handing out the attachments of a circular: found through the circular, checked byte for byte, written down."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.roles import Right, may
from circulars.archive.gone import gone_from
from circulars.registration import Circular
from cms.accesslog import Look, note
from cms.attachments import Attachment, FileChanged, serve
from cms.ranges import asked_for


def serve_numbered(request: HttpRequest, circular: Circular, number: int) -> HttpResponseBase:
    """The ``number``-th attachment (from 1) of a circular that the person was found to read."""
    attachments = circular.snapshot["attachments"]
    if not 1 <= number <= len(attachments) or not attachments[number - 1]["digest"]:
        raise Http404
    named = attachments[number - 1]
    kept = Attachment.objects.filter(digest=named["digest"]).first()
    if kept is None:
        raise Http404
    note(
        Look.DOWNLOADED,
        at=timezone.now(),
        person=request.user,
        subject=f"附件{number} {named['title']}",
        circular=circular.uuid,
    )
    return serve_or_refuse(request, kept, named["name"])


def serve_or_refuse(request: HttpRequest, kept: Attachment, name: str) -> HttpResponseBase:
    """The file, or a page that says why not when its bytes are not what came in."""
    try:
        return serve(kept, name, part=asked_for(request))
    except FileChanged as changed:
        return render(request, "circulars/file_refused.html", {"sentence": str(changed)}, status=409)


def gone_page(request: HttpRequest, circular: Circular, unit: int) -> HttpResponse | None:
    """What stands where the text of a circular was that this unit has destroyed; None while the unit keeps it."""
    gone = gone_from(circular, unit)
    if gone is None:
        return None
    archives = may(request.user, Right.KEEP_ARCHIVE, unit) or may(request.user, Right.APPROVE_DESTRUCTION, unit)
    context = {"circular": circular, "gone": gone, "archives": archives}
    return render(request, "archive/gone.html", context, status=410)
