"""The form that a clerk fills in, made from what the sender asks. It checks what was typed and decides nothing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from accounts.standinforms import Day
from accounts.units import Unit
from circulars.answers.values import GivenFile, Value
from circulars.demands.fields import LONGEST_CELL, LONGEST_TEXT, MOST_ROWS, FieldKind
from circulars.demands.fixed import ReplyField
from circulars.secrecygate import Found, found_in
from cms.attachmentfield import AttachmentUpload
from cms.reach import within_reach

SPARE_ROWS = 3


class GridWidget(forms.Widget):
    """Rows of cells under named columns: those that are filled in, and some that are not."""

    template_name = "circulars/answer_grid.html"

    def __init__(self, columns: list[str], spare: int = SPARE_ROWS):
        super().__init__()
        self.columns, self.spare = columns, spare

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[list[str]]:
        width = range(len(self.columns))
        return [[str(data.get(f"{name}-{row}-{column}", "")) for column in width] for row in range(MOST_ROWS)]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [row for row in value or [] if any(row)]
        rows += [[""] * len(self.columns)] * max(0, min(self.spare, MOST_ROWS - len(rows)))
        context["widget"] |= {
            "columns": self.columns,
            "longest": LONGEST_CELL,
            "rows": [
                [
                    (f"{name}-{row}-{column}", text, heading)
                    for column, (text, heading) in enumerate(zip(cells, self.columns, strict=True))
                ]
                for row, cells in enumerate(rows)
            ],
        }
        return context


class GridField(forms.Field):
    """Cleans to rows of texts."""

    def clean(self, value: Any) -> list[list[str]]:
        return value or []


class AnswerForm(forms.Form):
    """One control for each field that the sender asks for, by the field's key."""

    def __init__(self, asked: list[ReplyField], unit: Unit, *args: Any, spare: int = SPARE_ROWS, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.asked, self.unit, self.marked = asked, unit, list[Found]()
        for field in asked:
            self.fields[_name(field)] = _control(field, spare)
            if field.kind == FieldKind.FILE and self.initial.get(_name(field)):
                self.fields[_drop(field)] = forms.BooleanField(label=f"去掉“{field.label}”的文件", required=False)

    @property
    def rows(self) -> list[tuple[ReplyField, BoundField, BoundField | None]]:
        """Each field asked for, its control, and where a file is kept the tick that takes it out."""
        return [
            (field, self[_name(field)], self[_drop(field)] if _drop(field) in self.fields else None)
            for field in self.asked
        ]

    def full_clean(self) -> None:
        """A file with a mark of secrecy is let go before it is kept; the sentence stands at the field."""
        self.marked = found_in(self, self.unit) if self.is_bound else []
        for each in self.marked:
            self.files.pop(each.field, None)
        super().full_clean()
        for name, sentence in dict.fromkeys((each.field, each.sentence) for each in self.marked):
            self.add_error(name if name in self.fields else None, sentence)

    @property
    def given(self) -> dict[int, Any]:
        """What was typed, by the fields' keys."""
        found = {}
        for field in self.asked:
            value = self.cleaned_data.get(_name(field))
            if field.kind == FieldKind.FILE:
                kept = None if self.cleaned_data.get(_drop(field)) else value
                value = GivenFile(kept, kept.uploaded_name or "附件") if kept else None
            found[field.pk] = value
        return found

    def refuse(self, refused: ValidationError) -> None:
        """Each sentence stands at its field, which the verb names by its key."""
        if not hasattr(refused, "error_dict"):
            return self.add_error(None, refused)
        for key, sentences in refused.message_dict.items():
            name = f"f{key}"
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
        return None


class LateForm(forms.Form):
    """To which day a unit may answer after the limit."""

    until = forms.DateField(
        label="准予补填至",
        widget=Day,
        validators=[within_reach],
        help_text="到这一天 24 时为止。",
        error_messages={"required": "请填写补填期限。", "invalid": "请按“2026-11-30”的样子填写日期。"},
    )


def initial_of(asked: list[ReplyField], values: Mapping[int, Value]) -> dict[str, Any]:
    """The answers of a version as the form shows them."""
    found: dict[str, Any] = {}
    for field in asked:
        value = values.get(field.pk)
        if isinstance(value, GivenFile):
            value.file.uploaded_name = value.name  # type: ignore[attr-defined]
            found[_name(field)] = value.file
        else:
            found[_name(field)] = value
    return found


def _name(field: ReplyField) -> str:
    return f"f{field.pk}"


def _drop(field: ReplyField) -> str:
    return f"drop{field.pk}"


def _control(field: ReplyField, spare: int) -> forms.Field:
    said: dict[str, Any] = {"label": field.label, "help_text": field.hint, "required": False}
    options = [(line, line) for line in field.lines]
    match field.kind:
        case FieldKind.CHOICE:
            choices = options if field.is_required else [*options, ("", "不填")]
            return forms.ChoiceField(
                choices=choices,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": "请从列出的选项中选择。"},
                **said,
            )
        case FieldKind.CHOICES:
            return forms.MultipleChoiceField(
                choices=options,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "请从列出的选项中选择。"},
                **said,
            )
        case FieldKind.NUMBER:
            return forms.DecimalField(
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "number"}),
                error_messages={"invalid": "请填写数字，不带单位和逗号。"},
                **said,
            )
        case FieldKind.FILE:
            return AttachmentUpload(**said)
        case FieldKind.NAMES | FieldKind.TABLE:
            return GridField(widget=GridWidget(field.columns, spare), **said)
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_TEXT}), **said)
