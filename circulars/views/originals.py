"""The sender's side of printed originals: how many each unit has printed, and what is answered to those who need more (Article 3)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right, may
from circulars.access import trackable
from circulars.deliveries import Channel
from circulars.printing import MoreOriginals, allowance_of, allowances_of
from circulars.printingforms import AgreeingForm, AnswerForm
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.paging import OpenEnded

PAGE = 25


@require_safe
def counts(request: HttpRequest, uuid: str) -> HttpResponse:
    """Unit by unit how many originals were sanctioned, printed and spoilt; not by whom, nor what for."""
    found = trackable(request.user).gone_out().unblocked()  # type: ignore[attr-defined]
    circular = get_object_or_404(found, uuid=uuid)
    rows = circular.deliveries.filter(channel=Channel.ELECTRONIC).order_by("unit__sort_order", "unit__code")
    deliveries = list(rows.only("unit", "unit_name", "circular", "state", "role"))
    allowed = allowances_of(deliveries)
    asked = MoreOriginals.objects.open().filter(delivery__circular=circular.pk)
    return render(
        request,
        "circulars/copies_of.html",
        {
            "circular": circular,
            "rows": [(row, allowed[row.pk]) for row in deliveries],
            "printed": sum(allowance.printed for allowance in allowed.values()),
            "plain": sum(allowance.plain for allowance in allowed.values()),
            "asked": asked.select_related("delivery"),
            "may_answer": may(request.user, Right.REGISTER, circular.issuer_id),
        },
    )


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What units ask for, the oldest first; or what was answered, the latest first."""
    is_done = request.GET.get("show") == "done"
    pages = OpenEnded if is_done else Paginator
    found = pages(listed(request.user, is_done=is_done), PAGE).get_page(request.GET.get("page"))
    return render(request, "circulars/originals_asked.html", {"page_obj": found, "is_done": is_done})


def listed(user: Any, *, is_done: bool) -> QuerySet[MoreOriginals]:
    """What waits for an answer, or what was answered."""
    mine = MoreOriginals.objects.answerable_by(user).select_related("delivery__circular", "answered_by")
    if is_done:
        return mine.exclude(state=MoreOriginals.State.ASKED).order_by("-answered_at", "-pk")
    return mine.open().order_by("asked_at", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The registrar agrees to some originals more, or refuses with the reason."""
    mine = MoreOriginals.objects.answerable_by(request.user)
    known = ("delivery__circular__page", "asked_by", "answered_by")
    request_made = get_object_or_404(mine.select_related(*known), pk=pk)
    Message.objects.filter(person=request.user.pk, link=request.path).read(at=timezone.now())
    refusing = "refuse" in request.POST
    agreeing_form = AgreeingForm(None if refusing else request.POST or None, initial={"granted": request_made.wanted})
    refusing_form = AnswerForm(request.POST if refusing else None)
    form = refusing_form if refusing else agreeing_form
    if request.method == "POST" and form.is_valid():
        try:
            act: dict[str, Any] = {"by": request.user, "at": timezone.now()}
            if refusing:
                request_made.refuse(form.cleaned_data["answer"], **act)
            else:
                request_made.agree(form.cleaned_data["granted"], **act)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("circulars:answer_originals", pk)
        else:
            messages.success(request, f"已答复{request_made.delivery.unit_name}：{request_made.get_state_display()}。")
            return redirect("circulars:originals_asked")
    return render(
        request,
        "circulars/answer_originals.html",
        {
            "asked": request_made,
            "circular": request_made.delivery.circular,
            "allowance": allowance_of(request_made.delivery),
            "form": agreeing_form,
            "refusing_form": refusing_form,
            "is_open": request_made.state == MoreOriginals.State.ASKED,
        },
    )
