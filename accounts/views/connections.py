"""用户接入 on the desk: the applications, and each with its steps (Articles 2 and 7(2))."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.connections import Connection, ask_connection
from accounts.unitforms import ConnectionForm, StepForm
from accounts.units import Unit
from accounts.views.unitacts import done_by_form
from cms.lifecycles import OutOfOrder

PAGE = 25


@require_safe
def connections(request: HttpRequest) -> HttpResponse:
    """The applications, those under way first."""
    asked = Connection.objects.select_related("unit", "entered_by").prefetch_related("done")
    page = Paginator(asked.order_by("ended_at", "-entered_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    waiting = Unit.objects.bodies().filter(connected=False).exclude(connections__state=Connection.State.OPEN)
    return render(request, "accounts/connections.html", {"page_obj": page, "waiting": waiting.in_order()[:PAGE]})


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit's letter is taken in."""
    found = get_object_or_404(Unit.objects.bodies(), pk=pk)

    def act(**typed: Any) -> Any:
        return ask_connection(found, **typed)

    return done_by_form(
        request,
        found,
        ConnectionForm(request.POST or None),
        act,
        title="受理接入申请",
        note="线路、设备、人员、密钥都办结后接入；接入以前发给它的公文送纸质件。",
        button="受理",
        said="已受理，请逐项办理接入事项。",
        article="第二条、第七条第（二）项",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: HttpRequest, pk: int) -> HttpResponse:
    """One application; what is there is entered step by step."""
    asked = _found(pk)
    form = StepForm(request.POST or None, initial={"on_day": timezone.localdate()})
    left = [kind for kind, step in asked.steps() if step is None]
    form.fields["kind"].choices = [(kind.value, kind.label) for kind in left]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            asked.finish_step(**form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("accounts:connection", pk)
        else:
            messages.success(request, "已登记。")
            return redirect("accounts:connection", pk)
    return render(
        request,
        "accounts/connection.html",
        {
            "connection": asked,
            "steps": asked.steps(),
            "left": left,
            "form": form,
            "is_open": asked.state == Connection.State.OPEN,
        },
    )


@require_POST
def connect(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit receives by the system from now on."""
    return _changed(request, pk, "connect", "已接入，此后发来的公文在系统里签收。")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The application is dropped."""
    return _changed(request, pk, "withdraw", "已撤回申请。")


def _changed(request: HttpRequest, pk: int, verb: str, said: str) -> HttpResponse:
    try:
        getattr(_found(pk), verb)(by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("accounts:connection", pk)


def _found(pk: int) -> Connection:
    return get_object_or_404(Connection.objects.select_related("unit", "entered_by"), pk=pk)
