"""The forms about printed copies. They check what was typed and decide nothing."""

from uuid import uuid4

from django import forms

from circulars.printing import Purpose
from circulars.printing.asking import LONGEST, MOST
from circulars.reasons import unmarked


class PrintForm(forms.Form):
    """How many sheet sets, and what for; the key makes the same press count once."""

    key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": "页面已经过期，请重新打开本页再打印。"})
    copies = forms.IntegerField(
        label="本次打印份数",
        min_value=1,
        max_value=400,
        initial=1,
        error_messages={
            "required": "请填写份数。",
            "invalid": "请填写整数。",
            "min_value": "至少 1 份。",
            "max_value": "份数太多。",
        },
    )
    purpose = forms.ChoiceField(
        label="用途",
        choices=[("", "请选择"), *Purpose.choices],
        error_messages={"required": "请选择用途。", "invalid_choice": "请选择用途。"},
    )

    def __init__(self, *args, **given):
        given.setdefault("initial", {"key": uuid4()})
        super().__init__(*args, **given)


class PlainCopyForm(PrintForm):
    """A copy without red head and seal, made once and printed as often as needed."""

    copies = None  # type: ignore[assignment]


class SpoiltForm(forms.Form):
    """Why a sheet is of no use."""

    reason = forms.CharField(
        validators=[unmarked],
        label="作废原因",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="如卡纸、缺墨、缺页。作废的印件交分管领导核对后销毁。",
        error_messages={"required": "请写明作废原因。", "max_length": f"作废原因不能超过 {LONGEST} 个字。"},
    )


class MoreOriginalsForm(forms.Form):
    """How many originals more, and what for."""

    wanted = forms.IntegerField(
        label="增印份数",
        min_value=1,
        max_value=MOST,
        error_messages={
            "required": "请填写份数。",
            "invalid": "请填写整数。",
            "min_value": "至少 1 份。",
            "max_value": f"一次最多申请 {MOST} 份。",
        },
    )
    reason = forms.CharField(
        validators=[unmarked],
        label="增印理由",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="发文单位会看到。",
        error_messages={"required": "请写明增印理由。", "max_length": f"增印理由不能超过 {LONGEST} 个字。"},
    )


class AgreeingForm(forms.Form):
    """How many the sender agrees to."""

    granted = forms.IntegerField(
        label="同意增印份数",
        min_value=1,
        max_value=MOST,
        error_messages={
            "required": "请填写份数。",
            "invalid": "请填写整数。",
            "min_value": "至少 1 份。",
            "max_value": f"一次最多同意 {MOST} 份。",
        },
    )


class AnswerForm(forms.Form):
    """Why not."""

    answer = forms.CharField(
        validators=[unmarked],
        label="理由",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明理由。", "max_length": f"理由不能超过 {LONGEST} 个字。"},
    )
