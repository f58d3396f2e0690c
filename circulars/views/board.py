"""The board of receipts: unit by unit, how far one circular has got (Articles 20 and 21)."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Right, may
from circulars.access import trackable
from circulars.deliveries import Channel
from circulars.secrecycases import SecrecyCase
from circulars.views.receiving import standing_word


@require_safe
def board(request: HttpRequest, uuid: str) -> HttpResponse:
    """Unit by unit: state, time used and left, who signed; in the register's order."""
    circular = get_object_or_404(trackable(request.user).select_related("issuer"), uuid=uuid)
    now = timezone.now()
    rows = list(
        circular.deliveries.select_related("unit", "signed_by", "paper_copy").order_by("unit__sort_order", "unit__code")
    )
    only_open = request.GET.get("show") == "open"
    shown = [row for row in rows if not only_open or (row.is_open and row.channel == Channel.ELECTRONIC)]
    electronic = [row for row in rows if row.channel == Channel.ELECTRONIC]
    words = [standing_word(row, now) for row in electronic]
    grouped = [
        (heading, [(row, "paper" if row.channel == Channel.PAPER else standing_word(row, now)) for row in members])
        for heading, members in groupby(shown, key=lambda row: row.unit.get_category_display())
    ]
    return render(
        request,
        "circulars/board.html",
        {
            "circular": circular,
            "groups": grouped,
            "total": len(rows),
            "electronic": len(electronic),
            "paper_count": len(rows) - len(electronic),
            "paper_delivered": sum(row.channel == Channel.PAPER and bool(row.paper_copy.delivered_at) for row in rows),
            "signed": words.count("signed"),
            "open": words.count("pending") + words.count("soon"),
            "late": words.count("late"),
            "returned": words.count("returned"),
            "due_at": rows[0].due_at if rows else None,
            "pending": rows[0].pending_sentence if rows else "",
            "only_open": only_open,
            "may_read": may(request.user, Right.TRACK, circular.issuer_id),
            "blocked": SecrecyCase.objects.shut().filter(circular=circular).first(),
            "may_block": may(request.user, Right.BLOCK),
            "may_send": may(request.user, Right.SEND, circular.issuer_id),
            "may_register": may(request.user, Right.REGISTER, circular.issuer_id),
        },
    )
