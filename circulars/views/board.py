"""The board of receipts: unit by unit, how far one circular has got, as it is this minute (Articles 20 and 21)."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.desklock import FRAGMENT
from accounts.overseeing import overseen
from accounts.roles import Right, may
from circulars.access import trackable
from circulars.bodytext import clean_line
from circulars.deliveries import Delivery
from circulars.receiptboard import SHOWS, Narrowed, ReceiptBoard, receipt_board
from circulars.registration import Circular
from circulars.secrecycases import SecrecyCase

# Whose hands the head of the board names.
BY = ("checked_by", "scheduled_by", "recalled_by")


@require_safe
def board(request: HttpRequest, uuid: str) -> HttpResponse:
    """Who has signed, who has not, how long there is and who answers; in the register's order, narrowed as asked."""
    circular = get_object_or_404(trackable(request.user).select_related("issuer", "series", "demand", *BY), uuid=uuid)
    given, now = request.GET, timezone.now()
    narrowed = Narrowed.asked(given.get("show", ""), given.get("category", ""), clean_line(given.get("q", ""))[:40])
    context = _shown(circular, narrowed, receipt_board(_rows(circular), narrowed, now)) | {
        "as_of": now,
        "may_read": may(request.user, Right.TRACK, circular.issuer_id),
        "may_send": may(request.user, Right.SEND, circular.issuer_id),
        "demand": getattr(circular, "demand", None),
        "blocked": SecrecyCase.objects.shut().filter(circular=circular).first(),
    }
    if FRAGMENT in request.headers:  # what changes by itself, without the frame around it
        response = render(request, "circulars/_board.html", context)
    else:
        response = render(request, "circulars/board.html", context | _around(request, circular))
    patch_vary_headers(response, [FRAGMENT])
    return response


def _rows(circular: Circular) -> QuerySet[Delivery]:
    deliveries = circular.deliveries.select_related("unit", "signed_by", "returned_by", "paper_copy")
    return deliveries.order_by("unit__sort_order", "unit__code")


def _shown(circular: Circular, narrowed: Narrowed, found: ReceiptBoard) -> dict[str, object]:
    rows = (line.row for line in found.everybody)
    first = next(
        (row for row in rows if row.sent_at == circular.sent_at and row.must_sign), None
    )  # not sent after, nor sent again
    paper = [line.row.paper_copy for line in found.everybody if line.standing == "paper"]
    return {
        "circular": circular,
        "narrowed": narrowed,
        "shows": [(show, label, found.counts[show]) for show, label in SHOWS.items()],
        "categories": found.categories,
        "groups": found.groups,
        "total": len(found.everybody),
        "electronic": found.electronic,
        "paper_count": len(paper),
        "paper_delivered": sum(bool(copy.delivered_at) for copy in paper),
        "signed": found.how_many("signed"),
        "copied": found.how_many("copied"),
        "open": found.how_many("open") - found.how_many("late"),
        "late": found.how_many("late"),
        "untold": found.how_many("untold"),
        "must_notify": any(line.row.must_notify for line in found.everybody),
        "returned": found.how_many("returned"),
        "due_at": first and first.due_at,
        "pending": first.pending_sentence if first else "",
    }


def _around(request: HttpRequest, circular: Circular) -> dict[str, object]:
    return {
        "may_block": overseen(request.user, Right.BLOCK).covers(circular.area_id),
        "may_register": may(request.user, Right.REGISTER, circular.issuer_id),
    }
