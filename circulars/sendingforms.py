"""When a circular goes out: now, when the offices open, or at a time that the sender sets (Article 21)."""

from datetime import datetime
from typing import Any

from django import forms

from circulars.reasons import unmarked
from cms.limits import moment
from cms.minutefield import MinuteField


class SendingForm(forms.Form):
    """The moment of sending, and the reason that an ordinary circular off duty needs.

    ``opens_at`` is the next opening of the offices where waiting for it is the first thing offered; None where it is not.
    """

    NOW, OPENING, LATER = "now", "opening", "later"

    when = forms.ChoiceField(
        label="发送时间",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "请选择什么时候发送。"},
    )
    scheduled_for = MinuteField(label="定时发送的时间", required=False, help_text="如“2026-09-28 09:30”。")
    off_hours_reason = forms.CharField(
        label="非工作时间发送的理由",
        required=False,
        max_length=200,
        validators=[unmarked],
        help_text="第二十一条：一般公文应在正常工作时间发送。",
        error_messages={"max_length": "理由不能超过 200 个字。"},
    )

    def __init__(self, *args: Any, opens_at: datetime | None, is_scheduled: bool, now: datetime, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = [(self.NOW, "现在发送")]
        if not is_scheduled:
            offered.append((self.LATER, "定时发送"))
            if opens_at:
                offered.insert(0, (self.OPENING, f"等到上班时间自动发送（{moment(opens_at, now)}）"))
        when: Any = self.fields["when"]
        when.choices = offered
        when.initial = offered[0][0]

    def clean_when(self) -> str:
        """Who leaves the choice out means now, as the one button says; the reason is asked for all the same."""
        return self.cleaned_data["when"] or self.NOW

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_missing = not cleaned.get("scheduled_for") and "scheduled_for" not in self.errors
        if cleaned.get("when") == self.LATER and is_missing:
            self.add_error("scheduled_for", "请填写定时发送的时间。")
        if cleaned.get("when") != self.LATER and cleaned.get("scheduled_for"):
            self.add_error("when", "填写了定时发送的时间：要定时的请选“定时发送”，不定时的请清空时间。")
        return cleaned
