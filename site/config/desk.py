"""The desk's own pages: where one lands, the messages, the size of type."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.onward import onward_with_query
from accounts.roles import Right, may
from accounts.upkeepblocks import last_drill
from circulars.scrubbing import DamagedFile, last_scrub
from cms.messages import Message
from cms.pages import NoticePage
from cms.paging import OpenEnded
from cms.sweep import is_alive
from config.frame import TYPE_SIZES
from config.homes import HOMES

# The first right that a person holds decides where they land.
LANDINGS = (
    (Right.INSPECT, "reports:overview"),
    (Right.RECEIVE, "circulars:inbox"),
    (Right.OPERATE, "network_home"),
    (Right.APPROVE, "circulars:in_hand"),
    (Right.REVIEW, "circulars:in_hand"),
    (Right.REGISTER, "circulars:outbox"),
    (Right.SEND, "circulars:outbox"),
    (Right.SEAL, "circulars:sealing"),
    (Right.DRAFT, "circulars:drafts"),
    (Right.MANAGE_STAFF, "leader_home"),
    (Right.SERVE, "provider_home"),
    (Right.READ, "circulars:inbox"),
    (Right.DO_WORK, "circulars:to_handle"),
    (Right.READ_CIRCULATED, "circulars:to_read"),
    (Right.AUDIT, "accounts:ledger_heads"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The person's first screen; a plain page with the notices for who has no list of their own yet."""
    for right, name in LANDINGS:
        if may(request.user, right):
            return HOMES[name](request) if name in HOMES else redirect(name)
    return render(
        request,
        "desk/home.html",
        {
            "notices": NoticePage.objects.live().order_by("-published_on")[:5],
            "may_run": may(request.user, Right.RUN),
            "is_alive": is_alive(timezone.now()),
            "drill": last_drill(timezone.now()) if may(request.user, Right.SEE_BACKUPS) else None,
            "scrub": last_scrub() if may(request.user, Right.RUN) else None,
            "damaged": DamagedFile.objects.filter(mended_at=None).count() if may(request.user, Right.RUN) else 0,
        },
    )


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The notices of the secretariat and the network office, newest first."""
    published = NoticePage.objects.live().order_by("-published_on", "-pk")
    return render(
        request, "desk/notices.html", {"page_obj": Paginator(published, 25).get_page(request.GET.get("page"))}
    )


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice."""
    return render(request, "desk/notice.html", {"notice": get_object_or_404(NoticePage.objects.live(), pk=pk)})


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """Everything the person was told, newest first."""
    told = Message.objects.filter(person=request.user.pk).order_by("-sent_at", "-pk")
    return render(request, "desk/messages.html", {"page_obj": OpenEnded(told, 25).get_page(request.GET.get("page"))})


@require_POST
def messages_read(request: HttpRequest) -> HttpResponse:
    """All of the person's messages count as read."""
    Message.objects.filter(person=request.user.pk).read(at=timezone.now())
    return redirect("messages")


@require_http_methods(["GET", "HEAD", "POST"])
def keyboard(request: HttpRequest) -> HttpResponse:
    """What the keys do, and whether they do it for this person."""
    if request.method == "POST":
        is_on = request.POST.get("on") == "1"
        assert request.user.is_authenticated
        request.user.keyboard = is_on
        request.user.save(update_fields=["keyboard"])
        messages.success(request, f"键盘快捷键已{'打开' if is_on else '关闭'}。")
        return redirect("keyboard")
    return render(request, "desk/keyboard.html")


@require_POST
def type_size(request: HttpRequest) -> HttpResponse:
    """The chosen size of type is remembered on this computer."""
    response = HttpResponseRedirect(onward_with_query(request, request.POST.get("next", "")))
    size = request.POST.get("size", "")
    if size in map(str, TYPE_SIZES):
        response.set_cookie("type_size", size, max_age=timedelta(days=365), samesite="Lax", httponly=True)
    return response
