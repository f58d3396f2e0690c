"""答复要求和回执表 of a draft: the drafter's page for what the receiving units are to answer (2012 regulation art. 24(7))."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from circulars.access import own_drafts
from circulars.answers.building import ask_for_answers, refuse_on_its_way
from circulars.demandform import DemandForm, demand_form
from circulars.demands.drafting import DraftDemand
from circulars.pages import CircularPage
from circulars.secrecygate import report
from cms.lifecycles import OutOfOrder


@require_http_methods(["GET", "HEAD", "POST"])
def demand(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether an answer is asked for, by when and on which form; rows are put in, taken out and moved without saving."""
    page: CircularPage = get_object_or_404(own_drafts(request.user).select_related("circular"), pk=pk)
    try:
        refuse_on_its_way(page)
    except OutOfOrder as refused:
        messages.error(request, str(refused))
        return redirect("circulars:drafts")
    kept = DraftDemand.objects.filter(pk=page.pk).prefetch_related("fields").first()
    posted = request.POST if request.method == "POST" else None
    act = request.POST.get("act", "save")
    form = demand_form(page.issuer, kept, posted, act)
    if posted is not None and act == "save":
        if form.is_valid() and (done := _saved(request, page, form)):
            return done
        if form.marked:
            report(form.marked, unit=page.issuer, by=request.user, at=timezone.now())
    return render(
        request,
        "circulars/demand.html",
        {"draft": page, "form": form, "is_fresh": posted is None, "is_asked": kept is not None},
    )


def _saved(request: HttpRequest, page: CircularPage, form: DemandForm) -> HttpResponse | None:
    """The answer to a press that was done or came too late; None where the form has to be mended."""
    given = form.cleaned_data
    try:
        voided = ask_for_answers(
            page,
            required=given["required"],
            due_on=given["due_on"],
            fields=form.fields_asked,
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return None
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
        return redirect("circulars:drafts")
    messages.success(request, "答复要求已保存，随文稿一起送审。" if given["required"] else "本件不要求答复，已保存。")
    if voided:
        messages.warning(request, "签发后有改动，原签发已失效，须重新送审；审签过的人都会收到消息。")
    return redirect("circulars:demand", page.pk)
