"""One paper in the unit's hands: the page, and every step of its handling (Article 19; regulation art. 24(4), (6))."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from circulars.handling.closing import finish as close
from circulars.handling.instructing import assign as give_work
from circulars.handling.instructing import instruct as enter_instruction
from circulars.handling.opening import propose as enter_proposal
from circulars.handling.seen import papers_of
from circulars.handling.urging import urge
from circulars.handling.working import pass_on as hand_work_on
from circulars.handling.working import report as enter_report
from circulars.handlingpage import HandlingPage
from circulars.incoming import Incoming
from cms.lifecycles import OutOfOrder
from cms.messages import Message

# What each form does, as its button and the heading of its fold say it.
ACTS = {
    "read": "阅毕",
    "instruct": "批示",
    "assign": "分办",
    "report": "提出协办意见",
    "finish": "办结",
    "propose": "拟办",
    "circulate": "传阅",
    "pass_on": "转办",
    "add_readers": "增加传阅人",
    "skip": "跳过传阅人",
    "urge": "催办",
}
PHRASES = ("同意。", "同意拟办意见。", "请…阅办。", "请…研究提出意见。")

Doing = Callable[[HandlingPage, Any], None]


@require_safe
def handling(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the paper is, what was done with it so far, and the form that is mine now."""
    page = page_for(request, pk)
    Message.objects.filter(person=request.user.pk, link=request.path).read(at=timezone.now())
    return shown(request, page, page.forms())


def page_for(request: HttpRequest, pk: int) -> HandlingPage:
    """The paper as the person sees it; for whom it is nothing, it is not found."""
    rows = papers_of(request.user).select_related("unit__area", "circular__page", "delivery", "registered_by")
    return HandlingPage(get_object_or_404(rows, pk=pk), request.user, timezone.now())


def shown(request: HttpRequest, page: HandlingPage, forms: dict[str, Form], name: str = "") -> HttpResponse:
    """The page with these forms; the named one is the one to look at, else the step that the paper waits for, where it is this person's."""
    name = name or next((key for key in forms if page.waits_for(key)), "")
    return render(
        request,
        "circulars/handling.html",
        {
            "page": page,
            "incoming": page.incoming,
            "form": forms.get(name),
            "name": name,
            "act": ACTS.get(name, ""),
            "others": [(key, ACTS[key], form) for key, form in forms.items() if key != name],
            "phrases": PHRASES,
        },
    )


def acted(request: HttpRequest, pk: int, name: str, do: Doing, said: str) -> HttpResponse:
    """The named form was posted: done and said, or shown anew with what is wrong, or refused with a sentence."""
    page = page_for(request, pk)
    form = page.form(name, request.POST)
    if form.is_valid():
        try:
            do(page, form)
        except ValidationError as wrong:
            add_errors(form, wrong)
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("circulars:handling", pk)
        else:
            messages.success(request, said.format(page.incoming))
            return _onward(request, page.incoming)
    return shown(request, page, {**page.forms(), name: form}, name)


def add_errors(form: Form, wrong: ValidationError) -> None:
    """Each sentence stands at its field, where the form has that field."""
    found = wrong.message_dict if hasattr(wrong, "error_dict") else {"": wrong.messages}
    for field, sentences in found.items():
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)


def _onward(request: HttpRequest, incoming: Incoming) -> HttpResponse:
    """Back to the paper, or, where it went out of the person's sight, to what else they have to do."""
    if papers_of(request.user).filter(pk=incoming.pk).exists():
        return redirect("circulars:handling", incoming.pk)
    return redirect("circulars:to_handle")


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """The clerk's proposal."""

    def do(page: HandlingPage, form: Any) -> None:
        text, work = form.cleaned_data["text"], form.work
        enter_proposal(page.incoming, text, work, by=request.user, at=page.now)

    return acted(request, pk, "propose", do, "{}已拟办。")


@require_POST
def instruct(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader's instruction, the first or another."""

    def do(page: HandlingPage, form: Any) -> None:
        given = form.cleaned_data
        enter_instruction(page.incoming, given["text"], form.work, seen=given["seen"], by=request.user, at=page.now)

    return acted(request, pk, "instruct", do, "{}已批示。")


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """The clerk names who works on it."""

    def do(page: HandlingPage, form: Any) -> None:
        give_work(page.incoming, form.work, by=request.user, at=page.now)

    return acted(request, pk, "assign", do, "{}已分办。")


@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What an assisting division has to say."""

    def do(page: HandlingPage, form: Any) -> None:
        enter_report(form.chosen, form.cleaned_data["text"], by=request.user, at=page.now)

    return acted(request, pk, "report", do, "{}的协办意见已提出。")


@require_POST
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Work goes to another division, or back to the clerk."""

    def do(page: HandlingPage, form: Any) -> None:
        given = form.cleaned_data
        hand_work_on(form.chosen, given["to"], given["reason"], by=request.user, at=page.now)

    return acted(request, pk, "pass_on", do, "{}已转办。")


@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper is handled, with its result."""

    def do(page: HandlingPage, form: Any) -> None:
        close(page.incoming, form.cleaned_data["result"], by=request.user, at=page.now)

    return acted(request, pk, "finish", do, "{}已办结。")


@require_POST
def urge_inside(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever has it is pressed."""

    def do(page: HandlingPage, form: Any) -> None:
        urge(page.incoming, form.pressed, form.cleaned_data["text"], by=request.user, at=page.now)

    return acted(request, pk, "urge", do, "已催办{}。")
