"""传阅 on the desk: begun, lengthened, read, somebody passed over (Article 19; regulation art. 24(5))."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from circulars.circulation import acts
from circulars.circulation.record import Circulation, Reader
from circulars.handlingpage import HandlingPage
from circulars.views.handling import acted


@require_POST
def circulate(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper goes round."""

    def do(page: HandlingPage, form: Any) -> None:
        given = form.cleaned_data
        in_order = given["way"] == "in_order"
        acts.circulate(
            page.incoming, form.chosen, in_order=in_order, purpose=given["purpose"], by=request.user, at=page.now
        )

    return acted(request, pk, "circulate", do, "{}已送传阅。")


@require_POST
def add_readers(request: HttpRequest, pk: int) -> HttpResponse:
    """More people read it."""

    def do(page: HandlingPage, form: Any) -> None:
        acts.add_readers(_round(page), form.chosen, by=request.user, at=page.now)

    return acted(request, pk, "add_readers", do, "{}已增加传阅人。")


@require_POST
def mark_read(request: HttpRequest, pk: int) -> HttpResponse:
    """I have read it."""

    def do(page: HandlingPage, form: Any) -> None:
        acts.mark_read(_own(page), form.cleaned_data["remark"], by=request.user, at=page.now)

    return acted(request, pk, "read", do, "{}已阅。")


@require_POST
def skip_reader(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody absent is passed over."""

    def do(page: HandlingPage, form: Any) -> None:
        acts.skip(form.chosen, form.cleaned_data["reason"], by=request.user, at=page.now)

    return acted(request, pk, "skip", do, "{}已跳过这位传阅人。")


def _round(page: HandlingPage) -> Circulation:
    if page.circulation is None:
        raise Http404
    return page.circulation


def _own(page: HandlingPage) -> Reader:
    """The person's own place in the latest round; whoever has none finds nothing."""
    own = next((row for row in page.readers if row.person_id == page.user.pk), None)
    if own is None:
        raise Http404
    return own
