"""The forms of spot checks, what follows from them, and visits. They check what was typed and decide nothing."""

from typing import Any
from uuid import uuid4

from django import forms

from accounts.standinforms import Day
from accounts.unitforms import UnitChoice
from accounts.units import Category, Unit
from cms.areas import Area
from cms.minutefield import MinuteField
from cms.reach import within_reach
from reports.guidance import LONGEST as LONGEST_VISIT
from reports.guidance import LONGEST_PERSONS, Visit
from reports.rectifications import LONGEST
from reports.spotchecks.acts import population
from reports.spotchecks.findings import Found
from reports.spotchecks.record import LONGEST_PURPOSE, LONGEST_REMARK, MOST_UNITS, SpotFinding


def day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=Day,
        validators=[within_reach],
        help_text=help_text,
        error_messages={"required": f"请填写{label}。", "invalid": "请按“2026-10-01”的格式填写日期。"},
    )


def words(label: str, most: int, *, required: bool = True, help_text: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput(),
        error_messages={"required": f"请填写{label}。", "max_length": f"{label}不能超过 {most} 个字。"},
    )


def choice(label: str, choices: Any) -> forms.ChoiceField:
    wanted = f"请选择{label}。"
    said = {"required": wanted, "invalid_choice": wanted}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=said)


class SpotCheckForm(forms.Form):
    """How many of whom, why and when; the seed is asked of nobody."""

    category = forms.ChoiceField(label="抽取范围", required=False)
    n = forms.IntegerField(
        label="抽取家数",
        min_value=1,
        max_value=MOST_UNITS,
        error_messages={
            "required": "请填写抽取家数。",
            "invalid": "抽取家数须是整数。",
            "min_value": "至少抽取 1 家。",
            "max_value": f"一次最多抽取 {MOST_UNITS} 家。",
        },
    )
    purpose = words("抽查事由", LONGEST_PURPOSE, rows=1, help_text="如“国庆假期值守检查”。")
    planned_for = MinuteField(
        label="抽查时间", required=False, help_text="到时由系统自动抽取；现在就抽取的不填。年-月-日 时:分。"
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, area: Area, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        counts: dict[str, int] = {}
        for category in population(area).order_by().values_list("category", flat=True):
            counts[category] = counts.get(category, 0) + 1
        labels = dict(Category.choices)
        choices = [(each, f"{labels[each]}（{counts[each]} 家）") for each in labels if each in counts]
        self.fields["category"].choices = [("", f"全部已接入单位（{sum(counts.values())} 家）"), *choices]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why."""

    reason = words("原因", LONGEST_REMARK, rows=1)


class FindingForm(forms.Form):
    """What was found of one point, by whom it is said and when it was looked at."""

    is_good = forms.TypedChoiceField(
        label="结果",
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择结果。", "invalid_choice": "请选择结果。"},
    )
    who = words("接听人或在场人", 40, required=False, rows=1, help_text="符合要求的必须写明。")
    found_at = MinuteField(label="查看时间", offers_now=True)
    remark = words("说明", LONGEST_REMARK, required=False, rows=1, help_text="记录不全的，写明缺哪些。")

    def __init__(self, kind: str, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.kind = kind
        good, bad = SpotFinding.WORDS[SpotFinding.Kind(kind)]
        self.fields["is_good"].choices = [("yes", good), ("no", bad)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors:
            points = ("is_good", "who", "found_at", "remark")
            said["found"] = Found(kind=self.kind, **{point: said.pop(point) for point in points})
        return said


class CorrectionForm(FindingForm):
    reason = words("更正理由", LONGEST_REMARK, rows=1)


class DemandForm(forms.Form):
    text = words("整改要求", LONGEST)
    due_on = day("整改期限", "含当天；到期、超期由系统提醒单位。")


class AnswerForm(forms.Form):
    text = words("整改情况", LONGEST, help_text="写明怎样整改的、由谁负责。")


class SendBackForm(forms.Form):
    text = words("退回意见", LONGEST, help_text="写明还缺什么。")
    due_on = day("再次答复的期限")


class CloseForm(forms.Form):
    text = words("审核意见", LONGEST, required=False)


class VisitForm(forms.Form):
    """Where, when, who went, what was seen and agreed."""

    unit = UnitChoice("单位")
    visited_on = day("日期")
    persons = words("参加人员", LONGEST_PERSONS, rows=1, help_text="秘书科和单位的人员。")
    seen = words("查看情况", LONGEST_VISIT)
    agreed = words("商定事项", LONGEST_VISIT, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, area: Area, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.bodies().filter(area=area).in_order()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors:
            points = ("unit", "visited_on", "persons", "seen", "agreed")
            said["visit"] = Visit(**{point: said.pop(point) for point in points})
        return said
