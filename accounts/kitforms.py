"""The forms about kit: a device for the register, and a check of what there is. They check what was typed and decide nothing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.equipment import DeviceKind, possible_keepers
from accounts.people import User
from accounts.selfchecks import Thing
from accounts.standinforms import Day
from accounts.units import Unit
from cms.reach import within_reach

_YES_OR_NO = (("yes", "符合"), ("no", "不符合"))


class DeviceForm(forms.Form):
    """What is registered; the unit is asked for only where the person keeps the kit of several."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="单位", empty_label="请选择", error_messages={"required": "请选择单位。"}
    )
    kind = forms.ChoiceField(
        label="种类",
        choices=DeviceKind.choices,
        help_text="电子印章密钥不在这里登记，按密钥登记簿自动列出。",
        error_messages={"required": "请选择种类。", "invalid_choice": "请选择种类。"},
    )
    model = forms.CharField(
        label="品牌型号",
        max_length=60,
        error_messages={"required": "请填写品牌型号。", "max_length": "品牌型号不能超过 60 个字。"},
    )
    serial = forms.CharField(
        label="序列号或资产编号",
        max_length=60,
        error_messages={"required": "请填写序列号或资产编号。", "max_length": "编号不能超过 60 个字。"},
    )
    keeper = forms.ModelChoiceField(
        User.objects.none(),
        label="保管人",
        empty_label="请选择",
        help_text="本单位在岗人员，专人保管。",
        error_messages={"required": "请选择保管人。", "invalid_choice": "请从列出的人员中选择保管人。"},
    )
    conforms = forms.ChoiceField(
        label="是否符合技术标准和保密要求",
        choices=_YES_OR_NO,
        widget=forms.RadioSelect,
        help_text="专机专用，不联接政务外网、互联网和无线设备。不符合的也请登记，尽快更换。",
        error_messages={"required": "请选择是否符合。", "invalid_choice": "请选择是否符合。"},
    )
    in_use_since = forms.DateField(
        label="启用日期",
        validators=[within_reach],
        widget=Day,
        error_messages={"required": "请填写启用日期。", "invalid": "请按“2026-10-01”的格式填写日期。"},
    )

    def __init__(self, units: list[Unit], today: date, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        keys = [unit.pk for unit in units]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=keys).in_order()  # type: ignore[attr-defined]
        self.fields["keeper"].queryset = possible_keepers(keys, today)  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = units[0].pk

    def clean_conforms(self) -> bool:
        return bool(self.cleaned_data["conforms"] == "yes")


class CheckForm(forms.Form):
    """A line for each device and key; what is typed is its problem, and one of the two buttons says which is meant."""

    def __init__(self, things: Iterable[Thing], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.things = {f"{thing._meta.model_name}-{thing.pk}": thing for thing in things}
        for name, thing in self.things.items():
            self.fields[name] = forms.CharField(
                label=f"{thing}的问题",
                max_length=200,
                required=False,
                error_messages={"max_length": "不能超过 200 个字。"},
            )

    def clean(self) -> dict[str, Any]:
        """``problems`` has what was typed, by its device or key."""
        typed = super().clean() or {}
        self.problems = {thing: typed[name] for name, thing in self.things.items() if typed.get(name, "").strip()}
        if "well" in self.data and self.problems:
            raise ValidationError("填写了问题。确有问题的，请点“提交问题”；都正常的，请先删去。")
        if "well" not in self.data and not self.problems and not self.errors:
            raise ValidationError("没有填写问题。都正常的，请点“全部正常”。")
        return typed
