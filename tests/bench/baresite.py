"""The same rows as somebody would show them who has Django and nothing to add: one list, no counts, no rail."""

from collections.abc import Callable
from functools import cache

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from accounts.people import Post
from circulars.deliveries import OPEN, Delivery

PAGE = """<!doctype html>
<html><head><title>收文</title></head><body><table>
<tr><th>缓急</th><th>标题</th><th>文号</th><th>来文单位</th><th>期限</th><th>签收</th></tr>
{% for row in rows %}<tr><td>{{ row.get_urgency_display }}</td><td><a href="/received/{{ row.pk }}/">{{ row.circular.title }}</a></td>
<td>{{ row.circular.number }}</td><td>{{ row.circular.issuer_name }}</td><td>{{ row.due_at }}</td><td>{{ row.signed_at }}</td></tr>
{% endfor %}</table></body></html>"""

BOARD = """<!doctype html>
<html><head><title>签收情况</title></head><body><table>
<tr><th>单位</th><th>送达</th><th>打开</th><th>签收</th><th>签收人</th><th>期限</th><th>电话</th></tr>
{% for row in rows %}<tr><td>{{ row.unit_name }}</td><td>{{ row.delivered_at }}</td><td>{{ row.opened_at }}</td><td>{{ row.signed_at }}</td>
<td>{{ row.signed_by }}</td><td>{{ row.due_at }}</td><td>{{ row.unit.duty_phone }}</td></tr>
{% endfor %}</table></body></html>"""


@cache
def _page():
    return engines["django"].from_string(PAGE)


@cache
def _board():
    return engines["django"].from_string(BOARD)


def at_home(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Requests are answered by the addresses of this module, without a setting changed for anybody else."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return answer


def _shown(request: HttpRequest, rows: QuerySet[Delivery]) -> HttpResponse:
    post = Post.objects.get(person=request.user.pk)
    ours = rows.filter(unit=post.unit_id).select_related("circular")[:25]
    return HttpResponse(_page().render({"rows": ours}))


def waiting(request: HttpRequest) -> HttpResponse:
    return _shown(request, Delivery.objects.filter(OPEN).order_by("due_at", "pk"))


def signed(request: HttpRequest) -> HttpResponse:
    return _shown(request, Delivery.objects.filter(signed_at__isnull=False).order_by("-sent_at", "-pk"))


def board(request: HttpRequest, pk: int) -> HttpResponse:
    Post.objects.get(person=request.user.pk)
    rows = Delivery.objects.filter(circular=pk).select_related("unit", "signed_by").order_by("unit__sort_order")
    return HttpResponse(_board().render({"rows": rows}))


urlpatterns = [path("open/", waiting), path("signed/", signed), path("board/<int:pk>/", board)]
