"""监督大屏: the page that a wall shows without sign-in, and the secretariat's list of walls (Articles 6 and 28).

Nothing of whoever happens to be signed in at the same browser stands on a wall: its page is drawn without the request.
"""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desklock import FRAGMENT
from accounts.overseeing import area_overseen
from accounts.roles import Right
from cms.accesslog import Access, Look, note
from cms.clientaddress import address_now
from cms.lifecycles import OutOfOrder
from reports.wallfigures import wall_figures
from reports.wallforms import WallForm
from reports.walls import WallScreen, open_wall

# Wrong tokens from one address, after which it is answered shortly and not written down any more.
MOST, WITHIN = 30, timedelta(minutes=10)
ONCE_IN = timedelta(hours=1)  # a wall that looks twice a minute is one look
WRONG = "大屏口令不对"
RENEWED = 60  # seconds, where scripts do not run


@require_safe
def wall(request: HttpRequest, token: str) -> HttpResponse:
    """The numbers of the wall's area at this minute; not found for a token that is none, has ended or is over its day."""
    now = timezone.localtime()
    found = WallScreen.objects.of_token(token, now)
    if found is None:
        return _refused(request, now)
    _note_look(found, now)
    context = {"wall": found, "shown": wall_figures(found.area, now), "renewed": RENEWED, "demo": settings.DEMO}
    name = "reports/_wall.html" if FRAGMENT in request.headers else "reports/wall.html"
    response = HttpResponse(render_to_string(name, context))
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, [FRAGMENT])
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def walls(request: HttpRequest) -> HttpResponse:
    """The area's walls, and the form for another; its address stands on the answer and nowhere else."""
    assert request.user.is_authenticated
    now, area = timezone.localtime(), area_overseen(request.user, Right.REPORT)
    form = WallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            made, token = open_wall(typed["name"], typed["last_day"], area=area, by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            address = request.build_absolute_uri(reverse("reports:wall", args=[token]))
            return render(request, "reports/wall_opened.html", {"wall": made, "address": address})
    known = WallScreen.objects.filter(area=area).select_related("made_by", "revoked_by")
    rows = [(one, one.standing_at(now)) for one in known[:100]]
    return render(request, "reports/walls.html", {"form": form, "rows": rows})


@require_POST
def revoke_wall(request: HttpRequest, pk: int) -> HttpResponse:
    """Its address shows nothing any more."""
    assert request.user.is_authenticated
    found = get_object_or_404(
        WallScreen.objects.select_related("area"), pk=pk, area=area_overseen(request.user, Right.REPORT)
    )
    try:
        found.revoke(by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, f"大屏“{found}”已停用，原来的地址打不开了。")
    return redirect("reports:walls")


def _note_look(found: WallScreen, now: datetime) -> None:
    """That this wall was looked at from this address is in the access log, once an hour."""
    subject = f"大屏“{found.name}”（{found.pk}）"
    lately = Access.objects.filter(look=Look.OPENED, subject=subject, address=address_now(), at__gt=now - ONCE_IN)
    if not lately.exists():
        note(Look.OPENED, at=now, subject=subject)


def _refused(request: HttpRequest, now: datetime) -> HttpResponse:
    """Not found, and written down without the token; too many from one address are only told to wait."""
    tried = Access.objects.filter(look=Look.REFUSED, subject=WRONG, address=address_now(), at__gt=now - WITHIN)
    if tried.count() >= MOST:
        return HttpResponse(
            "请稍后再试。", status=HTTPStatus.TOO_MANY_REQUESTS, content_type="text/plain; charset=utf-8"
        )
    if not request.user.is_authenticated:  # who is signed in is written down at the door
        note(Look.REFUSED, at=now, subject=WRONG)
    raise Http404
