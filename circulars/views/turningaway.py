"""What a drafter reads on top of a draft form that was turned away: the reason itself, where there is one (Article 5)."""

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin import messages

from circulars.draftform import CircularForm
from circulars.secrecygate import report


def turn_away(request: HttpRequest, form: CircularForm) -> None:
    """Why nothing was kept stands on top; a mark of secrecy is said as such and is on record, what was typed stays on this screen alone."""
    if form.marked:
        kept = request.POST.copy()
        kept.pop("declared", None)  # the drafter's word was given for a text that has just been found marked
        request.POST = kept  # type: ignore[assignment]  # Django's own setter takes any
        report(form.marked, unit=form.issuer, by=request.user, at=timezone.now())
        for sentence in dict.fromkeys(found.sentence for found in form.marked):
            messages.error(request, sentence)
    elif form.lacks_only_the_word:
        messages.error(request, f"没有送审，也没有保存。{form.WORD_IS_OWED}")
    else:
        messages.validation_error(request, "有几处要改正，还没有保存。要改的地方标了红字。", form)
