"""Who stands at the doors: each request is held against the table of ``config.doors``, and who is refused is written down."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts.entering import still_owed
from accounts.handovers.leaving import has_left
from accounts.onward import standing_at
from accounts.roles import ADMIN_RIGHTS, Right, may
from cms.accesslog import Look, note
from config.doors import DOORS, HANDOVERS, Audience
from config.networks import written_down

# Who came in by a one-time slip sets a password or leaves, and does nothing else.
BEFORE_A_PASSWORD = {"accounts:password", "logout", "accounts:lock", "accounts:here"}
# Whoever has left a post has the own handovers and nothing else.
WHEN_LEFT = BEFORE_A_PASSWORD | HANDOVERS | {"type_size"}

REFUSALS = (403, 404)
ENDED = "您的职责、密码或账户有变动，请重新登录。"
FACTOR_OWED = "您的职责要求二次验证，请重新登录。"
GREATEST_KEY = 2**63 - 1  # a greater number is no record's, and SQLite cannot even be asked for it
ADMIN_PREFIX = "/cms/"
# The views of the Wagtail admin that this site uses. The others, choosers, reports, bulk acts and interfaces among them, show titles
# of drafts to whoever knows their number, and are answered 404 whoever asks. Each page is checked by its permission tester inside.
ADMIN_VIEWS = frozenset(
    {
        "wagtailadmin_home",
        "wagtailadmin_explore_root",
        "wagtailadmin_explore",
        "wagtailadmin_logout",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_sprite",
        "wagtailadmin_pages:add",
        "wagtailadmin_pages:preview_on_add",
        "wagtailadmin_pages:edit",
        "wagtailadmin_pages:preview_on_edit",
        "wagtailadmin_pages:view_draft",
        "wagtailadmin_pages:delete",
        "wagtailadmin_pages:unpublish",
        "wagtailadmin_pages:history",
        "wagtailadmin_pages:history_results",
        "wagtailadmin_pages:revisions_view",
        "wagtailadmin_pages:revisions_compare",
        "wagtailadmin_pages:revisions_revert",
    }
)


def audience_of(view_name: str, path: str) -> Audience | frozenset[Right] | None:
    """Who may come in by this door; None for a door that nobody classified."""
    if path.startswith(ADMIN_PREFIX):
        return Audience.ADMIN if view_name in ADMIN_VIEWS else None
    return DOORS.get(view_name)


class DoorMiddleware:
    """Nobody reaches a view whose door is not open to them.

    Whoever is signed in and refused is written down, once for each request: at the door, because the record is not there for them, or
    because the form came without its token. What they typed is not kept; an address that leads to no view is only a slip of the hand.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code in REFUSALS and request.resolver_match and request.user.is_authenticated:
            note(Look.REFUSED, at=timezone.now(), person=request.user, subject=written_down(request.path))
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponseBase | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        audience = audience_of(name, request.path)
        if audience is Audience.EVERYBODY:
            return None
        was_signed_in = SESSION_KEY in request.session
        if not request.user.is_authenticated:
            # A form sent too late leads back to the page it stood on.
            is_late_form = request.method == "POST" and "Referer" in request.headers
            wanted = standing_at(request) if is_late_form else request.get_full_path()
            if was_signed_in:
                request.session.flush()
                messages.warning(request, ENDED)
            return redirect_to_login(wanted)
        if still_owed(request):
            request.session.flush()
            messages.warning(request, FACTOR_OWED)
            return redirect_to_login(standing_at(request))
        if request.user.password_due and name not in BEFORE_A_PASSWORD:
            return redirect("accounts:password")
        if any(isinstance(key, int) and key > GREATEST_KEY for key in kwargs.values()):
            raise Http404
        if audience is Audience.SIGNED_IN:
            if name not in WHEN_LEFT and has_left(request.user):
                return redirect("accounts:handovers")
            return None
        rights = ADMIN_RIGHTS if audience is Audience.ADMIN else audience or ()
        if not any(may(request.user, right) for right in rights):
            raise Http404
        return None
