"""The deciders' screens on the desk: what waits for my opinion, and the draft as paper with the decision (regulation arts. 20 to 22)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.people import User
from accounts.units import Unit
from circulars.access import turn_in_hand
from circulars.decided import sentence_after
from circulars.destinations import destinations_by
from circulars.forms import DecisionForm
from circulars.liftedmarks import lifted_marks
from circulars.moderation import decide as take_decision
from circulars.pages import CircularPage
from circulars.paper import paper_of
from circulars.steps import earlier_steps, warnings_of
from circulars.turns import Step, Turn, acting_for
from cms.lifecycles import OutOfOrder
from cms.messages import Message

PAGE = 25


@require_safe
def in_hand(request: HttpRequest) -> HttpResponse:
    """Drafts whose step waits for this person, the oldest first."""
    turns = Turn.objects.in_hand(request.user).select_related("page__owner", "unit").order_by("opened_at", "pk")
    page = Paginator(turns, PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [(turn, turn.is_late(now)) for turn in page]
    return render(request, "circulars/in_hand.html", {"rows": rows, "page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as paper, the opinions so far, and the decision."""
    turn = turn_in_hand(request.user, pk)
    if turn is None:
        # Who decided, and who was told that it waits and came after another, is not lost: the link in the message leads to a sentence.
        page = CircularPage.objects.filter(pk=pk).first()
        told = Message.objects.filter(person=request.user.pk, link=request.path)
        if page is None or page.is_blocked or not (told.exists() or page.decisions.filter(by=request.user.pk).exists()):
            raise Http404
        messages.info(request, "这份文稿的这一环节已经办完，或者不再由您办理。")
        return redirect("circulars:in_hand")
    page, version = turn.page, turn.version
    warnings = warnings_of(version) if turn.step == Step.REVIEW else []
    read = {"digest": version.digest, "seat": turn.pk}
    form = DecisionForm(turn, earlier_steps(turn), warnings, request.POST or None, initial=read)
    if request.method == "POST" and form.is_valid():
        action = form.cleaned_data["action"]
        try:
            take_decision(
                page,
                action,
                by=request.user,
                at=timezone.now(),
                opinion=form.cleaned_data["opinion"],
                digest=form.cleaned_data["digest"],
                seat=form.cleaned_data["seat"],
                to_step=form.cleaned_data["to_step"] if action == "return" else "",
                answered=form.cleaned_data["answered"],
            )
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("circulars:decide", pk)
        except PermissionDenied as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, sentence_after(turn, action, form.cleaned_data["to_step"]))
            if turn_in_hand(request.user, pk):
                return redirect("circulars:decide", pk)
        return redirect("circulars:in_hand")
    snapshot = version.snapshot
    absent = acting_for(turn, request.user)
    return render(
        request,
        "circulars/decide.html",
        {
            "draft": page,
            "turn": turn,
            "version": version,
            "step": Step(turn.step),
            "is_late": turn.is_late(timezone.now()),
            "in_place_of": User.objects.filter(pk=absent).first() if absent else None,
            "others": version.turns.filter(step=turn.step, lap=turn.lap).exclude(pk=turn.pk).select_related("unit"),
            "paper": paper_of(snapshot, number="", watermark="送审稿"),
            "snapshot": snapshot,
            "destinations": destinations_by(snapshot),
            "excluded": Unit.objects.filter(code__in=snapshot["primary"].get("excluded", ())).in_order(),
            "countersigning": Unit.objects.filter(code__in=snapshot.get("countersign", ())).in_order(),
            "files": [(n, a) for n, a in enumerate(snapshot["attachments"], 1) if a["digest"]],
            "lifted": lifted_marks(snapshot),
            "decisions": page.decisions.select_related("by", "unit", "in_place_of").prefetch_related("answers"),
            "form": form,
        },
    )
