"""待办, 待批, 待阅: what of the unit's papers waits for the person (Article 19; regulation art. 24)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from circulars.handlinglists import LISTS, lines, listed

PAGE = 25


@require_safe
def to_handle(request: HttpRequest) -> HttpResponse:
    """What waits to be proposed, assigned, circulated, closed or worked on."""
    return _list(request, "to_handle")


@require_safe
def to_instruct(request: HttpRequest) -> HttpResponse:
    """What was laid before the leader."""
    return _list(request, "to_instruct")


@require_safe
def to_read(request: HttpRequest) -> HttpResponse:
    """What has come to the person in circulation."""
    return _list(request, "to_read")


def _list(request: HttpRequest, name: str) -> HttpResponse:
    page = Paginator(listed(name, request.user), PAGE).get_page(request.GET.get("page"))
    context = {"name": name, "list": LISTS[name], "page_obj": page, "lines": lines(page.object_list, timezone.now())}
    return render(request, "circulars/handling_list.html", context)
