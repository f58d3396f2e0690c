"""The form by which a drafter asks for answers and builds the 回执表. It checks what was typed and decides nothing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory

from accounts.standinforms import Day
from accounts.units import Unit
from circulars.bodytext import clean, clean_line
from circulars.demands.drafting import DraftDemand, DraftField
from circulars.demands.fields import (
    LONGEST_HINT,
    LONGEST_LABEL,
    MOST_COLUMNS,
    MOST_FIELDS,
    MOST_OPTIONS,
    FieldKind,
    check_field,
)
from circulars.secrecygate import Found, found_in
from cms.reach import within_reach

PREFIX = "field"


class FieldForm(forms.Form):
    """One field of the form; a row without a word in it counts for nothing."""

    kind = forms.ChoiceField(label="类型", choices=FieldKind.choices, initial=FieldKind.TEXT)
    label = forms.CharField(label="名称", required=False, max_length=LONGEST_LABEL)
    is_required = forms.BooleanField(label="必填", required=False, initial=True)
    hint = forms.CharField(label="填写说明", required=False, max_length=LONGEST_HINT)
    options = forms.CharField(
        label="选项或列名",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"单选、多选每行写一个选项（最多 {MOST_OPTIONS} 个），小表格每行写一个列名（最多 {MOST_COLUMNS} 列），其他类型留空。",
    )

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in ("label", "hint", "options"))

    @property
    def field(self) -> DraftField:
        """The row as it is kept."""
        given = self.cleaned_data
        return DraftField(
            kind=given.get("kind", ""),
            label=clean_line(given.get("label", "")),
            hint=clean_line(given.get("hint", "")),
            is_required=given.get("is_required", False),
            options="\n".join(filter(None, map(str.strip, clean(given.get("options", "")).split("\n")))),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.is_empty:
            try:
                check_field(self.field)
            except ValidationError as refused:
                for name, messages in refused.message_dict.items():
                    self.add_error(name, messages)
        return cleaned


Rows = BaseFormSet[FieldForm]
make_rows = formset_factory(FieldForm, extra=0, max_num=MOST_FIELDS, absolute_max=2 * MOST_FIELDS, validate_max=True)


class DemandForm(forms.Form):
    """Whether the circular is to be answered, by when, and on which form."""

    required = forms.BooleanField(
        label="须答复", required=False, help_text="主送单位在“待答复”里看到，到期前后自动提醒。"
    )
    due_on = forms.DateField(
        label="答复期限",
        required=False,
        widget=Day,
        validators=[within_reach],
        help_text="到这一天 24 时为止；留空不限期。",
        error_messages={"invalid": "请按“2026-11-30”的样子填写日期。"},
    )

    def __init__(self, unit: Unit, data: Any = None, *, rows: Rows, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.unit, self.rows = unit, rows
        self.formsets = {PREFIX: rows}
        self.marked: list[Found] = []
        rows.error_messages["too_many_forms"] = f"回执表最多 {MOST_FIELDS} 项。"  # type: ignore[attr-defined]  # a formset has them

    def full_clean(self) -> None:
        """What bears a mark of secrecy is refused, with the sentence."""
        super().full_clean()
        self.marked = found_in(self, self.unit) if self.is_bound else []
        for sentence in dict.fromkeys(each.sentence for each in self.marked):
            self.add_error(None, sentence)

    def is_valid(self) -> bool:
        rows_are_good = self.rows.is_valid()
        for sentence in self.rows.non_form_errors():
            self.add_error(None, str(sentence))
        if not rows_are_good:
            for number, row in enumerate(self.rows.forms, 1):
                for error in (error for errors in row.errors.values() for error in errors):
                    self.add_error(None, f"第 {number} 项：{error}")
        return super().is_valid() and rows_are_good

    @property
    def fields_asked(self) -> list[DraftField]:
        """The rows that were filled in, in their order."""
        return [row.field for row in self.rows.forms if not row.is_empty]


def demand_form(unit: Unit, demand: DraftDemand | None, posted: Mapping[str, Any] | None, act: str) -> DemandForm:
    """The form as it stands: as it was kept, as it was posted, or as posted with a row put in, taken out or moved (``act``)."""
    if posted is not None and act == "save":
        return DemandForm(unit, posted, rows=make_rows(posted, prefix=PREFIX))
    if posted is None:
        kept = list(demand.fields.all()) if demand else []
        initial = {"required": demand is not None, "due_on": demand.due_on if demand else None}
        rows = [{name: getattr(field, name) for name in FieldForm.base_fields} for field in kept]
        return DemandForm(unit, initial=initial, rows=make_rows(initial=rows, prefix=PREFIX))
    initial = {"required": posted.get("required") or act == "add", "due_on": posted.get("due_on")}
    return DemandForm(unit, initial=initial, rows=make_rows(initial=_rearranged(_typed(posted), act), prefix=PREFIX))


def _typed(posted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows as they were typed, right or wrong."""
    total = str(posted.get(f"{PREFIX}-TOTAL_FORMS", ""))
    count = min(int(total), 2 * MOST_FIELDS) if total.isdecimal() and len(total) < 4 else 0
    names = tuple(FieldForm.base_fields)
    return [{name: posted.get(f"{PREFIX}-{row}-{name}", "") for name in names} for row in range(count)]


def _rearranged(rows: list[dict[str, Any]], act: str) -> list[dict[str, Any]]:
    verb, _, number = act.partition("-")
    place = int(number) if number.isdecimal() and len(number) < 4 else -1
    if verb == "add" and len(rows) < MOST_FIELDS:
        return [*rows, {"kind": FieldKind.TEXT, "is_required": True}]
    if verb == "drop" and 0 <= place < len(rows):
        return [row for each, row in enumerate(rows) if each != place]
    if verb == "up" and 0 < place < len(rows):
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return rows
