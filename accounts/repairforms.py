"""The forms of a fault from its report to the test of the repair. They check what was typed and decide nothing."""

from typing import Any
from uuid import uuid4

from django import forms

from accounts.faults import Fault
from accounts.providers import Provider, ProviderQuerySet
from accounts.repairs import LONGEST, Repair
from accounts.units import Unit, UnitQuerySet
from cms.minutefield import MinuteField


def _text(label: str, *, ask: str, help_text: str = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": ask, "max_length": f"{label}不能超过 {LONGEST} 个字。"},
    )


class FaultForm(forms.Form):
    """What does not work, where, and since when; the unit is asked for only where one works for several."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="故障单位",
        empty_label=None,
        error_messages={"required": "请选择故障单位。", "invalid_choice": "请选择故障单位。"},
    )
    kind = forms.ChoiceField(
        label="种类",
        choices=Fault.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择种类。", "invalid_choice": "请选择种类。"},
    )
    detected_at = MinuteField(label="发现时间", help_text="报告期限从这一时间起算，年-月-日 时:分。")
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    text = _text("情况", ask="请写明故障情况。", help_text="哪台设备、哪条线路，有什么现象。")

    def __init__(self, units: UnitQuerySet, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].initial = units[0]
            self.fields["unit"].widget = forms.HiddenInput()


class ProviderField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """The number to call stands beside the name."""
        return f"{obj}　电话 {obj.phone}"


class AssignForm(forms.Form):
    """Which provider was called, when, and what it was asked to do."""

    provider = ProviderField(
        Provider.objects.none(),
        label="保障单位",
        empty_label="请选择",
        help_text="只列出在合同期内、负责这类故障的单位。",
        error_messages={"required": "请选择保障单位。", "invalid_choice": "请选择保障单位。"},
    )
    contacted_at = MinuteField(label="联系时间", help_text="电话联系保障单位的时间，维修期限从这一时间起算。")
    request = _text("维修要求", ask="请写明要保障单位做什么。", help_text="保障单位看到的是这里的内容，看不到公文。")

    def __init__(self, providers: ProviderQuerySet, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers.select_related("unit")  # type: ignore[attr-defined]


class DoneForm(forms.Form):
    """What the provider did, and when it was done."""

    outcome = forms.ChoiceField(
        label="结果",
        choices=Repair.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是维修还是更换。", "invalid_choice": "请选择是维修还是更换。"},
    )
    done_at = MinuteField(label="完成时间", help_text="修好或者换好的时间，由故障单位验收时核对。")
    work = _text("处理情况", ask="请写明处理情况。")


class JudgeForm(forms.Form):
    """Whether the work is good, and why not."""

    is_good = forms.TypedChoiceField(
        label="验收结果",
        choices=(("yes", "合格"), ("no", "不合格，退回继续维修")),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择合格或者不合格。", "invalid_choice": "请选择合格或者不合格。"},
    )
    reason = _text("不合格的原因", ask="", required=False, help_text="不合格的必须填写，保障单位会看到。")


class CallOffForm(forms.Form):
    """Why the task is taken away from the provider."""

    reason = _text("撤回原因", ask="请写明撤回原因。")
