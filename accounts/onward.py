"""Where somebody goes on after the password was asked for: the page they stood at, and never another site."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme


def onward(request: HttpRequest, wanted: str) -> str:
    """The path of a page of this site, its query left behind (words searched for stand there); the desk for anything else."""
    path = urlsplit(onward_with_query(request, wanted)).path
    return "/" if path == reverse("accounts:locked") else path


def onward_with_query(request: HttpRequest, wanted: str) -> str:
    """The address of a page of this site with what was asked of it; the desk for anything else."""
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(wanted)
    try:
        resolve(parts.path)
    except Resolver404:
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def standing_at(request: HttpRequest) -> str:
    """The page that the person has on the screen: the one asked for, or the one whose form was sent."""
    shown = request.path if request.method in ("GET", "HEAD") else request.headers.get("Referer", "")
    return onward(request, shown)
