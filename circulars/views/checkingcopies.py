"""核验印件: a code from the foot of a printed copy is typed or scanned, and the page says what the copy is worth (Articles 4 and 10)."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from circulars.checkcodes import code_typed, grouped
from circulars.copychecks import TooOften, check_copy

SLIP = "核验码抄错了：应是 12 个字符，没有 0、O、1、I、L。请对照印件页脚再输入一次。"
NOTHING = "没有查到。请对照印件页脚核对核验码；仍查不到的，请向发文单位核实。"


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """The form; a code that may be one leads to its answer."""
    typed = request.GET.get("code", "")
    if code := code_typed(typed):
        return redirect("circulars:checked_copy", grouped(code))
    return _page(request, typed=typed, refusal=SLIP if typed.strip() else "")


@never_cache
@require_safe
def checked_copy(request: HttpRequest, code: str) -> HttpResponse:
    """The answer to one code."""
    kept = code_typed(code)
    if kept is None:
        return _page(request, typed=code, refusal=SLIP)
    try:
        found = check_copy(kept, by=request.user, at=timezone.now())
    except TooOften as refused:
        return _page(request, typed=grouped(kept), refusal=str(refused), status=HTTPStatus.TOO_MANY_REQUESTS)
    return _page(request, typed=grouped(kept), found=found, refusal="" if found else NOTHING)


def _page(request: HttpRequest, *, status: int = HTTPStatus.OK, **context: object) -> HttpResponse:
    return render(request, "circulars/check.html", context, status=status)
