"""The forms of a bulletin, of what a unit explains and of what is found of it. They check what was typed and decide nothing."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from accounts.faults import Fault
from cms.areas import Area
from cms.minutefield import MinuteField
from reports.explanations import LONGEST_REASON, LONGEST_TEXT, AskedReceipt
from reports.months import Month
from reports.oversightforms import words
from reports.receipts import Issuers
from reports.snapshots import LONGEST_REASON as LONGEST_WHY

ACCEPTED, REFUSED = "accepted", "refused"


class OpeningForm(forms.Form):
    """Which month, of whose circulars and, where it is made known again, why."""

    month = forms.ChoiceField(
        label="月份", error_messages={"required": "请选择月份。", "invalid_choice": "请选择已经结束的月份。"}
    )
    issuers = forms.ChoiceField(
        label="发文单位",
        choices=Issuers.choices,
        initial=Issuers.GOVERNMENT,
        error_messages={"required": "请选择发文单位。", "invalid_choice": "请从列出的发文单位中选择。"},
    )
    reason = forms.CharField(
        label="重新通报的理由",
        required=False,
        max_length=LONGEST_WHY,
        help_text="只有已经公布过的月份填写。",
        error_messages={"max_length": f"理由不能超过 {LONGEST_WHY} 个字。"},
    )

    def __init__(self, months: Iterable[Month], area: Area, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["issuers"].choices = Issuers.offered_in(area)  # type: ignore[attr-defined]
        self.fields["month"].choices = [(str(month), month.label) for month in months]  # type: ignore[attr-defined]


class AskingForm(forms.Form):
    """Until when units may explain."""

    until = MinuteField(label="说明截止时间")


class LengtheningForm(forms.Form):
    """Until when units may explain instead, and why."""

    until = MinuteField(label="新的截止时间")
    reason = words("理由", LONGEST_WHY, help_text="告知请了说明的单位，也留在通报里。", rows=2)


class DroppingForm(forms.Form):
    """Why the bulletin comes to nothing."""

    reason = words("理由", LONGEST_WHY, help_text="告知请了说明的单位，也留在通报里。", rows=2)


class ExplanationForm(forms.Form):
    """Why a receipt came late, and the fault that explains it, if one does."""

    text = forms.CharField(
        label="说明",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明逾期的原因。交出以后不能更改。",
        error_messages={"required": "请写明逾期的原因。", "max_length": f"说明不能超过 {LONGEST_TEXT} 个字。"},
    )

    def __init__(self, asked: AskedReceipt, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        faults = Fault.objects.filter(unit=asked.unit_id).select_related("unit").order_by("-detected_at", "-pk")
        self.fields["fault"] = _FaultField(
            queryset=faults,
            label="有关的故障报告",
            required=False,
            empty_label="没有",
            error_messages={"invalid_choice": "请从本单位的故障中选择。"},
        )


class RulingForm(forms.Form):
    """Whether an explanation excuses the unit, and why."""

    verdict = forms.ChoiceField(
        label="认定",
        choices=[(ACCEPTED, "采纳（审定后这件免责）"), (REFUSED, "不采纳")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择采纳或者不采纳。", "invalid_choice": "请选择采纳或者不采纳。"},
    )
    reason = forms.CharField(
        label="理由",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明理由。", "max_length": f"理由不能超过 {LONGEST_REASON} 个字。"},
    )


class _FaultField(forms.ModelChoiceField):
    def label_from_instance(self, fault: Any) -> str:
        return f"{timezone.localtime(fault.detected_at):%Y-%m-%d %H:%M} {fault.get_kind_display()}　{fault.shown[:30]}"
