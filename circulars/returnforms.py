"""The forms by which a sender deals with what came back. They check what was typed and decide nothing."""

from django import forms

from circulars.reasons import unmarked


class LeavingForm(forms.Form):
    """Why the paper goes to that unit no more."""

    why = forms.CharField(
        validators=[unmarked],
        label="理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="收文单位会看到。",
        error_messages={"required": "请写明理由。", "max_length": "理由不能超过 300 个字。"},
    )


class InsistingForm(forms.Form):
    """Why the same paper goes to the unit again; an ordinary one off duty needs its reason (Article 21)."""

    why = forms.CharField(
        validators=[unmarked],
        label="再次发送的理由",
        max_length=180,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明为什么应由该单位办理，收文单位会看到。",
        error_messages={"required": "请写明理由。", "max_length": "理由不能超过 180 个字。"},
    )
    off_hours_reason = forms.CharField(
        validators=[unmarked],
        label="非工作时间发送的理由",
        required=False,
        max_length=100,
        error_messages={"max_length": "非工作时间发送的理由不能超过 100 个字。"},
    )
