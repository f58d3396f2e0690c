"""The screens of 证据包: finding a circular by its number or title, what its bundle holds, and taking one away (Articles 3, 10 and 28)."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.overseeing import overseen
from accounts.roles import Right
from circulars.access import evidential
from circulars.bodytext import clean_line
from circulars.deeds import Deed
from circulars.evidence import candidates, hand_out, refuse_unfit
from circulars.evidence.bundle import attachments_size
from circulars.evidence.finding import Candidates, issuers_of
from circulars.evidence.handing import is_small
from circulars.registration import Circular
from circulars.sealing import Manifest
from circulars.views.files import gone_page
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.revocations import root_fingerprint
from cms.signing.keys import KeyRefused

SHOWN = 10


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The circular that is meant, those that may be, or why there is none."""
    words = clean_line(request.GET.get("number", ""))[:80]
    issuer = clean_line(request.GET.get("issuer", ""))[:40]
    mine = evidential(request.user)
    found = Candidates([], is_more=False)
    if words:
        found = candidates(words, mine, issuer=issuer, year=timezone.localdate().year)
        if len(found.rows) == 1:
            return redirect("circulars:evidence", found.rows[0].uuid)
    context = {"words": words, "issuer": issuer, "found": found, "issuers": issuers_of(mine)}
    return render(request, "circulars/evidence_search.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, uuid: str) -> HttpResponseBase:
    """What the bundle of a circular holds and who took one; a press takes one away, and every press is on record.

    A unit that has destroyed the paper takes no bundle of it; who inspects does while another keeps it (Article 27).
    """
    circular = get_object_or_404(evidential(request.user).select_related("issuer", "series", "page"), uuid=uuid)
    inspected = overseen(request.user, Right.INSPECT)
    if not inspected.covers(circular.area_id) and (gone := gone_page(request, circular, circular.issuer_id)):
        return gone
    sentence, manifest = "", None
    try:
        manifest = refuse_unfit(circular)
        if request.method == "POST" and is_small(manifest):
            return _answer(circular, request)
    except (OutOfOrder, KeyRefused) as refused:
        sentence = str(refused)
    return _page(request, circular, manifest, sentence)


def _answer(circular: Circular, request: HttpRequest) -> FileResponse:
    now = timezone.now()
    bundle = hand_out(circular, by=request.user, at=now)
    name = f"证据包-{circular.number}-{timezone.localtime(now):%Y%m%d%H%M}.zip"
    return FileResponse(
        bundle,
        as_attachment=True,
        filename=name,
        content_type="application/zip",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


def _page(request: HttpRequest, circular: Circular, manifest: Manifest | None, sentence: str) -> HttpResponse:
    taken = Entry.objects.filter(circular=circular.uuid, deed=Deed.EVIDENCE_EXPORTED).select_related("person")
    context = {
        "circular": circular,
        "manifest": manifest,
        "sentence": sentence,
        "attachments": len(manifest.facts.get("attachments", ())) if manifest else 0,
        "size": attachments_size(manifest) if manifest else 0,
        "is_small": manifest is not None and is_small(manifest),
        "root": root_fingerprint(),
        "taken": taken.order_by("-pk")[:SHOWN],
    }
    refused = request.method == "POST"  # what was asked for is not in this answer
    return render(request, "circulars/evidence.html", context, status=409 if refused else 200)
