"""The forms of a report that a circular cannot be received or opened, and of the sender's answer (Article 20)."""

from typing import Any

from django import forms

from accounts.roles import Right, units_where
from accounts.units import Unit
from circulars.problems import Trouble
from circulars.reasons import unmarked

_TEXT = {"max_length": "情况不能超过 300 个字。", "required": "请写明是哪件公文、什么情况。"}


def _text(help_text: str, **more: Any) -> forms.CharField:
    return forms.CharField(
        validators=[unmarked],
        label="情况",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
        error_messages=_TEXT,
        **more,
    )


class TroubleForm(forms.Form):
    """What is wrong with a circular that has come."""

    code = forms.ChoiceField(
        label="什么问题",
        choices=Trouble.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是什么问题。", "invalid_choice": "请选择是什么问题。"},
    )
    text = _text("哪一页、哪个附件，屏幕上怎样提示。选“其他”时必须写明。", required=False)


class MissingForm(forms.Form):
    """Which circular is not in the list: who sent it, and its number as far as it is known."""

    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        label="本单位",
        empty_label=None,
        error_messages={"required": "请选择单位。", "invalid_choice": "请选择单位。"},
    )
    issuer = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        label="发文单位",
        empty_label="请选择",
        error_messages={"required": "请选择发文单位。", "invalid_choice": "请从列出的单位中选择。"},
    )
    number = forms.CharField(
        validators=[unmarked],
        label="发文字号",
        max_length=60,
        required=False,
        help_text="例如：延政办发〔2026〕23号。不知道的不填，在下面写明是什么事。",
        error_messages={"max_length": "发文字号不能超过 60 个字。"},
    )
    text = _text("从哪里得知、什么事、大约什么时候发的。", required=False)

    def __init__(self, user: Any, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = Unit.objects.filter(pk__in=units_where(user, Right.RECEIVE)).in_order()
        self.fields["unit"].queryset = own  # type: ignore[attr-defined]
        self.fields["issuer"].queryset = Unit.objects.issuing().in_order()  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """How the sender settles it."""

    answer = forms.CharField(
        validators=[unmarked],
        label="答复",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如：“附件已更正，随后重新发送”“已补发纸质件”。",
        error_messages={"required": "请写明怎样解决。", "max_length": "答复不能超过 300 个字。"},
    )
