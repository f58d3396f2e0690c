"""说明 on the desk: what a unit is asked about and says, and what the secretariat finds of it (Article 28)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from circulars.access import legible
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from reports.bulletinforms import ACCEPTED, ExplanationForm, RulingForm
from reports.bulletins import Bulletin
from reports.explanations import AskedReceipt, Explanation, Ruling

PAGE = 25
SHOWS = (("waiting", "待说明"), ("given", "已说明"))
_KNOWN = ("bulletin", "unit", "delivery__circular")


@require_safe
def explanations(request: HttpRequest) -> HttpResponse:
    """What the person's units still have to explain, and what they have explained and what became of it."""
    now, mine = timezone.now(), AskedReceipt.objects.for_person(request.user)
    show = "given" if request.GET.get("show") == "given" else "waiting"
    waiting = mine.waiting(now)
    rows = mine.filter(explanation__isnull=False) if show == "given" else waiting
    order = "-explanation__at" if show == "given" else "due_at"
    rows = rows.select_related(*_KNOWN, *(["explanation__by"] if show == "given" else [])).order_by(order, "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    Message.objects.filter(person=request.user.pk, link=request.get_full_path()).read(at=now)
    rulings = _rulings([one.explanation.pk for one in page.object_list] if show == "given" else [])
    context = {"page_obj": page, "show": show, "shows": SHOWS, "waiting": waiting.count(), "rulings": rulings}
    return render(request, "reports/explanations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """One late receipt: the unit says why, once."""
    asked = get_object_or_404(AskedReceipt.objects.for_person(request.user).select_related(*_KNOWN), pk=pk)
    now, form = timezone.now(), ExplanationForm(asked, request.POST or None)
    given = Explanation.objects.filter(asked=asked).select_related("by", "fault").first()
    if request.method == "POST" and form.is_valid():
        try:
            asked.explain(**form.cleaned_data, by=request.user, at=now)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "说明已交出，由秘书科认定。")
            return redirect("reports:explanations")
    is_waiting = AskedReceipt.objects.waiting(now).filter(pk=asked.pk).exists()
    return render(
        request,
        "reports/explain.html",
        {
            "asked": asked,
            "form": form if is_waiting or form.is_bound else None,
            "given": given,
            "ruling": _rulings([given.pk]).get(given.pk) if given else None,
            "may_read": legible(request.user).filter(pk=asked.delivery_id).exists(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def rule_explanation(request: HttpRequest, pk: int) -> HttpResponse:
    """One explanation with what the records say, and the decision on it."""
    known = ("by", "fault", *(f"asked__{name}" for name in _KNOWN))
    seen = Explanation.objects.readable().filter(asked__bulletin__in=Bulletin.objects.for_person(request.user))
    given = get_object_or_404(seen.select_related(*known), pk=pk)
    form = RulingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            ruling = given.rule(
                is_accepted=typed["verdict"] == ACCEPTED, reason=typed["reason"], by=request.user, at=timezone.now()
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已认定：{ruling.said}。审定以后生效。")
            return redirect("reports:bulletin", given.asked.bulletin_id)
    elif request.method == "POST" and not given.may_be_ruled_by(request.user):
        raise Http404
    is_open = given.asked.bulletin.state == Bulletin.State.EXPLAINING
    return render(
        request,
        "reports/ruling.html",
        {
            "given": given,
            "asked": given.asked,
            "rulings": given.rulings.select_related("by"),
            "form": form if (is_open and given.may_be_ruled_by(request.user)) or form.is_bound else None,
            "is_dropped": given.asked.bulletin.state == Bulletin.State.DROPPED,
            "is_open": is_open,
        },
    )


def _rulings(keys: list[int]) -> dict[int, tuple[str, str]]:
    """What units learn of the decisions on their explanations: the latest, with its reason, once the bulletin is approved."""
    decided = Ruling.objects.filter(
        explanation__in=keys, explanation__asked__bulletin__state=Bulletin.State.APPROVED
    ).order_by("pk")
    return {ruling.explanation_id: (ruling.said, ruling.reason) for ruling in decided}
