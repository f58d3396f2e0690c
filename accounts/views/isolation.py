"""网络隔离 on the desk: the allowed networks, who came from elsewhere, and what the hourly look found (Article 11)."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.networkforms import NetworkForm
from accounts.networks import ClientNetwork, allow_network
from cms.accesslog import Access, Look
from cms.clientaddress import address_now, ip_of
from cms.isolation import isolation_warnings, last_isolation_check
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded

PAGE = 50
OUTSIDERS_FOR, OUTSIDERS = timedelta(days=30), 20


@require_http_methods(["GET", "HEAD", "POST"])
def isolation(request: HttpRequest) -> HttpResponse:
    """The form for another network, those there are and were, and what came to notice."""
    now = timezone.now()
    form = NetworkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        try:
            allowed = allow_network(
                typed.pop("cidr"), typed.pop("purpose"), **typed, seen_from=address_now(), by=request.user, at=now
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"已允许网段 {allowed.cidr} 接入。")
            return redirect("accounts:isolation")
    stands = ExpressionWrapper(Q(until=None) | Q(until__gt=now), BooleanField())
    rows = ClientNetwork.objects.select_related("unit", "set_by", "ended_by").annotate(stands=stands)
    page = OpenEnded(rows.order_by("-stands", "-since", "-pk"), PAGE).get_page(request.GET.get("page"))
    ip = ip_of(address_now())
    return render(
        request,
        "accounts/isolation.html",
        {
            "form": form,
            "page_obj": page,
            "is_open": not ClientNetwork.objects.in_force(now).exists(),
            "address": address_now(),
            "is_local": ip is not None and ip.is_loopback,
            "last": last_isolation_check(),
            "warnings": isolation_warnings(now),
            "outsiders": Access.objects.filter(at__gte=now - OUTSIDERS_FOR, look=Look.OUTSIDE)
            .values("address")
            .annotate(tries=Count("pk"), last=Max("at"))
            .order_by("-last")[:OUTSIDERS],
        },
    )


@require_POST
def end_network(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody comes from there any more."""
    network = get_object_or_404(ClientNetwork, pk=pk)
    try:
        network.end(seen_from=address_now(), by=request.user, at=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except OutOfOrder as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, f"网段 {network.cidr} 已停用。")
    return redirect("accounts:isolation")
