"""What a clerk types to put right an entry of the register that came on paper (Article 19)."""

from typing import Any

from django import forms
from django.utils import timezone

from circulars.incoming import Incoming, Source
from circulars.incoming.correcting import LONGEST, EntryCorrection
from circulars.incomingforms import CountedForm, DescribedForm
from circulars.reasons import unmarked

_OF_EVERY = ("kind", "copies", "pages", "note")


class _Reasoned(forms.Form):
    """Why it is put right, and the latest correction that the clerk has seen."""

    reason = forms.CharField(
        label="更正原因",
        max_length=LONGEST,
        validators=[unmarked],
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="原来的内容留存，收文号不变。",
        error_messages={"required": "请写明更正原因。", "max_length": f"更正原因不超过 {LONGEST} 个字。"},
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def typed(self) -> dict[str, Any]:
        """What the entry is to say."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "seen")}


class CorrectCountsForm(_Reasoned, CountedForm):
    """A circular of this system that came on paper."""

    field_order = [*_OF_EVERY, "reason"]


class CorrectOutsideForm(_Reasoned, DescribedForm):
    """A paper from outside the system."""

    field_order = [*DescribedForm.field_order, "reason"]


def correction_form(entry: Incoming, data: Any) -> CorrectCountsForm | CorrectOutsideForm:
    """The form for this entry, filled in with what stands there."""
    last = EntryCorrection.objects.filter(entry=entry).last()
    given = {name: getattr(entry, name) for name in _OF_EVERY} | {"seen": last and last.pk}
    if entry.source != Source.OUTSIDE:
        return CorrectCountsForm(data, initial=given)
    given |= {"sender": entry.outside_sender, "title": entry.outside_title, "number": entry.outside_number}
    given |= {"urgency": entry.urgency, "received_at": timezone.localtime(entry.received_at)}
    return CorrectOutsideForm(data, initial=given)
