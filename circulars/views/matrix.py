"""Several circulars beside each other, unit by unit (Articles 20 and 28)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from circulars.access import trackable
from circulars.receiptmatrix import receipt_matrix
from circulars.registration import Circular
from cms.paging import OpenEnded

COLUMNS = 10


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """The ten circulars sent last, or the ten before them: who has signed for which; narrowed to units with something open."""
    sent = trackable(request.user).filter(state=Circular.State.SENT).order_by("-sent_at", "-pk")
    page = OpenEnded(sent, COLUMNS).get_page(request.GET.get("page"))
    only_open = request.GET.get("show") == "open"
    return render(
        request,
        "circulars/matrix.html",
        {
            "matrix": receipt_matrix(list(page.object_list), timezone.now(), only_open=only_open),
            "only_open": only_open,
            "page_obj": page,
        },
    )
