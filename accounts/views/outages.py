"""平台停用: the network office announces stops and maintenance, and says when the platform is back (Articles 7(3) and 13)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.outages import Outage, announce_outage
from accounts.stopforms import OutageEndForm, OutageForm
from cms.areas import Area
from cms.lifecycles import OutOfOrder
from cms.limits import when
from cms.paging import OpenEnded

PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def outages(request: HttpRequest) -> HttpResponse:
    """The announcement form, and every stop so far, the latest first."""
    now = timezone.now()
    form = OutageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            outage = announce_outage(Area.objects.home(), **form.cleaned_data, by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"已公告：{outage.sentence(now)}")
            return redirect("accounts:outages")
    rows = Outage.objects.select_related("announced_by").order_by("-starts_at", "-pk")
    page = OpenEnded(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/outages.html",
        {
            "form": form,
            "page_obj": page,
            "rows": [(outage, outage.is_on(now), outage.is_over(now)) for outage in page.object_list],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def outage(request: HttpRequest, pk: int) -> HttpResponse:
    """When the platform was back or is expected back is put down for a stop that is not over."""
    now, stop = timezone.now(), get_object_or_404(Outage.objects.select_related("announced_by"), pk=pk)
    form = OutageEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ends_at = form.cleaned_data["ends_at"]
        try:
            (stop.end if ends_at <= now else stop.prolong)(ends_at=ends_at, by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("accounts:outages")
        else:
            words = "系统已经恢复" if ends_at <= now else "预计恢复时间已调整"
            messages.success(request, f"{words}：{when(ends_at)}。")
            return redirect("accounts:outages")
    return render(request, "accounts/outage.html", {"outage": stop, "form": form, "is_over": stop.is_over(now)})


@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """What was announced does not take place."""
    try:
        get_object_or_404(Outage, pk=pk).call_off(by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, "已取消，各页面不再提示。")
    return redirect("accounts:outages")
