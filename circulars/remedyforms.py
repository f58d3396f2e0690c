"""The forms of what is mended after sending. They check what was typed and decide nothing."""

from collections.abc import Collection
from typing import Any

from django import forms

from accounts.units import Unit
from circulars.beginningforms import BeginningForm
from circulars.pages import AMENDING
from circulars.reasons import unmarked
from circulars.recipients import Addressed
from circulars.supplementing import NOBODY_CHOSEN
from circulars.unitpicker import UnitsField, offer


class RecallForm(forms.Form):
    """Why the circular is taken back from everybody."""

    reason = forms.CharField(
        validators=[unmarked],
        label="撤回理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="各收文单位会看到。",
        error_messages={"required": "请写明撤回理由。", "max_length": "撤回理由不能超过 300 个字。"},
    )


class AmendingForm(BeginningForm):
    """Whether the circular is to be corrected or annulled."""

    kind = forms.ChoiceField(
        label="通知",
        choices=[(each.value, f"{each.label}通知") for each in AMENDING],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择更正或者作废。", "invalid_choice": "请选择更正或者作废。"},
    )


class SupplementForm(forms.Form):
    """To whom the circular goes after, by which line, why and on whose consent."""

    units = UnitsField(role="after", label="补发单位")
    role = forms.ChoiceField(
        label="送达方式",
        choices=Addressed.choices,
        initial=Addressed.PRIMARY,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择主送或者抄送。", "invalid_choice": "请选择主送或者抄送。"},
    )
    reason = forms.CharField(
        validators=[unmarked],
        label="补发理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例如：登记时漏列；新接入的单位。",
        error_messages={"required": "请写明补发理由。", "max_length": "补发理由不能超过 300 个字。"},
    )
    consent = forms.CharField(
        validators=[unmarked],
        label="经谁同意",
        max_length=200,
        help_text="写明同意补发的领导和时间，签发人会收到消息。",
        error_messages={"required": "请写明经谁同意。", "max_length": "不能超过 200 个字。"},
    )
    off_hours_reason = forms.CharField(
        validators=[unmarked],
        label="非工作时间发送的理由",
        required=False,
        max_length=200,
        error_messages={"max_length": "非工作时间发送的理由不能超过 200 个字。"},
    )

    def __init__(self, *args: Any, barred: Collection[Unit], there: Collection[Unit], **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer(self, barred=barred, there=there)

    def clean_units(self) -> Collection[Unit]:
        units: Collection[Unit] = self.cleaned_data["units"]
        if not units:
            raise forms.ValidationError(NOBODY_CHOSEN)
        return units
