"""Which of Wagtail's screens a kind of page has; a screen that is not named does not exist, whoever asks."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
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
        return {name: _fenced(view) for name, view in super().views.items() if name in self.OPEN}


def _fenced(view: View) -> View:
    @wraps(view)
    def fenced(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _names_its_rows_by_number(request.POST):
            raise BadRequest
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied as refused:
            raise Http404 from refused

    return fenced


def _names_its_rows_by_number(form: QueryDict) -> bool:
    """Whether each row of the form (an attachment, a reference) says by a number, or by nothing, which record it is.

    Wagtail's formsets take anything else for a fault of the server.
    """
    return all(re.fullmatch("[0-9]{0,18}", str(form[name])) for name in form if name.endswith("-id"))
