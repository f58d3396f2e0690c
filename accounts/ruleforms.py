"""The form of the next version of the rule: one field for every number of the table. It checks what was typed and decides nothing."""

from collections.abc import Mapping
from datetime import time
from itertools import groupby
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from cms.reach import within_reach
from cms.rulebook import RULE_SETS, RuleSet, problems
from cms.rulenumbers import NUMBERS, Number
from cms.ruleversions import RuleVersion

TIME_FORMATS = ["%H:%M", "%H：%M"]


class RulesForm(forms.Form):
    """Every number, how the set is called, from when it holds and why; ``against`` is the newest version the person saw."""

    against = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(
        label="名称",
        max_length=60,
        error_messages={"required": "请填写名称。", "max_length": "名称不能超过 60 个字。"},
    )
    in_force_from = forms.DateTimeField(
        label="施行时间",
        required=False,
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%d %H：%M", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M", "%Y-%m-%d"],
        validators=[within_reach],
        widget=forms.DateTimeInput(format="%Y-%m-%d %H:%M"),
        help_text="如“2027-01-01 00:00”，不能早于现在；不填的，确认后立即施行。",
        error_messages={"invalid": "请按“2027-01-01 00:00”的样子填写时间。"},
    )
    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="依据的文件或会议，长期留在规则版次和台账里。",
        error_messages={"required": "请写明理由。", "max_length": "理由不能超过 200 个字。"},
    )

    def __init__(self, newest: RuleVersion | None, template: RuleSet | None, data: Mapping[str, Any] | None = None):
        rules = template or (newest.rule_set if newest else RULE_SETS["yanan"])
        filled = rules.numbers() | {"title": rules.title, "against": newest.number if newest else 0}
        super().__init__(data, initial=filled)
        for name, number in NUMBERS.items():
            self.fields[name] = _field(number, getattr(RULE_SETS["yanan"], name))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for name, sentence in problems({name: typed[name] for name in NUMBERS if name in typed}).items():
            self.add_error(name, sentence)
        return typed

    @property
    def rule_set(self) -> RuleSet:
        """What was typed, once it is valid."""
        return RuleSet("typed", self.cleaned_data["title"], **{name: self.cleaned_data[name] for name in NUMBERS})

    @property
    def groups(self) -> list[tuple[str, list[tuple[BoundField, Number]]]]:
        """The fields of the numbers under their headings."""
        grouped = groupby(NUMBERS.items(), key=lambda item: item[1].group)
        return [(group.label, [(self[name], number) for name, number in items]) for group, items in grouped]


def _field(number: Number, value: Any) -> forms.Field:
    if number.choices:
        return forms.ChoiceField(
            label=number.label,
            choices=number.choices,
            error_messages={"required": f"请选择“{number.label}”。", "invalid_choice": "请从列出的几种里选择。"},
        )
    if isinstance(value, bool):
        return forms.BooleanField(label=number.label, required=False)
    if value is None or isinstance(value, time):
        return forms.TimeField(
            label=number.label,
            required=False,
            input_formats=TIME_FORMATS,
            widget=forms.TimeInput(format="%H:%M"),
            help_text="如“17:00”；不填的，不设。",
            error_messages={"invalid": "请按“17:00”的样子填写。"},
        )
    nought = f"；0 为{number.none}" if number.none else ""
    return forms.IntegerField(
        label=number.label,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=f"{number.least}至{number.most}{number.unit}{nought}。",
        error_messages={"required": f"请填写“{number.label}”。", "invalid": "请填写整数。"},
    )
