"""更正登记 on the desk: what was mistyped of a paper is put right under its number (Article 19)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.roles import Right
from circulars.correctionform import correction_form
from circulars.incoming import Incoming
from circulars.incoming.correcting import correct_entry as correct
from circulars.incoming.correcting import hindrance_to_correction
from circulars.views.handling import add_errors
from cms.lifecycles import OutOfOrder


@require_http_methods(["GET", "HEAD", "POST"])
def correct_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """The entry with what stands there, to be typed over, and the reason."""
    own = Incoming.objects.for_person(request.user, Right.HANDLE_INCOMING).legible().select_related("circular")
    entry = get_object_or_404(own, pk=pk)
    if hindrance := hindrance_to_correction(entry):
        messages.error(request, hindrance)
        return redirect("circulars:entry", pk)
    form = correction_form(entry, request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
        try:
            correct(entry, form.typed, reason, seen=seen, by=request.user, at=timezone.now())
        except ValidationError as wrong:
            add_errors(form, wrong)
        except OutOfOrder as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{entry.number} 已更正。")
            return redirect("circulars:entry", pk)
    return render(request, "circulars/correct_entry.html", {"entry": entry, "form": form})
