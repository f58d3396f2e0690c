"""The form of one press of 催签: whom, in what words, and when the page was looked at."""

from collections.abc import Iterable
from typing import Any

from django import forms

from circulars.chasing import LONGEST
from circulars.deliveries import Delivery
from cms.reach import within_reach


class UrgeForm(forms.Form):
    """Which units may be urged now is decided by ``circulars.chasing.urge``; here are the choices and what cannot be empty."""

    seen = forms.DateTimeField(
        widget=forms.HiddenInput,
        validators=[within_reach],
        error_messages=dict.fromkeys(("required", "invalid", "far"), "请刷新本页后再催签。"),
    )
    text = forms.CharField(
        label="催签内容",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"收到的人看到的就是这段话，不超过 {LONGEST} 个字。不要写标题和内容、网址、邮箱。",
        error_messages={"required": "请写催签内容。", "max_length": f"催签内容不能超过 {LONGEST} 个字。"},
    )

    def __init__(self, unsigned: Iterable[Delivery], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["units"] = forms.TypedMultipleChoiceField(
            label="催签的单位",
            choices=[(row.unit_id, row.unit_name) for row in unsigned],
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": "请勾选要催签的单位。",
                "invalid_choice": "有的单位已经签收或退回，请核对后再催签。",
            },
        )
