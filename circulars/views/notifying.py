"""待通知: which units have not been told of an urgent circular, whom to ring up, and the entry of a call (Article 21).

Telephone numbers of people are shown to who sends for the issuing unit: in the list as long as the unit has not been told, on the page of
a call as long as it has not signed. Each look is written down.
"""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.contacts import note_numbers, sees_numbers
from accounts.roles import Right
from circulars.callform import CallForm
from circulars.calling import log_call
from circulars.deliveries import Delivery
from circulars.notices import Notice
from circulars.phonelist import line_of, lines_of, unfinished
from circulars.registration import Circular
from circulars.unreachable import record_no_number
from cms.gateways import gateway
from cms.lifecycles import OutOfOrder
from cms.limits import moment
from cms.paging import OpenEnded

PAGE = 25
ATTEMPTS = 50


@require_safe
def to_notify(request: HttpRequest) -> HttpResponse:
    """The urgent circulars of which units have not been told, first due first."""
    page = Paginator(unfinished(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "circulars/to_notify.html", {"page_obj": page})


@require_safe
def notices(request: HttpRequest, uuid: str) -> HttpResponse:
    """The units of one circular that must still be told, with names and numbers, and everything that was tried."""
    circular, now = _circular(request, uuid), timezone.now()
    lines = lines_of(circular, now)
    if lines:
        note_numbers(request)
    tried = Notice.objects.filter(delivery__circular=circular).with_late_entry()
    tried = tried.select_related("delivery", "text", "caller")
    page = OpenEnded(tried.order_by("-happened_at", "-pk"), ATTEMPTS).get_page(request.GET.get("page"))
    known = {"circular": circular, "lines": lines, "page_obj": page, "has_gateway": gateway() is not None}
    return render(request, "circulars/notices.html", known)


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, uuid: str, pk: int) -> HttpResponse:
    """The entry of one call to one unit."""
    circular, now = _circular(request, uuid), timezone.now()
    delivery = get_object_or_404(circular.deliveries.select_related("unit", "circular"), pk=pk)
    if not delivery.must_notify:
        messages.error(request, f"发给{delivery.unit_name}的这件公文不要求短信或电话通知，不必登记。")
        return redirect("circulars:notices", uuid)
    line = line_of(delivery, now)
    sees = sees_numbers(request.user, delivery.unit_id, must_tell=line.delivery.is_open)
    typed = {"key": uuid4(), "happened_at": timezone.localtime(now)}
    form = CallForm(line, request.POST or None, shows_numbers=sees, initial=typed)
    if request.method == "POST" and form.is_valid():
        try:
            notice = log_call(line.delivery, **form.cleaned_data, by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("circulars:notices", uuid)
        else:
            _say(request, notice, line.delivery.unit_name, now)
            return redirect("circulars:notices", uuid)
    if sees:
        note_numbers(request)
    return render(request, "circulars/call.html", {"circular": circular, "line": line, "form": form})


@require_POST
def no_number(request: HttpRequest, uuid: str, pk: int) -> HttpResponse:
    """The entry that nobody of a unit has a mobile number on file (Article 24)."""
    delivery = get_object_or_404(_circular(request, uuid).deliveries, pk=pk)
    of_round = request.POST.get("of_round", "")
    try:
        if not of_round.isdecimal() or len(of_round) > 5:
            raise OutOfOrder("请重新打开本页再登记。")
        record_no_number(delivery, of_round=int(of_round), by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    else:
        said = f"已登记：{delivery.unit_name}没有报备移动号码（第二十四条）。该单位和秘书科、网信办已收到消息。请尽量用其他办法通知。"
        messages.success(request, said)
    return redirect("circulars:notices", uuid)


def _circular(request: HttpRequest, uuid: str) -> Circular:
    mine = Circular.objects.issued_for(request.user, Right.SEND).unblocked().gone_out()
    return get_object_or_404(mine.select_related("issuer"), uuid=uuid)


def _say(request: HttpRequest, notice: Notice, unit: str, now: Any) -> None:
    called = f"{moment(notice.happened_at, now)} 打给{unit}（{notice.name}）"
    if Notice.objects.with_late_entry().get(pk=notice.pk).is_too_late:
        messages.warning(request, f"已登记：{called}。登记在{unit}签收或者退回以后，只作记录，不算通知。")
    elif notice.result == Notice.Result.REACHED:
        messages.success(request, f"已登记：{called}，已通知到。")
    elif Delivery.objects.filter(pk=notice.delivery_id, unreachable_at=notice.recorded_at).exists():
        said = "报备的号码都有误，已请该单位更正报备（第二十四条）。请尽量用其他办法通知。"
        messages.warning(request, f"已登记：{called}，号码有误。{said}")
    else:
        said = notice.get_result_display()
        messages.warning(request, f"已登记：{called}，{said}。还没有通知到，请换人或换号码再打。")
