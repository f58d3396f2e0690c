"""Which of Wagtail's screens a kind of page has; a screen that is not named does not exist, whoever asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import cached_property
from wagtail.admin.views.pages.history import PageHistoryView
from wagtail.admin.viewsets.pages import PageViewSet

View = Callable[..., HttpResponseBase]


class PlainHistory(PageHistoryView):
    """Who did what with the page and when, newest first; a page has too short a history to be filtered."""

    filterset_class = None


class FencedPages(PageViewSet):
    """The views of one kind of page, reduced to those in ``OPEN``; every other address is answered 404.

    So is a page on which the person may not act: it looks the same as one that does not exist.
    """

    OPEN: tuple[str, ...] = ()
    history_view_class = PlainHistory

    @cached_property
    def views(self) -> dict[str, Any]:
        return {name: _not_found_for_strangers(view) for name, view in super().views.items() if name in self.OPEN}


def _not_found_for_strangers(view: View) -> View:
    @wraps(view)
    def fenced(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied as refused:
            raise Http404 from refused

    return fenced
