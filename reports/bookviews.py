"""逐件签收清单 in the background: order it, see how far it is, take it (Articles 5 and 28)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.desklock import FRAGMENT
from accounts.overseeing import area_overseen
from accounts.roles import Right
from cms.accesslog import Look, note
from cms.attachments import FileChanged, serve
from cms.lifecycles import OutOfOrder
from cms.ranges import asked_for
from reports.bookorders import KEPT, BookOrder, order
from reports.months import Month, NotAMonth, month_asked, months_back
from reports.receiptlist import TITLE
from reports.receipts import Issuers
from reports.views import MONTHS_OFFERED, issuers_asked

SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
def books(request: HttpRequest) -> HttpResponse:
    """The person's orders, the newest first, and the form for another; a press orders it or says why not."""
    now = timezone.localtime()
    if request.method == "POST":
        try:
            month = month_asked(request.POST.get("month", ""), now=now)
            wanted = order(
                month,
                whole_year=request.POST.get("span") == "year",
                issuers=issuers_asked(request),
                area=area_overseen(request.user, Right.REPORT),
                by=request.user,
                at=now,
            )
            messages.success(request, f"{wanted}已开始制作，做好后会发消息告诉您。")
        except (NotAMonth, OutOfOrder) as refused:
            messages.error(request, str(refused))
        return redirect("reports:books")
    context = {
        "orders": BookOrder.objects.for_person(request.user).select_related("file", "area")[:SHOWN],
        "as_of": now,
        "months": months_back(Month.of(now), MONTHS_OFFERED),
        "all_issuers": Issuers.offered_in(area_overseen(request.user, Right.REPORT)),
        "kept_days": KEPT.days,
        "title": TITLE,
    }
    template = "reports/_books.html" if FRAGMENT in request.headers else "reports/books.html"
    return render(request, template, context)


@require_safe
def book_file(request: HttpRequest, uuid: str) -> HttpResponseBase:
    """The finished workbook, for who ordered it; that it was taken is on record."""
    ready = BookOrder.objects.for_person(request.user).filter(state=BookOrder.State.READY)
    wanted = get_object_or_404(ready.select_related("file"), uuid=uuid)
    assert wanted.file is not None
    if wanted.holds_shut():
        messages.error(request, "清单里有的公文已作涉密处置，不再提供，请重新申请。")
        return redirect("reports:books")
    try:
        answer = serve(wanted.file, f"{wanted}.xlsx", part=asked_for(request))
    except FileChanged:
        messages.error(request, "文件与登记的摘要不一致，已停止提供，请重新申请；再次出现请联系网信办。")
        return redirect("reports:books")
    note(Look.EXPORTED, at=timezone.now(), person=request.user, subject=f"{wanted}（{wanted.rows} 件）")
    return answer
