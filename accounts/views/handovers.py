"""交接 on the desk: the list, one handover with all that the person may do about it, and the sheet to be printed (Article 26)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.handoverforms import FindingsForm, ItemForm, LeavingForm, ReasonForm, ReceiverForm
from accounts.handovers import Handover
from accounts.handovers.leaving import has_left
from accounts.handovers.opening import hand_over_post
from accounts.people import User
from accounts.roles import Right, may
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded

PAGE = 25
SHOWS = {"open": "未办结", "hanging": "超过期限", "done": "已办结"}
State = Handover.State


@require_safe
def handovers(request: HttpRequest) -> HttpResponse:
    """The handovers that concern the person; who has left finds the own one at once."""
    now = timezone.now()
    known = Handover.objects.for_person(request.user)
    own = known.open().given_by(request.user).order_by("opened_at", "pk").first() if has_left(request.user) else None
    if own is not None:
        return redirect("accounts:handover", own.pk)
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "open"
    shown = {"open": known.open(), "hanging": known.hanging(now), "done": known.filter(state=State.COUNTERSIGNED)}[show]
    page = OpenEnded(shown.with_people().order_by("-opened_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    waiting = set(Handover.objects.waiting_for(request.user).values_list("pk", flat=True))
    return render(
        request,
        "accounts/handovers.html",
        {
            "page_obj": page,
            "rows": [(each, each.is_hanging(now), each.pk in waiting) for each in page.object_list],
            "show": show,
            "shows": SHOWS.items(),
            "may_open": any(may(request.user, right) for right in (Right.MANAGE_STAFF, Right.MANAGE_UNITS)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_handover(request: HttpRequest) -> HttpResponse:
    """A leader ends a post of the unit, or the network office one on the unit's letter, and its handover begins."""
    now = timezone.now()
    form = LeavingForm(request.user, timezone.localdate(now), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            handover = hand_over_post(form.cleaned_data["post"], form.cleaned_data["receiver"], by=request.user, at=now)
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{handover.giver}的权限已停止，{handover}已开始。")
            return redirect("accounts:handover", handover.pk)
    return render(request, "accounts/new_handover.html", {"form": form})


@require_safe
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """One handover and what the person may do about it."""
    return _shown(request, _known(request, pk))


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet as it is printed and signed by hand."""
    found = _known(request, pk)
    return render(request, "accounts/handover_sheet.html", {"handover": found, "items": list(found.items.all())})


@require_POST
def put_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Another line stands in the list."""
    found, form = _known(request, pk), ItemForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, item_form=form)
    typed = form.cleaned_data
    act = partial(found.put_down, typed["kind"], typed["text"], typed["count"])
    return _done(request, found, act, "已列入清单。", item_form=form)


@require_POST
def strike(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """A line stands in the list no more."""
    found = _known(request, pk)
    return _done(request, found, partial(found.strike, item), "已从清单删去。")


@require_POST
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """The list is signed by the giver."""
    found = _known(request, pk)
    return _done(request, found, found.give, "已签字移交，接收人会收到消息。")


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Each line is checked and the receiver has signed."""
    found = _known(request, pk)
    form = FindingsForm(found.items.all(), request.POST)
    if not form.is_valid():
        return _shown(request, found, findings=form)
    return _done(request, found, partial(found.accept, form.found), "已签字接收，请监交的领导签字。", findings=form)


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The list goes back to the giver."""
    found, form = _known(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, reason_form=form)
    act = partial(found.send_back, form.cleaned_data["reason"])
    return _done(request, found, act, "已退回移交人。", reason_form=form)


@require_POST
def name_receiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Who takes over is named."""
    found = _known(request, pk)
    form = ReceiverForm(found, timezone.now(), request.POST)
    if not form.is_valid():
        return _shown(request, found, receiver_form=form)
    receiver: User = form.cleaned_data["receiver"]
    return _done(
        request, found, partial(found.name_receiver, receiver), f"接收人是{receiver}，已告知。", receiver_form=form
    )


@require_POST
def countersign(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader has signed, and the handover is done."""
    found = _known(request, pk)
    return _done(request, found, found.countersign, "交接已办结。")


def _known(request: HttpRequest, pk: int) -> Handover:
    return get_object_or_404(Handover.objects.for_person(request.user).with_people(), pk=pk)


def _done(request: HttpRequest, found: Handover, act: Callable[..., Any], said: str, **forms: Any) -> HttpResponse:
    """The act is done and said; what was typed wrong is shown beside the reason, what came too late only says so.

    Whose act it is not is answered 403, though they may see the handover.
    """
    try:
        act(by=request.user, at=timezone.now())
    except ValidationError as refused:
        form = next(iter(forms.values()))
        form.add_error(None, refused)
        return _shown(request, found, **forms)
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("accounts:handover", found.pk)


def _shown(request: HttpRequest, found: Handover, **forms: Any) -> HttpResponse:
    """The handover with the forms that this person may use; ``forms`` are those sent and refused."""
    now, items = timezone.now(), list(found.items.all())
    refused = {"form": next(iter(forms.values()))} if forms else {}
    return render(
        request,
        "accounts/handover.html",
        {
            "handover": found,
            "items": items,
            "is_hanging": found.is_hanging(now),
            "is_giver": request.user.pk == found.giver_id,
            "supervisors": User.objects.filter(pk__in=found.supervisors(now)).order_by("name", "pk"),
            **_usable(request.user, found, items, now),
            **forms,
            **refused,
        },
    )


def _usable(person: Any, found: Handover, items: list[Any], now: datetime) -> dict[str, Any]:
    usable: dict[str, Any] = {"is_supervising": person.pk in found.supervisors(now)}
    if found.state == State.OPENED and found.may_fill(person, now):
        usable["item_form"] = ItemForm()
    if found.state == State.GIVEN and person.pk == found.receiver_id:
        usable["findings"] = FindingsForm(items)
    if found.state in (State.OPENED, State.GIVEN) and found.may_name(person, now):
        usable["receiver_form"] = ReceiverForm(found, now, initial={"receiver": found.receiver_id})
    if found.state in (State.GIVEN, State.ACCEPTED) and found.may_send_back(person, now):
        usable["reason_form"] = ReasonForm()
    return usable
