"""The form of a unit's 发文样式: what the row in force says is filled in, so that only the change is typed."""

from datetime import date
from typing import Any

from django import forms

from accounts.units import Unit
from circulars.bodytext import clean_line, without_brackets
from circulars.issuing import FARTHEST, LARGEST_SEAL, SMALLEST_SEAL, IssuingTemplate, usual_diameter
from circulars.numbering import Series
from circulars.reasons import unmarked
from cms.reach import within_reach

_WRONG = ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits")


class IssuingTemplateForm(forms.ModelForm):
    """A new row for the unit; looked at before it is entered."""

    class Meta:
        model = IssuingTemplate
        fields = [
            "series",
            "start_on",
            "mark",
            "printing_office",
            "annotation",
            "seal_diameter",
            "seal_right",
            "seal_down",
        ]
        widgets = {"start_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "series": "不选，用于本单位没有单独样式的所有文号系列。",
            "start_on": "从这一天起成文的公文用新样式，以前的不变。",
            "mark": "起草新文稿时先填上的发文机关标志；不写，用单位全称。",
            "printing_office": "起草新文稿时先填上的印发机关；不写，用单位全称。",
            "annotation": "起草新文稿时先填上的附注，不加括号。",
            "seal_diameter": "印章的实际直径：市、县（区）政府 45，部门和乡镇 42。",
            "seal_right": "印章压在署名和日期上的位置要微调时填写，向左写负数，最多 10。",
            "seal_down": "向上写负数，最多 10。",
        }

    def __init__(self, *args: Any, unit: Unit, row: IssuingTemplate | None, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.unit, self.today = unit, today
        self.instance.unit = unit
        series = self.fields["series"]
        series.queryset = Series.objects.of(unit).order_by("prefix")  # type: ignore[attr-defined]
        series.empty_label = "所有系列"  # type: ignore[attr-defined]
        series.label_from_instance = str  # type: ignore[attr-defined]
        moved = f"请填 -{FARTHEST:.0f} 至 {FARTHEST:.0f} 之间的数，最多一位小数。"
        for name in ("seal_right", "seal_down"):
            self.fields[name].required = False
            self.fields[name].error_messages.update(dict.fromkeys(_WRONG, moved))
        self.fields["start_on"].error_messages["required"] = "请填启用日期。"
        self.fields["start_on"].validators.append(within_reach)
        for name in ("mark", "printing_office", "annotation"):
            self.fields[name].validators.append(unmarked)
        sized = f"请填 {SMALLEST_SEAL:.0f} 至 {LARGEST_SEAL:.0f} 之间的数，最多一位小数。"
        self.fields["seal_diameter"].error_messages.update(
            dict.fromkeys(_WRONG, sized) | {"required": "请填印章直径。"}
        )
        kept = (
            {name: getattr(row, name) for name in self.Meta.fields} if row else {"seal_diameter": usual_diameter(unit)}
        )
        self.initial = (
            kept | {"start_on": today} | ({"series": kwargs["initial"]["series"]} if kwargs.get("initial") else {})
        )

    def clean_mark(self) -> str:
        return clean_line(self.cleaned_data["mark"])

    def clean_printing_office(self) -> str:
        return clean_line(self.cleaned_data["printing_office"])

    def clean_annotation(self) -> str:
        return without_brackets(clean_line(self.cleaned_data["annotation"]))

    def clean_seal_right(self) -> Any:
        return self.cleaned_data["seal_right"] or 0

    def clean_seal_down(self) -> Any:
        return self.cleaned_data["seal_down"] or 0

    def clean_start_on(self) -> date:
        start: date = self.cleaned_data["start_on"]
        if start < self.today:
            raise forms.ValidationError("启用日期不能早于今天：已经印制的公文不再改样式。")
        return start
