"""The forms of the archive. They check what was typed and decide nothing."""

import re
from typing import Any

from django import forms

from accounts.units import Unit
from circulars.archive.appraisal import LONGEST_OPINION, MOST_YEARS, Appraisal
from circulars.archive.filing import LONGEST_REASON
from circulars.archive.retention import Term
from circulars.archive.scope import MOST_LINES, Origin, Outcome, Rule
from circulars.layouts import Direction, DocumentType
from circulars.reasons import unmarked

_WORDS = re.compile(r"[、，,;；\s]+")


class TermForm(forms.Form):
    """A new term for what is filed; whether its reason is needed depends on the old one."""

    term = forms.ChoiceField(label="保管期限", choices=Term.choices, error_messages={"required": "请选择保管期限。"})
    reason = forms.CharField(
        validators=[unmarked],
        label="理由",
        required=False,
        max_length=LONGEST_REASON,
        help_text="缩短保管期限的，必须写明理由。档号不变。",
        error_messages={"max_length": f"理由不超过 {LONGEST_REASON} 个字。"},
    )


class AppraisalForm(forms.Form):
    """What the archivist found of a paper whose time has ended."""

    result = forms.ChoiceField(
        label="鉴定结果",
        choices=Appraisal.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择鉴定结果。"},
    )
    years = forms.IntegerField(
        label="继续保存的年数",
        required=False,
        min_value=1,
        max_value=MOST_YEARS,
        help_text="选择继续保存时填写，从今天起算。",
        error_messages={
            "invalid": "年数应为整数。",
            "min_value": f"年数应为 1 至 {MOST_YEARS}。",
            "max_value": f"年数应为 1 至 {MOST_YEARS}。",
        },
    )
    opinion = forms.CharField(
        validators=[unmarked],
        label="鉴定意见",
        max_length=LONGEST_OPINION,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明鉴定意见。", "max_length": f"鉴定意见不超过 {LONGEST_OPINION} 个字。"},
    )

    def clean_years(self) -> int:
        return self.cleaned_data["years"] or 0


class RefusalForm(forms.Form):
    """Why a leader does not agree to a list of destruction."""

    why = forms.CharField(
        validators=[unmarked],
        label="不同意的理由",
        max_length=LONGEST_OPINION,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明不同意的理由。", "max_length": f"理由不超过 {LONGEST_OPINION} 个字。"},
    )


class FondsForm(forms.Form):
    """Under which number a unit's archive stands, and where it goes."""

    number = forms.CharField(
        label="全宗号",
        max_length=8,
        help_text="由同级档案馆编定，数字或者大写字母。",
        error_messages={"required": "请填写全宗号。", "max_length": "全宗号不超过 8 位。"},
    )
    office = forms.CharField(
        label="机构（问题）代码",
        max_length=8,
        help_text="通常归档的科室，数字或者大写字母，由本单位编定。",
        error_messages={"required": "请填写机构代码。", "max_length": "机构代码不超过 8 位。"},
    )
    archive = forms.ModelChoiceField(
        Unit.objects.none(),
        label="接收档案馆",
        required=False,
        empty_label="还没有确定",
        error_messages={"invalid_choice": "请从列出的单位中选择。"},
    )

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        units = Unit.objects.bodies().filter(connected=True).exclude(pk=unit.pk).in_order()
        self.fields["archive"].queryset = units  # type: ignore[attr-defined]  # a ModelChoiceField has one

    def clean_number(self) -> str:
        return self.cleaned_data["number"].strip().upper()

    def clean_office(self) -> str:
        return self.cleaned_data["office"].strip().upper()


class ScopeLineForm(forms.Form):
    """One line of a scope list; what is left empty fits every paper."""

    place = forms.IntegerField(
        label="次序",
        min_value=1,
        max_value=MOST_LINES + 1,
        initial=1,
        help_text="从上往下，第一个符合的生效。",
        error_messages={
            "required": "请填写次序。",
            "invalid": "次序应为整数。",
            "min_value": "次序从 1 起。",
            "max_value": f"次序最大为 {MOST_LINES + 1}。",
        },
    )
    origin = forms.ChoiceField(label="来源", choices=Origin.choices)
    types = forms.MultipleChoiceField(
        label="文种", choices=DocumentType.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    direction = forms.ChoiceField(label="行文方向", choices=[("", "不限"), *Direction.choices], required=False)
    words = forms.CharField(
        validators=[unmarked],
        label="标题中有",
        required=False,
        max_length=100,
        help_text="几个词用顿号分开，有其中一个就符合。",
        error_messages={"max_length": "标题用语不超过 100 个字。"},
    )
    outcome = forms.ChoiceField(label="保管期限", choices=Outcome.choices)

    def rule(self) -> Rule:
        given = self.cleaned_data
        words = tuple(word for word in _WORDS.split(given["words"]) if word)
        return Rule(given["origin"], given["outcome"], tuple(given["types"]), given["direction"], words)
