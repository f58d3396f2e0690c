"""The registrar's screen for slips of the pen in an approved text (regulation art. 25)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.roles import Right, may
from circulars.corrections import FIELDS, correct
from circulars.forms import CorrectionForm
from circulars.moderation import NotReady
from circulars.pages import CircularPage
from circulars.secrecygate import report
from circulars.versions import approval_of
from cms.lifecycles import OutOfOrder
from cms.ruleversions import RuleVersion


@require_http_methods(["GET", "HEAD", "POST"])
def correct_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, text and 附注 as approved, to be mended; what is refused stays in the form."""
    page = get_object_or_404(
        CircularPage.objects.unregistered().unblocked().filter(versions__isnull=False).distinct(), pk=pk
    )
    if not may(request.user, Right.REGISTER, page.issuer.pk):
        raise Http404
    approval = approval_of(page)
    if approval is None:
        messages.error(request, "现在的文稿不是签发时的文稿，不能校正。改动过的文稿须重新送审、签发。")
        return redirect("circulars:outbox")
    snapshot = approval.snapshot
    initial = {"digest": approval.digest, **{field: snapshot[field] for field in FIELDS}}
    form = CorrectionForm(page.issuer, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            version = correct(page, by=request.user, at=timezone.now(), **form.cleaned_data)
        except NotReady as refused:
            for problem in refused.problems:
                form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已校正，存为{version}，签发仍然有效；审签过的人都会收到消息。")
            return redirect("circulars:register", pk)
    elif form.marked:
        report(form.marked, unit=page.issuer, by=request.user, at=timezone.now())
    rules = RuleVersion.objects.in_force(page.area, timezone.now()).rule_set
    context = {"draft": page, "approval": approval, "form": form, "limit": rules.correction_characters}
    return render(request, "circulars/correct.html", context)
