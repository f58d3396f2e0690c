"""The form by which the network office allows a network. It checks what was typed and decides nothing."""

from typing import Any

from django import forms

from accounts.standinforms import Day
from accounts.units import Unit
from cms.reach import within_reach


class NetworkForm(forms.Form):
    """Which network, what for, whose, and until when."""

    cidr = forms.CharField(
        label="网段",
        max_length=60,
        help_text="如“10.20.0.0/16”，单个地址如“10.20.3.7”，IPv6 如“fd00:10::/48”。",
        error_messages={"required": "请填写网段。", "max_length": "网段写得太长，请核对。"},
    )
    purpose = forms.CharField(
        label="用途",
        max_length=100,
        help_text="例如：“市直单位电子政务内网”。",
        error_messages={"required": "请写明这个网段的用途。", "max_length": "用途不能超过 100 个字。"},
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="单位",
        empty_label="不限单位",
        required=False,
        error_messages={"invalid_choice": "请从列出的单位中选择。"},
    )
    last_day = forms.DateField(
        label="截止日",
        required=False,
        validators=[within_reach],
        widget=Day,
        help_text="含这一天；长期使用的不填。",
        error_messages={"invalid": "请按“2026-10-01”的格式填写日期。"},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.bodies().in_order()  # type: ignore[attr-defined]
